import type { Plan, Step } from '../../provider/index.js';

/** A step, with the address of its declaration in code: that of the set for an edge of an authoritative set. */
export interface ReviewedStep extends Step {
  readonly address?: string | undefined;
}

/** The parts of a plan that a review needs, from either engine. */
export interface ReviewedPlan {
  readonly tenant: string;
  readonly steps: readonly ReviewedStep[];
  /** Names of the accounts that the plan was made with; empty: the plan does not have them. */
  readonly accounts: readonly string[];
  /** True: the plan has the signature of the key of this run, so nobody has changed it. */
  readonly verified?: boolean;
  /** False: objects with errors are not in the plan. */
  readonly complete: boolean;
  /** Texts of the plan for its reviewer, such as names that look alike and allowances. */
  readonly notes: readonly string[];
  /** References that the plan does not resolve: the access of these is not known. */
  readonly unknown: readonly string[];
}

/** Findings of a plan that its reviewer needs beside the changes of access. */
const NOTES: ReadonlySet<string> = new Set(['look_alike', 'let_through', 'not_checked', 'inheritance_ended']);

/** Returns the parts of a plan of the embedded engine that a review needs. */
export function reviewedPlan(plan: Plan): ReviewedPlan {
  const { tenant, accounts, findings, allowances = [] } = plan.delinea;
  return {
    tenant,
    steps: plan.resource_changes.flatMap(({ address, delinea }) =>
      stepsOf(delinea).map((step) => ({ ...step, address })),
    ),
    accounts,
    complete: plan.complete,
    notes: [
      ...findings.filter(({ level, code }) => level === 'error' || NOTES.has(code)).map(({ message }) => message),
      ...allowances.map(({ source, ...allowed }) => `${source} lets the guards pass: ${JSON.stringify(allowed)}`),
    ],
    unknown: [],
  };
}

/** Returns a step, or the steps of the edges of a set. Its own settings, which no edge has, are a step before them. */
function stepsOf({ edgeSteps, ...step }: Step): readonly Step[] {
  if (!edgeSteps) return [step];
  if (!step.settingChanges?.length) return edgeSteps;
  return [{ ...step, operation: 'configure', desired: {}, before: {}, changed: [] }, ...edgeSteps];
}

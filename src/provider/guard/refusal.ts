import type { GuardEvidence, ObjectName, Step } from '../model/plan.js';

/**
 * The input of the guards: the steps of a plan, with each edge as its own step, and the evidence read from the tenant.
 */
export interface GuardInput {
  readonly steps: readonly Step[];
  readonly evidence: GuardEvidence;
  /** Names of the ids in the steps, by id. */
  readonly names: Readonly<Record<string, ObjectName>>;
}

/** One reason to refuse a plan. */
export interface Refusal {
  readonly guard: 'mass removal' | 'protected principal' | 'orphan';
  readonly message: string;
  /** The principal, container or role whose name an allowance needs. */
  readonly name?: string;
}

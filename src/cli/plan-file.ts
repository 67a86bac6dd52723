import { statSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod';
import { jsonTrick } from '../embedded/index.js';
import {
  ACTION_OF,
  DelineaError,
  HEAVIEST_RUN,
  hasSignature,
  jsonExcess,
  measureJson,
  type Operation,
  type Plan,
  readRegularFile,
  resourceOf,
  resources,
  type TerraformParts,
  terraformParts,
  type Values,
} from '../provider/index.js';

const HINT = 'Create the plan again: delinea-iac plan --out <file>.';

const values = z.record(z.string(), z.unknown());

const step = z.looseObject({
  key: z.string().min(1),
  kind: z.enum(resources.map(({ type }) => type)),
  operation: z.enum(Object.keys(ACTION_OF) as Operation[]),
  label: z.string(),
  id: z.string().optional(),
  desired: values,
  before: values,
  after: z.array(z.string()),
  needs: z.array(z.string()).optional(),
  settingChanges: z.array(z.looseObject({ name: z.string() })).optional(),
});

const change = z.looseObject({
  address: z.string(),
  change: z.looseObject({ actions: z.array(z.string()), after: values.nullable(), after_unknown: values }),
  delinea: step.extend({ edgeSteps: z.array(step).optional() }),
});

/** The parts of a plan that the comparison with the new plan needs. Everything in the file is compared or not used. */
const planFile = z.looseObject({
  format_version: z.literal('1.2'),
  timestamp: z.iso.datetime(),
  applyable: z.boolean(),
  complete: z.boolean(),
  errored: z.boolean(),
  resource_changes: z.array(change),
  delinea: z.looseObject({
    stack: z.string(),
    tenant: z.string(),
    ledger: z.boolean(),
    allowances: z
      .array(
        z.strictObject({
          source: z.string(),
          removals: z.int().optional(),
          missing: z.int().optional(),
          principals: z.array(z.string()).optional(),
          orphans: z.array(z.string()).optional(),
        }),
      )
      .optional(),
    accounts: z.array(z.string()),
    names: z.record(z.string(), z.record(z.string(), z.looseObject({ name: z.string() }))),
    findings: z.array(z.looseObject({ level: z.string(), code: z.string(), message: z.string() })),
    evidence: z.looseObject({}),
    signature: z.string().optional(),
  }),
});

/**
 * Reads a plan that `plan --out` wrote. It is only evidence of what was reviewed: an apply plans again and compares.
 * @returns undefined for a folder and for a file with the name of a stack
 * @throws DelineaError `file_refused`; `stale_plan` for a damaged plan and for a file of another program
 */
export function readPlanFile(path: string): Plan | undefined {
  const found = statSync(path, { throwIfNoEntry: false });
  // A folder in the place of a plan file could contain a stack that nobody has reviewed.
  if (found?.isDirectory() && path.endsWith('.json')) throw refusal(path, 'it is a folder');
  if (!found || found.isDirectory()) return undefined;
  const text = read(path);
  const excess = jsonExcess(measureJson(text), HEAVIEST_RUN);
  if (excess !== undefined) throw refusal(path, `it ${excess}`);
  const json = parse(text);
  if (!has(json, 'delinea')) {
    // An author of the plan file could write a stack in its place, which then nobody has reviewed.
    if (path.endsWith('.tf.json')) return undefined;
    throw refusal(path, ...otherFile(text, json));
  }
  const trick = jsonTrick(text);
  if (trick !== undefined) throw refusal(path, `it ${trick}`);
  const parsed = planFile.safeParse(json);
  if (parsed.success) return withoutParts(json as Plan & TerraformParts, path);
  const { path: property, message } = parsed.error.issues[0]!;
  throw refusal(path, `${property.join('.') || 'file'}: ${message}`);
}

/**
 * Returns a plan without the parts that follow from its changes. They must agree with these: a program that checks the
 * plan may read only the parts.
 */
function withoutParts(
  { terraform_version, planned_values, prior_state, ...plan }: Plan & TerraformParts,
  path: string,
): Plan {
  const given: TerraformParts = { terraform_version, planned_values, prior_state };
  const expected: unknown = JSON.parse(JSON.stringify(terraformParts(plan)));
  const differs = Object.entries(given).find(([name, part]) => !isDeepStrictEqual(part, (expected as Values)[name]));
  if (differs) throw refusal(path, `its ${differs[0]} contradicts its resource_changes`);
  return plan;
}

/**
 * Reads a plan whose effect is shown without a comparison with a new plan.
 * @throws DelineaError as `readPlanFile`; `stale_plan` if the step of a change does something else than its actions state
 */
export function readPlanToShow(path: string): Plan | undefined {
  const plan = readPlanFile(path);
  const odd = plan?.resource_changes.find(({ change: { actions }, delinea }) => {
    const isSet = resourceOf(delinea.kind).authoritativeFor !== undefined;
    return actions.join() !== ACTION_OF[delinea.operation] || (!isSet && delinea.edgeSteps !== undefined);
  });
  if (odd) throw refusal(path, `the step of ${odd.address} does something else than its actions state`);
  return plan;
}

/** Refuses a plan without the signature of a key. @throws DelineaError `stale_plan` */
export function checkSignature(plan: Plan, key: string): void {
  if (hasSignature(plan, key)) return;
  const why =
    plan.delinea.signature === undefined
      ? 'the plan is not signed, and DELINEA_PLAN_KEY is set'
      : 'the signature of the plan does not match DELINEA_PLAN_KEY';
  throw new DelineaError('stale_plan', why, { hint: 'Plan again with the same DELINEA_PLAN_KEY.' });
}

function read(path: string): string {
  try {
    return readRegularFile(path, 'file');
  } catch (error) {
    if (error instanceof DelineaError) throw error;
    // The stack reader reports it.
    return '';
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not JSON: the stack reader reports it.
    return undefined;
  }
}

/** Returns the reason and the advice for a file that is not a plan. */
function otherFile(text: string, json: unknown): [why: string, hint?: string] {
  // Terraform saves its plans as zip archives.
  if (text.startsWith('PK\u0003\u0004') || has(json, 'format_version'))
    return ['it was not made by delinea-iac', 'Apply a Terraform plan with terraform apply.'];
  if (has(json, 'terraform_version', 'lineage'))
    return ['it is a Terraform state', 'Pass a stack or a plan of delinea-iac.'];
  if (has(json, 'objects', 'stack')) return ['it is a ledger', 'Pass a stack or a plan, and the ledger with --ledger.'];
  if (text.trim() === '') return ['the file is empty'];
  if (json === undefined) return ['it is not JSON'];
  return ['it is not a plan', 'Pass a stack as its folder or as a file whose name ends with .tf.json.'];
}

function has(json: unknown, ...names: readonly string[]): boolean {
  return typeof json === 'object' && json !== null && names.every((name) => name in json);
}

function refusal(path: string, why: string, hint = HINT): DelineaError {
  return new DelineaError('stale_plan', `the plan cannot be used: ${why}`, { path, hint });
}

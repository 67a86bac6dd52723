import * as z from 'zod';
import { DelineaError } from '../../provider/index.js';
import { terraformConfiguration } from './terraform-references.js';

const object = z.record(z.string(), z.unknown());

const resourceChange = z.looseObject({
  address: z.string(),
  mode: z.string(),
  type: z.string(),
  /** Set for the rest of a replaced object, which has the address of the new one. */
  deposed: z.string().optional(),
  change: z.looseObject({
    actions: z.array(z.enum(['no-op', 'read', 'create', 'update', 'delete', 'forget'])),
    before: object.nullable(),
    after: object.nullable(),
    after_unknown: z.unknown(),
  }),
});

/** The parts of `terraform show -json <plan>` that a review needs. */
const terraformPlan = z.looseObject({
  format_version: z.string().regex(/^1\./),
  terraform_version: z.string(),
  timestamp: z.string().optional(),
  resource_changes: z.array(resourceChange).optional(),
  configuration: terraformConfiguration.optional(),
  complete: z.boolean().optional(),
  errored: z.boolean().optional(),
});

export type TerraformPlanJson = z.infer<typeof terraformPlan>;
export type TerraformChange = z.infer<typeof resourceChange>;

const HINT = 'Pass a plan of delinea-iac, or the output of terraform show -json.';

/** Checks the output of `terraform show -json <plan>`. @throws DelineaError `stale_plan` if it is something else */
export function parseTerraformPlan(json: unknown): TerraformPlanJson {
  const parsed = terraformPlan.safeParse(json);
  if (parsed.success) return parsed.data;
  const { path, message } = parsed.error.issues[0]!;
  throw refused(`${path.join('.')}: ${message}`);
}

/** Returns a list of values; none if it is unset. @throws DelineaError `stale_plan` if it is something else */
export function listIn(value: unknown): readonly unknown[] {
  if (value === undefined) return [];
  if (Array.isArray(value)) return value;
  throw refused('a value that must be a list is none');
}

function refused(why: string): DelineaError {
  return new DelineaError('stale_plan', `the plan cannot be used: ${why}`, { hint: HINT });
}

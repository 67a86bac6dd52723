import { kindOf, type ObjectNames, resources, type TenantAccess } from '../../provider/index.js';
import type { ReviewedPlan } from '../access/reviewed-plan.js';
import { TerraformNames } from './terraform-names.js';
import { otherNotes, settingNotes } from './terraform-notes.js';
import { referenceFinder } from './terraform-references.js';
import { parseTerraformPlan, type TerraformChange } from './terraform-schema.js';
import { TerraformSteps } from './terraform-steps.js';
import { UnknownValues } from './terraform-unknown.js';

/** A condition or an index in an expression may give another id, and the plan would look the same. */
const BY_REFERENCE =
  'Ids that only the apply makes known are taken from the references in the code. A Terraform plan does not show expressions: read those in the code.';

/** A plan of Terraform in the form that a review needs. */
export interface TerraformPlan extends ReviewedPlan {
  readonly timestamp: string;
  readonly names: ObjectNames;
}

/**
 * Reads the output of `terraform show -json <plan>`. Ids that are unknown until apply are resolved through the references in
 * the code; those that cannot be are listed in `unknown`.
 * @param live the access of the tenant, by which names of containers and roles are resolved
 * @throws DelineaError `stale_plan` if it is something else
 */
export function readTerraformPlan(json: unknown, live: TenantAccess | undefined): TerraformPlan {
  const { resource_changes: all = [], configuration, timestamp = '', complete, errored } = parseTerraformPlan(json);
  const kinds = new Set(resources.map(({ type }) => type));
  const isOwn = ({ type }: TerraformChange) => kinds.has(kindOf(type) ?? '');
  const managed = all.filter(({ mode }) => mode === 'managed');
  const changes = managed.filter(isOwn);
  const deferred = all.flatMap(({ mode, address }) => (mode === 'data' ? [address] : []));
  const names = new TerraformNames(changes, live);
  const addresses = [...new Set(changes.map(({ address }) => address))];
  const unknown = new UnknownValues(names, referenceFinder(configuration, addresses, deferred));
  const converter = new TerraformSteps(names, unknown, live);
  const steps = changes.flatMap((change) => converter.stepsOf(change));
  return {
    tenant: live?.tenant ?? 'the tenant of the Terraform configuration',
    timestamp,
    steps,
    names: names.all(),
    accounts: live?.accounts ?? [],
    complete: complete !== false && errored !== true,
    notes: [
      ...settingNotes(configuration),
      ...otherNotes(managed.filter((each) => !isOwn(each))),
      ...(unknown.isByReference ? [BY_REFERENCE] : []),
    ],
    unknown: unknown.left,
  };
}

import type { ObjectNames } from '../model/object-names.js';
import type { Step } from '../model/plan.js';
import { memberLists } from '../resources/edge-words.js';
import { resourceOf, resources } from '../resources/index.js';
import { accessAfter } from './access-after.js';
import type { TenantAccess } from './tenant-access.js';

/**
 * Returns the access that the objects of a plan have before it: all that is known without a snapshot of the tenant.
 * @param steps those of all objects in the plan, unchanged ones included
 */
export function declaredAccess(
  plan: { readonly tenant: string; readonly timestamp: string },
  steps: readonly Step[],
  names: ObjectNames,
): TenantAccess {
  const named = resources.flatMap(({ type: kind }) =>
    Object.entries(names[kind] ?? {}).map(([id, { name }]) => ({ kind, id, name })),
  );
  const isPrincipal = (kind: string) => resourceOf(kind).account || memberLists(resourceOf(kind)).length > 0;
  const empty: TenantAccess = {
    format: 'access snapshot 1',
    tenant: plan.tenant,
    taken: plan.timestamp,
    principals: named.filter(({ kind }) => isPrincipal(kind)),
    scopes: named.filter(({ kind }) => !isPrincipal(kind)),
    grants: [],
    unread: [],
  };
  const existing = steps.filter(({ operation }) => operation !== 'create');
  // The values that a step does not change are the declared ones.
  const asCreated = existing.map((step): Step => {
    const { before, desired, kind } = step;
    return { ...step, operation: 'create', desired: { ...desired, ...before }, label: labelBefore(step, names[kind]) };
  });
  return accessAfter(empty, asCreated);
}

function labelBefore({ id, label }: Step, names: ObjectNames[string] = {}): string {
  return (id === undefined ? undefined : names[id]?.name) ?? label;
}

import { isEdge } from '../model/keys.js';
import type { ResourceChange } from '../model/plan.js';
import type { Resource } from '../model/resource.js';
import { isCleared, pick } from '../model/values.js';
import type { ResourceInstance } from './instance.js';
import type { InstancePlan } from './plan-in-isolation.js';

/**
 * Returns the change that removes the most of what the unknown values of an instance may turn out to be. A plan counts it,
 * because Terraform does not pass on to the apply what a plan could not count.
 */
export function atWorst(
  { change, live }: InstancePlan,
  { resource, unknown = [], declared = {}, state }: ResourceInstance,
): ResourceChange {
  const { delinea } = change;
  if (delinea.operation === 'create') return change;
  const now = { ...state, ...live?.values };
  const lost = leastValues(resource)
    .filter(([name, value]) => unknown.includes(name) && !(isCleared(now[name]) || now[name] === value))
    .map(([name, value]) => [name, Array.isArray(value) ? (declared[name] ?? value) : value] as const);
  if (lost.length === 0) return change;
  const names = lost.map(([name]) => name);
  return {
    ...change,
    delinea: {
      ...delinea,
      operation: isEdge(resource) ? 'replace' : 'update',
      before: { ...delinea.before, ...pick(now, names) },
      desired: { ...delinea.desired, ...Object.fromEntries(lost) },
      changed: [...new Set([...delinea.changed, ...names])],
    },
  };
}

/** Returns the values by which an object or a right of an edge gives the least access. */
function leastValues({ attributes, removal }: Resource): [name: string, value: unknown][] {
  if (removal?.verb === 'deactivate') return Object.entries(removal.inactive);
  return attributes.flatMap(({ name, least }) => (least === undefined ? [] : [[name, least]]));
}

import type { ResourceChange } from '../model/plan.js';
import { isCleared, pick } from '../model/values.js';
import type { ResourceInstance } from './instance.js';
import type { InstancePlan } from './plan-in-isolation.js';

/**
 * Returns the change that removes the most of what the unknown values of an instance may turn out to be. A plan counts it,
 * because Terraform does not pass on to the apply what a plan could not count.
 */
export function atWorst(
  { change, live }: InstancePlan,
  { resource: { removal }, unknown = [], declared = {}, state }: ResourceInstance,
): ResourceChange {
  const { delinea } = change;
  if (removal?.verb !== 'deactivate' || delinea.operation === 'create') return change;
  const now = { ...state, ...live?.values };
  const lost = Object.entries(removal.inactive)
    .filter(([name, value]) => unknown.includes(name) && !(isCleared(now[name]) || now[name] === value))
    .map(([name, value]) => [name, Array.isArray(value) ? (declared[name] ?? value) : value] as const);
  if (lost.length === 0) return change;
  const names = lost.map(([name]) => name);
  return {
    ...change,
    delinea: {
      ...delinea,
      operation: 'update',
      before: { ...delinea.before, ...pick(now, names) },
      desired: { ...delinea.desired, ...Object.fromEntries(lost) },
      changed: [...new Set([...delinea.changed, ...names])],
    },
  };
}

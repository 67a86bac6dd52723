import { removes } from '../guard/reductions.js';
import { diff } from '../model/diff.js';
import type { ResourceChange, Step } from '../model/plan.js';
import type { Values } from '../model/values.js';
import { resourceOf } from '../resources/index.js';

/** The elements of an authoritative set that are not known yet, with their known part; `all`: not even their number is known. */
export type UnknownElements = readonly Values[] | 'all';

/**
 * Returns the change of a set without the removals that an unknown element may turn out to keep: each keeps one edge at
 * most. The apply knows the elements and checks the guards again.
 */
export function withoutUncertain(
  change: ResourceChange,
  elements: UnknownElements = [],
): { readonly change: ResourceChange; readonly uncertain: readonly Step[] } {
  const { edgeSteps } = change.delinea;
  if (!edgeSteps || elements.length === 0) return { change, uncertain: [] };
  const certain = new Set(edgeSteps.filter(removes));
  if (elements === 'all') certain.clear();
  else for (const element of elements) keepOne(certain, element);
  const isUncertain = (step: Step) => removes(step) && !certain.has(step);
  const kept = edgeSteps.filter((step) => !isUncertain(step));
  return {
    change: { ...change, delinea: { ...change.delinea, edgeSteps: kept } },
    uncertain: edgeSteps.filter(isUncertain),
  };
}

function keepOne(certain: Set<Step>, element: Values): void {
  for (const step of certain) {
    if (diff(resourceOf(step.kind), element, step.before).length > 0) continue;
    certain.delete(step);
    return;
  }
}

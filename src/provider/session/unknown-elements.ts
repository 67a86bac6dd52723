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
  unknown: UnknownElements = [],
): { readonly change: ResourceChange; readonly unsure: readonly Step[] } {
  const { edgeSteps } = change.delinea;
  if (!edgeSteps || unknown.length === 0) return { change, unsure: [] };
  const sure = new Set(edgeSteps.filter(removes));
  if (unknown === 'all') sure.clear();
  else for (const element of unknown) keepOne(sure, element);
  const isUnsure = (step: Step) => removes(step) && !sure.has(step);
  const kept = edgeSteps.filter((step) => !isUnsure(step));
  return { change: { ...change, delinea: { ...change.delinea, edgeSteps: kept } }, unsure: edgeSteps.filter(isUnsure) };
}

function keepOne(sure: Set<Step>, element: Values): void {
  for (const step of sure) {
    if (diff(resourceOf(step.kind), element, step.before).length > 0) continue;
    sure.delete(step);
    return;
  }
}

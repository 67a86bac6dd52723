import { removes } from '../guard/reductions.js';
import { diff } from '../model/diff.js';
import type { ResourceChange, Step } from '../model/plan.js';
import type { Values } from '../model/values.js';
import { resourceOf } from '../resources/index.js';

/** Elements of a whole set that only the apply will know: what of each is known; `all`: not even how many they are. */
export type UnknownElements = readonly Values[] | 'all';

/**
 * The change of a set without what an element that is not known yet may turn out to keep: each keeps one edge at most.
 * The apply knows them, and judges again whom it would leave without an Owner.
 */
export function withoutUncertain(
  change: ResourceChange,
  open: UnknownElements = [],
): { readonly change: ResourceChange; readonly unsure: readonly Step[] } {
  const { edgeSteps } = change.delinea;
  if (!edgeSteps || open.length === 0) return { change, unsure: [] };
  const sure = new Set(edgeSteps.filter(removes));
  if (open === 'all') sure.clear();
  else for (const element of open) keepOne(sure, element);
  const isUnsure = (part: Step) => removes(part) && !sure.has(part);
  const kept = edgeSteps.filter((part) => !isUnsure(part));
  return { change: { ...change, delinea: { ...change.delinea, edgeSteps: kept } }, unsure: edgeSteps.filter(isUnsure) };
}

function keepOne(sure: Set<Step>, element: Values): void {
  for (const part of sure) {
    if (diff(resourceOf(part.kind), element, part.before).length > 0) continue;
    sure.delete(part);
    return;
  }
}

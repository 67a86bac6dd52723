import { removes } from '../guard/reductions.js';
import { diff } from '../model/diff.js';
import type { ResourceChange, Step } from '../model/plan.js';
import type { Values } from '../model/values.js';
import { resourceOf } from '../resources/index.js';

/**
 * The known attributes of each element of an authoritative set that only the apply will know fully; `all`: even their
 * number is unknown.
 */
export type UnknownElements = readonly Values[] | 'all';

/**
 * Separates the removals that an unknown element may still prevent: each such element keeps at most one edge. The apply
 * knows the elements, and checks again that no scope is left without an Owner.
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

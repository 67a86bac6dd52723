import { diff } from '../engine/diff.js';
import type { ResourceChange, Step } from '../engine/format.js';
import { takesAway } from '../engine/losses.js';
import type { Values } from '../resource.js';
import { resourceOf } from '../resources/index.js';

/** Elements of a whole set that only the apply will know: what of each is known; `all`: not even how many they are. */
export type NotKnownYet = readonly Values[] | 'all';

/**
 * The change of a set without what an element that is not known yet may turn out to keep: each keeps one edge at most.
 * The apply knows them, and judges again whom it would leave without an Owner.
 */
export function withoutUnsure(
  change: ResourceChange,
  open: NotKnownYet = [],
): { readonly change: ResourceChange; readonly unsure: readonly Step[] } {
  const { parts } = change.delinea;
  if (!parts || open.length === 0) return { change, unsure: [] };
  const sure = new Set(parts.filter(takesAway));
  if (open === 'all') sure.clear();
  else for (const element of open) keepOne(sure, element);
  const isUnsure = (part: Step) => takesAway(part) && !sure.has(part);
  const kept = parts.filter((part) => !isUnsure(part));
  return { change: { ...change, delinea: { ...change.delinea, parts: kept } }, unsure: parts.filter(isUnsure) };
}

function keepOne(sure: Set<Step>, element: Values): void {
  for (const part of sure) {
    if (diff(resourceOf(part.kind), element, part.before).length > 0) continue;
    sure.delete(part);
    return;
  }
}

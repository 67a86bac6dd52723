import { isEdge } from '../model/keys.js';
import { nameIn } from '../model/object-names.js';
import { isListedByPrincipal, scopeKind } from '../resources/edge-words.js';
import { resourceOf } from '../resources/index.js';
import { membersBefore, removedMembers, removes } from './reductions.js';
import type { GuardInput, Refusal } from './refusal.js';

/** Removals of one kind that need no allowance: up to this many, or up to this share of the kind if that is more. */
const FEW = 5;

const SHARE = 0.1;

/** Refuses to remove too large a share of the managed objects. @param what the objects' name in plural */
export function refuseMass(what: string, removed: number, managed: number): Refusal[] {
  if (removed <= Math.max(FEW, managed * SHARE)) return [];
  return [{ guard: 'mass removal', message: `${removed} of ${managed} ${what} would be removed` }];
}

/**
 * Prefix of the count of members over all groups: removing one member from each of many groups is a mass removal too.
 */
const SCATTERED = 'all members';

export function massRemovals({ steps, names }: GuardInput): Refusal[] {
  const counts = new Map<string, { what: string; removed: number; managed: number; steps: number }>();
  const count = (key: string, what: string, removed: number, managed: number) => {
    const entry = counts.get(key) ?? { what, removed: 0, managed: 0, steps: 0 };
    const steps = entry.steps + (removed > 0 ? 1 : 0);
    counts.set(key, { what, removed: entry.removed + removed, managed: entry.managed + managed, steps });
  };
  for (const step of steps) {
    if (step.operation === 'create') continue;
    const resource = resourceOf(step.kind);
    const removed = removes(step) ? 1 : 0;
    count(step.kind, resource.plural, removed, 1);
    if (isEdge(resource) && !isListedByPrincipal(resource)) {
      const id = String(step.before[resource.edge.scope]);
      count(
        `${step.kind} ${id}`,
        `${resource.plural} on ${nameIn(names, [scopeKind(resource)], id) ?? id}`,
        removed,
        1,
      );
    }
    const members = membersBefore(step).length;
    if (members === 0) continue;
    const leaving = removedMembers(step).length;
    count(`members ${step.key}`, `members of ${step.label}`, leaving, members);
    count(`${SCATTERED} ${step.kind}`, `members of all ${resource.plural}`, leaving, members);
  }
  return [...counts]
    .filter(([key, { steps }]) => steps > 1 || !key.startsWith(SCATTERED))
    .flatMap(([, { what, removed, managed }]) => refuseMass(what, removed, managed));
}

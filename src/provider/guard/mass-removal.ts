import { isEdge, ownedKey } from '../model/keys.js';
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

/** The removals of one kind, scope or group. */
interface Count {
  readonly what: string;
  readonly removed: Set<string>;
  /** Everything that was managed before the run, and everything that is removed. */
  readonly managed: Set<string>;
  /** Objects that lose something. */
  readonly losing: Set<string>;
}

/**
 * Counts each object and member once, at however many addresses it is. Objects that the run creates, adopts or imports
 * count only when they lose something: else a pull request could declare more of them to remove more of the others.
 */
export function massRemovals({ steps, names }: GuardInput): Refusal[] {
  const counts = new Map<string, Count>();
  for (const step of steps) {
    if (step.operation === 'create') continue;
    const resource = resourceOf(step.kind);
    const object = ownedKey(resource, step.id ?? step.key, step.before);
    const count = (key: string, what: string, removed: readonly string[], before: readonly string[]) => {
      const entry = counts.get(key) ?? { what, removed: new Set(), managed: new Set(), losing: new Set() };
      counts.set(key, entry);
      for (const id of removed) entry.removed.add(id);
      for (const id of step.unmanaged ? removed : [...before, ...removed]) entry.managed.add(id);
      if (removed.length > 0) entry.losing.add(object);
    };
    const removed = removes(step) ? [object] : [];
    count(step.kind, resource.plural, removed, [object]);
    if (isEdge(resource) && !isListedByPrincipal(resource)) {
      const id = String(step.before[resource.edge.scope]);
      const scope = nameIn(names, [scopeKind(resource)], id) ?? id;
      count(`${step.kind} ${id}`, `${resource.plural} on ${scope}`, removed, [object]);
    }
    const inObject = (ids: readonly string[]) => ids.map((id) => `${object} ${id}`);
    const [leaving, members] = [inObject(removedMembers(step)), inObject(membersBefore(step))];
    count(`members ${object}`, `members of ${step.label}`, leaving, members);
    count(`${SCATTERED} ${step.kind}`, `members of all ${resource.plural}`, leaving, members);
  }
  return [...counts]
    .filter(([key, { losing }]) => losing.size > 1 || !key.startsWith(SCATTERED))
    .flatMap(([, { what, removed, managed }]) => refuseMass(what, removed.size, managed.size));
}

import { DelineaError } from '../model/errors.js';
import { objectKey } from '../model/keys.js';
import type { ResourceChange } from '../model/plan.js';
import type { Resource } from '../model/resource.js';
import type { Values } from '../model/values.js';
import { memberKinds, memberLists } from '../resources/edges.js';
import { resourceOf } from '../resources/index.js';
import type { Ownership } from './ownership.js';

/**
 * Lists as they were reviewed, without whom this run has deleted since: Terraform deletes a user before it changes the
 * group that no longer lists him, so his absence is no change that nobody has seen.
 */
export function withoutDeleted(ownership: Ownership, resource: Resource, reviewed: Values, live: Values): Values {
  const lists = memberLists(resource).filter((name) => Array.isArray(reviewed[name]));
  const left = lists.map((name) => {
    const there = new Set((live[name] as readonly string[] | null | undefined) ?? []);
    const members = reviewed[name] as readonly string[];
    return [name, members.filter((id) => there.has(id) || !isGoing(ownership, resource, id))];
  });
  return { ...reviewed, ...Object.fromEntries(left) };
}

/**
 * Carries out a change, and once more on a new look where a deletion of this run came between look and write.
 * @param anew the change as it is by then
 */
export async function despiteDeletions<T>(
  ownership: Ownership,
  change: ResourceChange,
  work: (change: ResourceChange) => Promise<T>,
  anew: () => Promise<ResourceChange>,
): Promise<T> {
  try {
    return await work(change);
  } catch (error) {
    const { kind, before } = change.delinea;
    const resource = resourceOf(kind);
    const members = memberLists(resource).flatMap((name) => (before[name] as readonly string[] | null) ?? []);
    const isOurs = members.some((id) => isGoing(ownership, resource, id));
    if (!(error instanceof DelineaError) || error.code !== 'stale_plan' || !isOurs) throw error;
    return work(await anew());
  }
}

function isGoing(ownership: Ownership, resource: Resource, id: string): boolean {
  return memberKinds(resource).some((kind) => ownership.isRemoved(objectKey(kind, id)));
}

import { diff } from '../model/diff.js';
import { DelineaError } from '../model/errors.js';
import { isEdge, keyText, objectKey } from '../model/keys.js';
import type { OwnedObject } from '../model/owned-object.js';
import type { ResourceChange, Step } from '../model/plan.js';
import type { Resource } from '../model/resource.js';
import { pick, type Values } from '../model/values.js';
import type { TenantReader } from '../read/tenant-reader.js';
import { memberKinds, memberLists } from '../resources/edges.js';
import { resourceOf } from '../resources/index.js';
import { isDeleted } from './adoption.js';
import type { ResourceInstance } from './instance.js';
import type { PlannedRemoval } from './memory.js';
import type { Ownership } from './ownership.js';
import type { SessionContext } from './session-context.js';

const AGAIN = { hint: 'Plan again and review it.' };

/**
 * What was there when it was planned, and reviewed as going, is not let go of because one read says that it is gone; and
 * where there was nothing to take away then, nobody has reviewed what there is now.
 * @param reader the one that the change was planned on, so that both see the same
 * @param again another look, for edges: they have no name that could lead to them
 * @throws DelineaError `unread` where the name still leads to it, `stale_plan` where it leads to another by now
 */
export async function refuseReplaced(
  reader: TenantReader,
  mine: readonly OwnedObject[],
  { delinea }: ResourceChange,
  { forgets, seen }: PlannedRemoval,
  again: () => Promise<ResourceChange>,
): Promise<void> {
  if (forgets && delinea.operation !== 'forget') {
    throw new DelineaError(
      'stale_plan',
      'there was nothing to take away when the plan was made, and now there is',
      AGAIN,
    );
  }
  const [entry] = mine;
  if (!forgets && seen && entry && delinea.operation === 'forget' && isEdge(resourceOf(entry.kind))) {
    if ((await again()).delinea.operation === 'forget') return;
    throw new DelineaError('incomplete_response', 'one read says that it is gone, and the next that it is not', {
      hint: 'Nothing was written. Apply again when the service agrees with itself.',
    });
  }
  if (forgets || !entry || delinea.operation !== 'forget' || !(await isDeleted(reader, mine))) return;
  const [named] = await reader.snapshot.view(entry.kind).byKey(entry.key);
  if (!named) return;
  if (named.id === entry.id) {
    throw new DelineaError('incomplete_response', 'the service finds it by name and says that its id is gone', {
      hint: 'Nothing was written. Apply again when the service agrees with itself.',
    });
  }
  // Without a plan that saw it there is nothing that this one could differ from.
  if (!seen) return;
  throw new DelineaError(
    'stale_plan',
    `gone since the plan was made, and another (id ${named.id}) has its name`,
    AGAIN,
  );
}

/**
 * The change as it was reviewed, so whatever has moved since the plan saw it stops it: what is declared is planned on the
 * state as it was read, what goes on what it has remembered.
 * @throws DelineaError `stale_plan` for edges of a set that nobody has seen
 */
export function withReviewedBefore(
  { ownership }: SessionContext,
  instance: ResourceInstance,
  change: ResourceChange,
): ResourceChange {
  const { delinea } = change;
  const { resource, declared } = instance;
  const was = declared ? instance.state : instance.memory?.planned?.seen;
  if (!was) return change;
  if (resource.authoritativeFor) {
    refuseUnreviewed(resource.authoritativeFor.edge, resource.authoritativeFor.elements, was, delinea);
    return change;
  }
  if (delinea.operation === 'create') {
    throw new DelineaError('stale_plan', `${delinea.label} is gone since the plan was made`, { hint: 'Plan again.' });
  }
  const ends = isEdge(resource) || !declared ? resource.key : [];
  const names = Object.keys(declared ? delinea.desired : delinea.before).filter(
    (name) => !ends.includes(name) && was[name] !== undefined && was[name] !== null,
  );
  const reviewed = withoutDeleted(ownership, resource, pick(was, names), delinea.before);
  return { ...change, delinea: { ...delinea, before: { ...delinea.before, ...reviewed } } };
}

function refuseUnreviewed(kind: string, elements: string, state: Values, { edgeSteps = [], before }: Step): void {
  const edge = resourceOf(kind);
  const listed = ((state[elements] as readonly Values[] | undefined) ?? []).map((element) => ({
    ...before,
    ...element,
  }));
  const reviewed = new Map<string, Values[]>();
  for (const values of listed) {
    const key = keyText(edge, values);
    reviewed.set(key, [...(reviewed.get(key) ?? []), values]);
  }
  // A state leaves out what code does not say of an element, such as the secret right.
  const isSame = (was: Values, now: Values) => {
    const told = Object.keys(now).filter((name) => !edge.key.includes(name) && (was[name] ?? null) !== null);
    return diff(edge, pick(was, told), now).length === 0;
  };
  for (const part of edgeSteps) {
    if (part.operation !== 'revoke' && part.operation !== 'replace') continue;
    if (reviewed.get(keyText(edge, part.before))?.some((was) => isSame(was, part.before))) continue;
    throw new DelineaError('stale_plan', `${part.label} was given since the plan was made`, AGAIN);
  }
}

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

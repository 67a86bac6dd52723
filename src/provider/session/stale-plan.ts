import { diff } from '../model/diff.js';
import { DelineaError } from '../model/errors.js';
import { isEdge, keyText, objectKey } from '../model/keys.js';
import type { OwnedObject } from '../model/owned-object.js';
import type { ResourceChange, Step } from '../model/plan.js';
import type { Resource } from '../model/resource.js';
import { pick, type Values } from '../model/values.js';
import type { TenantReader } from '../read/tenant-reader.js';
import { memberKinds, memberLists } from '../resources/edge-words.js';
import { resourceOf } from '../resources/index.js';
import { isDeleted } from './adoption.js';
import type { ResourceInstance } from './instance.js';
import type { Ownership } from './ownership.js';
import type { PlannedRemoval } from './private-state.js';
import type { SessionContext } from './session-context.js';

const AGAIN = { hint: 'Plan again and review it.' };

/**
 * Refuses a removal that is not the reviewed one: a reviewed object is not dropped because a single read returns 404, and
 * an object that was absent from the plan is not removed without a review.
 * @param owned the entries that are removed
 * @param reader the one that the change was planned with, so that both see the same
 * @param planAgain plans with another read, for edges: they have no name by which to find them
 * @throws DelineaError `incomplete_response` if the name still leads to the object, `stale_plan` if another has the name
 */
export async function refuseReplaced(
  reader: TenantReader,
  owned: readonly OwnedObject[],
  { delinea }: ResourceChange,
  { forgets, seen }: PlannedRemoval,
  planAgain: () => Promise<ResourceChange>,
): Promise<void> {
  if (forgets && delinea.operation !== 'forget') {
    throw new DelineaError('stale_plan', 'there was nothing to remove when the plan was made, and now there is', AGAIN);
  }
  const [entry] = owned;
  if (!forgets && seen && entry && delinea.operation === 'forget' && isEdge(resourceOf(entry.kind))) {
    if ((await planAgain()).delinea.operation === 'forget') return;
    throw new DelineaError('incomplete_response', 'inconsistent reads: first absent, then found', {
      hint: 'Nothing was written. Apply again later.',
    });
  }
  if (forgets || !entry || delinea.operation !== 'forget' || !(await isDeleted(reader, owned))) return;
  const [named] = await reader.snapshot.view(entry.kind).byKey(entry.key);
  if (!named) return;
  if (named.id === entry.id) {
    throw new DelineaError('incomplete_response', 'inconsistent reads: found by name, and absent by id', {
      hint: 'Nothing was written. Apply again later.',
    });
  }
  // Without a plan that saw the object there is nothing to compare with.
  if (!seen) return;
  throw new DelineaError(
    'stale_plan',
    `it was deleted since the plan was made, and another object (id ${named.id}) has its name`,
    AGAIN,
  );
}

/**
 * Returns a change with the values that were reviewed, so that the write refuses an object that changed since. For a declared
 * instance these are in its state, for a removal in its private state.
 * @throws DelineaError `stale_plan` for edges of a set that were not reviewed
 */
export function withReviewedBefore(
  { ownership }: SessionContext,
  instance: ResourceInstance,
  change: ResourceChange,
): ResourceChange {
  const { delinea } = change;
  const { resource, declared } = instance;
  const seen = declared ? instance.state : instance.privateState?.planned?.seen;
  if (!seen) return change;
  if (resource.authoritativeFor) {
    refuseUnreviewed(resource.authoritativeFor.edge, resource.authoritativeFor.elements, seen, delinea);
    return change;
  }
  if (delinea.operation === 'create') {
    throw new DelineaError('stale_plan', `${delinea.label} was deleted since the plan was made`, AGAIN);
  }
  const ends = isEdge(resource) || !declared ? resource.key : [];
  const names = Object.keys(declared ? delinea.desired : delinea.before).filter(
    (name) => !ends.includes(name) && seen[name] !== undefined && seen[name] !== null,
  );
  const reviewed = withoutDeleted(ownership, resource, pick(seen, names), delinea.before);
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
  // A state leaves out what the configuration does not set on an element, such as the secret right.
  const isSame = (was: Values, now: Values) => {
    const set = Object.keys(now).filter((name) => !edge.key.includes(name) && (was[name] ?? null) !== null);
    return diff(edge, pick(was, set), now).length === 0;
  };
  for (const step of edgeSteps) {
    if (step.operation !== 'revoke' && step.operation !== 'replace') continue;
    if (reviewed.get(keyText(edge, step.before))?.some((was) => isSame(was, step.before))) continue;
    throw new DelineaError('stale_plan', `${step.label} was granted since the plan was made`, AGAIN);
  }
}

/**
 * Returns reviewed values without the members that this session has deleted, so that they do not count as a stale plan:
 * Terraform deletes a user before it changes the group that no longer lists it.
 */
export function withoutDeleted(ownership: Ownership, resource: Resource, reviewed: Values, live: Values): Values {
  const lists = memberLists(resource).filter((name) => Array.isArray(reviewed[name]));
  const left = lists.map((name) => {
    const present = new Set((live[name] as readonly string[] | null | undefined) ?? []);
    const members = reviewed[name] as readonly string[];
    return [name, members.filter((id) => present.has(id) || !isRemoved(ownership, resource, id))];
  });
  return { ...reviewed, ...Object.fromEntries(left) };
}

/**
 * Carries out a change. If a deletion of this session came between its read and its write, it is planned and tried once more.
 * @param planAgain returns the change as it is by then
 */
export async function retryAfterDeletions<T>(
  ownership: Ownership,
  change: ResourceChange,
  work: (change: ResourceChange) => Promise<T>,
  planAgain: () => Promise<ResourceChange>,
): Promise<T> {
  try {
    return await work(change);
  } catch (error) {
    const { kind, before } = change.delinea;
    const resource = resourceOf(kind);
    const members = memberLists(resource).flatMap((name) => (before[name] as readonly string[] | null) ?? []);
    const isOurs = members.some((id) => isRemoved(ownership, resource, id));
    if (!(error instanceof DelineaError) || error.code !== 'stale_plan' || !isOurs) throw error;
    return work(await planAgain());
  }
}

function isRemoved(ownership: Ownership, resource: Resource, id: string): boolean {
  return memberKinds(resource).some((kind) => ownership.isRemoved(objectKey(kind, id)));
}

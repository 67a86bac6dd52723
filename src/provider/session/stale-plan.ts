import { diff } from '../model/diff.js';
import { DelineaError } from '../model/errors.js';
import { joinFirst } from '../model/join-first.js';
import { isEdge, keyText, objectKey, ownedKey } from '../model/keys.js';
import type { OwnedObject } from '../model/owned-object.js';
import type { ResourceChange, Step } from '../model/plan.js';
import { pick, type Values } from '../model/values.js';
import type { TenantReader } from '../read/tenant-reader.js';
import { edgesListed, memberKinds, memberLists } from '../resources/edge-words.js';
import { resourceOf } from '../resources/index.js';
import { isDeleted } from './adoption.js';
import type { ResourceInstance } from './instance.js';
import type { Ownership } from './ownership.js';
import type { PlanMarks } from './private-state.js';
import { replacedValues } from './replaced-values.js';
import type { SessionContext } from './session-context.js';

/** Replaced values named in one error. */
const NAMED = 10;

const PLAN_AGAIN = { hint: 'Plan again and review it.' };

/**
 * Refuses to remove an object that has changed since its plan was reviewed: it was replaced by another object of the
 * same name, it appeared only later, or two reads contradict each other.
 * @param reader the reader of the plan, so that both see the same state
 * @param owned the entries that are removed
 * @param planAgain plans an edge on a second read: an edge has no name by which a wrong 404 could be found out
 * @throws DelineaError `incomplete_response` if the name still leads to the object, `stale_plan` if it leads to another
 * one
 */
export async function refuseReplaced(
  reader: TenantReader,
  owned: readonly OwnedObject[],
  { delinea }: ResourceChange,
  { forgets, seen }: PlanMarks,
  planAgain: () => Promise<ResourceChange>,
): Promise<void> {
  if (forgets && delinea.operation !== 'forget') {
    throw new DelineaError(
      'stale_plan',
      'there was nothing to remove when the plan was made, and now there is',
      PLAN_AGAIN,
    );
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
    PLAN_AGAIN,
  );
}

/**
 * Returns the change with the values that were reviewed, so that apply refuses it if they have changed since. For a
 * declared instance they are those of the state, for a removal those that its plan recorded.
 * @throws DelineaError `stale_plan` for edges of a set that were not in the reviewed plan
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
    throw new DelineaError('stale_plan', `${delinea.label} was deleted since the plan was made`, PLAN_AGAIN);
  }
  const ends = isEdge(resource) || !declared ? resource.key : [];
  const names = Object.keys(declared ? delinea.desired : delinea.before).filter(
    (name) => !ends.includes(name) && seen[name] !== undefined && seen[name] !== null,
  );
  const reviewed = withoutDeleted(ownership, delinea, pick(seen, names));
  return { ...change, delinea: { ...delinea, before: { ...delinea.before, ...reviewed } } };
}

/**
 * Refuses a creation that would take away or replace more than its plan has shown: the tenant has changed since.
 * @throws DelineaError `stale_plan`
 */
export async function refuseNewlyReplaced(
  reader: TenantReader,
  { state, replaces }: ResourceInstance,
  change: ResourceChange,
): Promise<void> {
  if (state || !replaces) return;
  const found = (await replacedValues(reader, change)).filter((text) => !replaces.includes(text));
  if (found.length === 0) return;
  const message = `${change.delinea.label} would also replace ${joinFirst(found, NAMED)}, which its plan does not show`;
  throw new DelineaError('stale_plan', message, PLAN_AGAIN);
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
    if (!['revoke', 'replace', 'update'].includes(step.operation)) continue;
    if (reviewed.get(keyText(edge, step.before))?.some((was) => isSame(was, step.before))) continue;
    throw new DelineaError('stale_plan', `${step.label} was granted since the plan was made`, PLAN_AGAIN);
  }
}

/**
 * Returns the reviewed member lists without members that this run has removed: Terraform deletes a user, or revokes a
 * membership, before it changes the group, so their absence does not make the plan stale.
 */
export function withoutDeleted(
  ownership: Ownership,
  step: Pick<Step, 'kind' | 'id' | 'before'>,
  reviewed: Values,
): Values {
  const lists = memberLists(resourceOf(step.kind)).filter((name) => Array.isArray(reviewed[name]));
  const left = lists.map((name) => {
    const present = new Set((step.before[name] as readonly string[] | null | undefined) ?? []);
    const members = reviewed[name] as readonly string[];
    return [name, members.filter((id) => present.has(id) || !isRemoved(ownership, step, name, id))];
  });
  return { ...reviewed, ...Object.fromEntries(left) };
}

/**
 * Makes a change. If a deletion of this run made it stale between its read and its write, plans and makes it once more.
 * @param planAgain plans the change on the live state
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
    const { delinea: step } = change;
    const isOurs = memberLists(resourceOf(step.kind)).some((name) =>
      ((step.before[name] as readonly string[] | null | undefined) ?? []).some((id) =>
        isRemoved(ownership, step, name, id),
      ),
    );
    if (!(error instanceof DelineaError) || error.code !== 'stale_plan' || !isOurs) throw error;
    return work(await planAgain());
  }
}

/** Returns whether this run removes a member of a list, or its membership. */
function isRemoved(
  ownership: Ownership,
  { kind, id = '' }: Pick<Step, 'kind' | 'id'>,
  list: string,
  member: string,
): boolean {
  const resource = resourceOf(kind);
  return (
    memberKinds(resource).some((of) => ownership.isRemoved(objectKey(of, member))) ||
    edgesListed(resource, id, { [list]: [member] }).some((edge) =>
      ownership.isRemoved(ownedKey(edge.resource, '', edge.values)),
    )
  );
}

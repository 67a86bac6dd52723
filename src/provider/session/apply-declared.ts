import { diff } from '../model/diff.js';
import { asError, DelineaError } from '../model/errors.js';
import { isEdge, nameKey, objectKey, ownedKey } from '../model/keys.js';
import { pick } from '../model/values.js';
import type { RemoteObject } from '../model/wire.js';
import { homeValues } from '../read/home-values.js';
import { resolveScope } from '../read/scope.js';
import { homeKey } from '../read/to-owned-object.js';
import { keyOfOwned } from '../resources/owned-key.js';
import { refuseNameReuse, withAdoption } from './adoption.js';
import { type Applied, Attempt } from './attempt.js';
import { addCreatedLists } from './check-duplicates.js';
import type { InstanceState, ResourceInstance } from './instance.js';
import { ownedByState } from './owned-by-state.js';
import type { Removed } from './ownership.js';
import { type InstancePlan, planInIsolation } from './plan-in-isolation.js';
import { readAuthoritativeSet } from './read-instance.js';
import { freshReader, lockName, refuseAborted, type SessionContext } from './session-context.js';
import { reducesAnyAccess } from './session-guard.js';
import type { Warning } from './warnings.js';

/** Creates or changes one instance as declared, and reads it back. Never throws: `Attempt.run` returns the error. */
export function applyDeclared(session: SessionContext, instance: ResourceInstance): Promise<Applied> {
  const attempt = new Attempt(session, instance);
  return attempt.run(
    () => applyChangeOf(session, instance, attempt),
    async (error) => {
      if (!instance.state) for (const key of await namedKeys(session, instance)) session.ownership.markFailed(key);
      return withAdoption(freshReader(session), instance, error);
    },
  );
}

async function applyChangeOf(
  session: SessionContext,
  instance: ResourceInstance,
  attempt: Attempt,
): Promise<InstanceState | undefined> {
  const { ownership, guard, shared } = session;
  refuseAborted(session);
  await refuseNameReuse(freshReader(session), instance);
  const first = await planFresh(session, instance).catch(asError());
  if (!(first instanceof DelineaError)) {
    attempt.track(first.change);
    session.changes.retire(first.retired);
  }
  const hasWaited = await waitForOthers(session, instance, first);
  return session.locks.hold(lockName(instance), async () => {
    const plan = hasWaited ? await planFresh(session, instance, attempt.warnings) : first;
    refuseAborted(session);
    if (plan instanceof DelineaError) throw plan;
    const keys = await ownedKeys(session, instance, plan);
    const restored = keys.filter((key) => ownership.removedEarlier(key));
    const live = await attempt.carryOut(plan.change, async () => (await planFresh(session, instance)).change);
    guard.uncount(restored);
    for (const key of keys) ownership.markApplied(key);
    if (live && !isEdge(instance.resource)) {
      shared.snapshot.wrote(instance.resource.type, live, instance.state);
      addCreatedLists(session, instance, live.id);
    }
    return readBackInstance(session, instance, plan, live);
  });
}

/**
 * Delays removals until all grants are done, and adoptions and rejections until ownership is settled.
 * @returns whether it has waited, so that the instance must be planned again
 */
async function waitForOthers(
  session: SessionContext,
  instance: ResourceInstance,
  first: InstancePlan | DelineaError,
): Promise<boolean> {
  const { barrier } = session;
  if (first instanceof DelineaError) {
    if (!instance.state) await waitUntilOwned(session, instance);
    return !instance.state;
  }
  const reduces = reducesAnyAccess(first.change);
  if (instance.state && reduces) await barrier.beforeRemovals();
  else if (!instance.state && (reduces || first.live)) await barrier.afterReads();
  else return false;
  return true;
}

/** Waits for the removal of a live object at another address, which Terraform may send later. */
async function waitUntilOwned(session: SessionContext, instance: ResourceInstance): Promise<void> {
  const { ownership, barrier } = session;
  const keys = await namedKeys(session, instance);
  const isOwned = () => keys.some((key) => ownership.entryOf(key) ?? ownership.removedEarlier(key));
  while (!isOwned() && !(await barrier.beforeRejections(isOwned)));
}

/**
 * Plans on the live state, including the changes of this session.
 * @param warnings receives a warning if an object is restored that another address removed
 */
async function planFresh(
  session: SessionContext,
  instance: ResourceInstance,
  warnings?: Warning[],
): Promise<InstancePlan> {
  const reader = freshReader(session);
  const { resource, declared = {}, state } = instance;
  if (state || resource.authoritativeFor || isEdge(resource)) {
    return planInIsolation(reader, instance, await ownedByState(session.shared, instance));
  }
  const [found] = warnings
    ? await reader.snapshot.view(resource.type).byKey(await homeKey(reader, resource, declared))
    : [];
  if (!warnings || !found) return planInIsolation(reader, instance, []);
  const key = objectKey(resource.type, found.id);
  const removed = session.ownership.removedEarlier(key);
  const entry = session.ownership.entryOf(key);
  if (!removed) return planInIsolation(reader, instance, entry ? [entry] : []);
  const name = String(declared[resource.key[0]!]);
  warnings.push({ message: `${name} was removed at another address in this apply and is restored` });
  return planRestored(session, instance, name, removed);
}

/** Plans to restore an object that another address removed first: its members, and its login without a new consent. */
function planRestored(
  session: SessionContext,
  instance: ResourceInstance,
  name: string,
  { owned, before = {} }: Removed,
): Promise<InstancePlan> {
  const { removal } = instance.resource;
  const { inactive = {}, active } = removal?.verb === 'deactivate' ? removal : {};
  const lost = active ? {} : pick(before, Object.keys(inactive));
  const wasActive = active !== undefined && diff(instance.resource, active, before).length === 0;
  const restored = { ...instance, declared: { ...lost, ...instance.declared } };
  return planInIsolation(freshReader(session), restored, [owned], wasActive ? [name] : []);
}

/** Returns the keys of the object or edges that this instance owns after its apply. */
async function ownedKeys(
  { shared }: SessionContext,
  { resource, declared = {} }: ResourceInstance,
  { live, change }: InstancePlan,
): Promise<string[]> {
  if (!resource.authoritativeFor && !isEdge(resource)) return live ? [ownedKey(resource, live.id, {})] : [];
  const owned = await ownedByState(shared, { resource, state: { ...declared, id: change.delinea.id ?? '' } });
  return owned.map(keyOfOwned);
}

/**
 * Returns the keys of a declaration's object or edges. For an object they include its name, which may be all that is
 * known.
 */
async function namedKeys(session: SessionContext, { resource, declared = {} }: ResourceInstance): Promise<string[]> {
  const isObject = !resource.authoritativeFor && !isEdge(resource);
  const name = isObject ? [nameKey(resource, declared)] : [];
  const find = async () => {
    if (isObject) {
      const reader = freshReader(session);
      const found = await reader.snapshot.view(resource.type).byKey(await homeKey(reader, resource, declared));
      return found.map(({ id }) => objectKey(resource.type, id));
    }
    return (await ownedByState(session.shared, { resource, state: { ...declared, id: '' } })).map(keyOfOwned);
  };
  const found = await find().catch(asError());
  return found instanceof DelineaError ? name : [...name, ...found];
}

/** Returns the instance as it was read back, or as the plan read it if nothing was written. */
async function readBackInstance(
  session: SessionContext,
  { resource, declared = {} }: ResourceInstance,
  plan: InstancePlan,
  live: RemoteObject | undefined,
): Promise<InstanceState | undefined> {
  const reader = freshReader(session);
  if (resource.authoritativeFor) {
    const scope = await resolveScope(reader, resource, declared);
    const owned = await ownedByState(session.shared, { resource, state: declared });
    return readAuthoritativeSet(reader, resource, scope, owned);
  }
  if (!live) return plan.live;
  return { id: live.id, values: await homeValues(reader, resource.type, live) };
}

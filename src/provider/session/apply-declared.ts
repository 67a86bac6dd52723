import { diff } from '../model/diff.js';
import { asError, DelineaError } from '../model/errors.js';
import { isEdge, nameKey, objectKey, ownedKey } from '../model/keys.js';
import { pick } from '../model/values.js';
import type { RemoteObject } from '../model/wire.js';
import { homeValues } from '../read/home-values.js';
import { resolveScope } from '../read/scope.js';
import { keyOfOwned } from '../resources/keys.js';
import { refuseNameReuse, withImport } from './adoption.js';
import { type Applied, Attempt } from './attempt.js';
import type { InstanceState, ResourceInstance } from './instance.js';
import { ownedByState } from './owned-by-state.js';
import { type InstancePlan, planInIsolation } from './plan-alone.js';
import { readAuthoritativeSet } from './read-instance.js';
import { freshReader, lockName, refuseAborted, type SessionContext } from './session-context.js';
import { reducesAnyAccess } from './session-guard.js';
import type { Warning } from './warnings.js';

/** Makes one piece as declared, and reads it back. Throws nothing: what was done counts, failed or not. */
export function applyDeclared(session: SessionContext, instance: ResourceInstance): Promise<Applied> {
  const attempt = new Attempt(session, instance);
  return attempt.run(
    () => make(session, instance, attempt),
    async (error) => {
      if (!instance.state) for (const key of await keysNamed(session, instance)) session.ownership.markFailed(key);
      return withImport(freshReader(session), instance, error);
    },
  );
}

async function make(
  session: SessionContext,
  instance: ResourceInstance,
  attempt: Attempt,
): Promise<InstanceState | undefined> {
  const { ownership, guard, shared } = session;
  refuseAborted(session);
  await refuseNameReuse(freshReader(session), instance);
  const first = await planAgain(session, instance).catch(asError());
  if (!(first instanceof DelineaError)) attempt.note(first.change);
  const hasWaited = await waitFor(session, instance, first);
  return session.locks.hold(lockName(instance), async () => {
    const one = hasWaited ? await planAgain(session, instance, attempt.warnings) : first;
    refuseAborted(session);
    if (one instanceof DelineaError) throw one;
    const keys = await keysMeant(session, instance, one);
    const restored = keys.filter((key) => ownership.removedEarlier(key));
    const live = await attempt.carryOut(one.change, async () => (await planAgain(session, instance)).change);
    guard.uncount(restored);
    for (const key of keys) ownership.markApplied(key);
    if (live && !isEdge(instance.resource)) shared.snapshot.wrote(instance.resource.type, live, instance.state);
    return shown(session, instance, one, live);
  });
}

/**
 * What takes away waits until whatever gives is done, and what is there already, or refused, until it is known whose it
 * is. @returns whether it has waited, so that it must be planned anew
 */
async function waitFor(
  session: SessionContext,
  instance: ResourceInstance,
  first: InstancePlan | DelineaError,
): Promise<boolean> {
  const { barrier } = session;
  if (first instanceof DelineaError) {
    if (!instance.state) await untilOurs(session, instance);
    return !instance.state;
  }
  const takes = reducesAnyAccess(first.change);
  if (instance.state && takes) await barrier.beforeRemovals();
  else if (!instance.state && (takes || first.live)) await barrier.afterReads();
  else return false;
  return true;
}

/** What exists and is not known to be ours may be removed at another address, which Terraform tells after what hangs on it. */
async function untilOurs(session: SessionContext, instance: ResourceInstance): Promise<void> {
  const { ownership, barrier } = session;
  const keys = await keysNamed(session, instance);
  const isOurs = () => keys.some((key) => ownership.entryOf(key) ?? ownership.removedEarlier(key));
  while (!isOurs() && !(await barrier.beforeRejections(isOurs)));
}

/** A plan on what lives now, and on what this very run has done to it. */
async function planAgain(
  session: SessionContext,
  instance: ResourceInstance,
  warnings?: Warning[],
): Promise<InstancePlan> {
  const reader = freshReader(session);
  const owned = await ownedByState(session.shared, instance);
  const { resource, declared = {} } = instance;
  if (instance.state || resource.authoritativeFor || isEdge(resource)) return planInIsolation(reader, instance, owned);
  const [found] = await reader.snapshot.view(resource.type).byKey(declared);
  if (!warnings || !found) return planInIsolation(reader, instance, []);
  const key = objectKey(resource.type, found.id);
  const taken = session.ownership.removedEarlier(key);
  const leaving = session.ownership.entryOf(key);
  if (!taken) return planInIsolation(reader, instance, leaving ? [leaving] : []);
  // The removal of the old address came first: what it took is given back.
  const name = String(declared[resource.key[0]!]);
  warnings.push({
    message: `${name} was removed at another address a moment ago and is put back as it was`,
  });
  const { before = {} } = taken;
  const lost = resource.removal?.verb === 'deactivate' ? pick(before, Object.keys(resource.removal.inactive)) : {};
  const { active } = resource.removal?.verb === 'deactivate' ? resource.removal : {};
  const wasAlive = active !== undefined && diff(resource, active, before).length === 0;
  const restored = { ...instance, declared: { ...(active ? {} : lost), ...declared } };
  return planInIsolation(reader, restored, [taken.owned], wasAlive ? [name] : []);
}

/** The object, or the edges, that this piece speaks for from now on. */
async function keysMeant(
  { shared }: SessionContext,
  instance: ResourceInstance,
  { live, change }: InstancePlan,
): Promise<string[]> {
  const { resource, declared = {} } = instance;
  if (resource.authoritativeFor || isEdge(resource)) {
    const owned = await ownedByState(shared, { resource, state: { ...declared, id: change.delinea.id ?? '' } });
    return owned.map(keyOfOwned);
  }
  return live ? [ownedKey(resource, live.id, {})] : [];
}

/** What a declaration means by its names; where that cannot be told, the name itself. */
async function keysNamed(session: SessionContext, { resource, declared = {} }: ResourceInstance): Promise<string[]> {
  const isObject = !resource.authoritativeFor && !isEdge(resource);
  const name = isObject ? [nameKey(resource, declared)] : [];
  try {
    if (!isObject) {
      const owned = await ownedByState(session.shared, { resource, state: { ...declared, id: '' } });
      return owned.map(keyOfOwned);
    }
    const found = await freshReader(session).snapshot.view(resource.type).byKey(declared);
    return [...name, ...found.map(({ id }) => objectKey(resource.type, id))];
  } catch (error) {
    if (!(error instanceof DelineaError)) throw error;
    return name;
  }
}

/** The object as it was read back, or as the plan read it where nothing was written. */
async function shown(
  session: SessionContext,
  instance: ResourceInstance,
  one: InstancePlan,
  live: RemoteObject | undefined,
): Promise<InstanceState | undefined> {
  const { resource, declared = {} } = instance;
  const reader = freshReader(session);
  if (resource.authoritativeFor) {
    const scope = await resolveScope(reader, resource, declared);
    return readAuthoritativeSet(
      reader,
      resource,
      scope,
      await ownedByState(session.shared, { resource, state: declared }),
    );
  }
  if (!live) return one.live;
  return { id: live.id, values: await homeValues(reader, resource.type, live) };
}

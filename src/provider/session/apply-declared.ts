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
export function applyDeclared(running: SessionContext, piece: ResourceInstance): Promise<Applied> {
  const attempt = new Attempt(running, piece);
  return attempt.run(
    () => make(running, piece, attempt),
    async (error) => {
      if (!piece.state) for (const key of await keysNamed(running, piece)) running.ownership.markFailed(key);
      return withImport(freshReader(running), piece, error);
    },
  );
}

async function make(
  running: SessionContext,
  piece: ResourceInstance,
  attempt: Attempt,
): Promise<InstanceState | undefined> {
  const { ownership, removals, shared } = running;
  refuseAborted(running);
  await refuseNameReuse(freshReader(running), piece);
  const first = await planAgain(running, piece).catch(asError());
  if (!(first instanceof DelineaError)) attempt.note(first.change);
  const hasWaited = await waitFor(running, piece, first);
  return running.locks.hold(lockName(piece), async () => {
    const one = hasWaited ? await planAgain(running, piece, attempt.warnings) : first;
    refuseAborted(running);
    if (one instanceof DelineaError) throw one;
    const keys = await keysMeant(running, piece, one);
    const back = keys.filter((key) => ownership.removedEarlier(key)).length;
    const live = await attempt.carryOut(one.change, async () => (await planAgain(running, piece)).change);
    for (const key of keys) ownership.markApplied(key);
    removals.back(piece.resource.authoritativeFor?.edge ?? piece.resource.type, back);
    if (live && !isEdge(piece.resource)) shared.snapshot.wrote(piece.resource.type, live, piece.state);
    return shown(running, piece, one, live);
  });
}

/**
 * What takes away waits until whatever gives is done, and what is there already, or refused, until it is known whose it
 * is. @returns whether it has waited, so that it must be planned anew
 */
async function waitFor(
  running: SessionContext,
  piece: ResourceInstance,
  first: InstancePlan | DelineaError,
): Promise<boolean> {
  const { barrier } = running;
  if (first instanceof DelineaError) {
    if (!piece.state) await untilOurs(running, piece);
    return !piece.state;
  }
  const takes = reducesAnyAccess(first.change);
  if (piece.state && takes) await barrier.beforeRemovals();
  else if (!piece.state && (takes || first.live)) await barrier.afterReads();
  else return false;
  return true;
}

/** What exists and is not known to be ours may be removed at another address, which Terraform tells after what hangs on it. */
async function untilOurs(running: SessionContext, piece: ResourceInstance): Promise<void> {
  const { ownership, barrier } = running;
  const keys = await keysNamed(running, piece);
  const isOurs = () => keys.some((key) => ownership.entryOf(key) ?? ownership.removedEarlier(key));
  while (!isOurs() && !(await barrier.beforeRejections(isOurs)));
}

/** A plan on what lives now, and on what this very run has done to it. */
async function planAgain(
  running: SessionContext,
  piece: ResourceInstance,
  warnings?: Warning[],
): Promise<InstancePlan> {
  const reading = freshReader(running);
  const owned = await ownedByState(running.shared, piece);
  const { resource, declared = {} } = piece;
  if (piece.state || resource.authoritativeFor || isEdge(resource)) return planInIsolation(reading, piece, owned);
  const [found] = await reading.snapshot.view(resource.type).byKey(declared);
  if (!warnings || !found) return planInIsolation(reading, piece, []);
  const key = objectKey(resource.type, found.id);
  const taken = running.ownership.removedEarlier(key);
  const leaving = running.ownership.entryOf(key);
  if (!taken) return planInIsolation(reading, piece, leaving ? [leaving] : []);
  // The removal of the old address came first: what it took is given back.
  const name = String(declared[resource.key[0]!]);
  warnings.push({
    message: `${name} was removed at another address a moment ago and is put back as it was`,
  });
  const { before = {} } = taken;
  const lost = resource.removal?.verb === 'deactivate' ? pick(before, Object.keys(resource.removal.inactive)) : {};
  const { active } = resource.removal?.verb === 'deactivate' ? resource.removal : {};
  const wasAlive = active !== undefined && diff(resource, active, before).length === 0;
  const restored = { ...piece, declared: { ...(active ? {} : lost), ...declared } };
  return planInIsolation(reading, restored, [taken.owned], { reactivate: wasAlive ? [name] : [] });
}

/** The object, or the edges, that this piece speaks for from now on. */
async function keysMeant(
  { shared }: SessionContext,
  piece: ResourceInstance,
  { live, change }: InstancePlan,
): Promise<string[]> {
  const { resource, declared = {} } = piece;
  if (resource.authoritativeFor || isEdge(resource)) {
    const owned = await ownedByState(shared, { resource, state: { ...declared, id: change.delinea.id ?? '' } });
    return owned.map(keyOfOwned);
  }
  return live ? [ownedKey(resource, live.id, {})] : [];
}

/** What a declaration means by its names; where that cannot be told, the name itself. */
async function keysNamed(running: SessionContext, { resource, declared = {} }: ResourceInstance): Promise<string[]> {
  const isObject = !resource.authoritativeFor && !isEdge(resource);
  const name = isObject ? [nameKey(resource, declared)] : [];
  try {
    if (!isObject) {
      const owned = await ownedByState(running.shared, { resource, state: { ...declared, id: '' } });
      return owned.map(keyOfOwned);
    }
    const found = await freshReader(running).snapshot.view(resource.type).byKey(declared);
    return [...name, ...found.map(({ id }) => objectKey(resource.type, id))];
  } catch (error) {
    if (!(error instanceof DelineaError)) throw error;
    return name;
  }
}

/** The object as it was read back, or as the plan read it where nothing was written. */
async function shown(
  running: SessionContext,
  piece: ResourceInstance,
  one: InstancePlan,
  live: RemoteObject | undefined,
): Promise<InstanceState | undefined> {
  const { resource, declared = {} } = piece;
  const reading = freshReader(running);
  if (resource.authoritativeFor) {
    const scope = await resolveScope(reading, resource, declared);
    return readAuthoritativeSet(
      reading,
      resource,
      scope,
      await ownedByState(running.shared, { resource, state: declared }),
    );
  }
  if (!live) return one.live;
  return { id: live.id, values: await homeValues(reading, resource.type, live) };
}

import { refuseOtherTenant } from '../apply/apply-plan.js';
import { DelineaError, ignoreCodes } from '../model/errors.js';
import { isEdge, nameKey, objectKey } from '../model/keys.js';
import type { OwnedObject } from '../model/owned-object.js';
import { principalOf } from '../resources/edges.js';
import { resourceOf } from '../resources/index.js';
import { keyOfOwned } from '../resources/keys.js';
import { type Applied, Attempt } from './attempt.js';
import { nameInState, type ResourceInstance } from './instance.js';
import { ownedByState, redeclaredName } from './owned-by-state.js';
import { planInIsolation } from './plan-alone.js';
import { freshReader, lockName, refuseAborted, type SessionContext } from './session-context.js';
import { refuseReplaced } from './stale-plan.js';

/**
 * Lets go of one piece in the way that it says. What another address has made its own in this run stays. Throws nothing:
 * what was done counts, failed or not.
 */
export function applyRemoved(session: SessionContext, instance: ResourceInstance): Promise<Applied> {
  const attempt = new Attempt(session, instance);
  const leaving: Leaving = { label: nameInState(instance), owned: [] };
  return attempt.run(
    async () => {
      await letGo(session, instance, attempt, leaving);
      return undefined;
    },
    async (error) => {
      for (const entry of leaving.owned) session.ownership.keep(keyOfOwned(entry));
      return error.about(leaving.label);
    },
  );
}

interface Leaving {
  label: string;
  owned: readonly OwnedObject[];
}

async function letGo(
  session: SessionContext,
  instance: ResourceInstance,
  attempt: Attempt,
  leaving: Leaving,
): Promise<void> {
  const { ownership, locks, shared } = session;
  const planned = instance.memory?.planned ?? {};
  refuseAborted(session);
  if (planned.tenant !== undefined) refuseOtherTenant(planned.tenant, session.tenant.settings);
  const all = await ownedByState(shared, instance).catch(
    ignoreCodes(...(planned.forgets ? (['unknown_name'] as const) : [])),
  );
  if (!all) return;
  for (const other of planned.redeclaredElsewhere ?? []) ownership.markRedeclared(other);
  const nameOf = ({ kind, key }: OwnedObject) => nameKey(resourceOf(kind), key);
  const isPassedOn = (entry: OwnedObject) => ownership.isRedeclared(redeclaredName(entry, nameOf(entry)));
  const isKept = (entry: OwnedObject) => planned.kept?.includes(nameOf(entry)) === true || isPassedOn(entry);
  for (const entry of all) if (planned.redeclared || isKept(entry)) ownership.add(keyOfOwned(entry), entry);
  if (planned.redeclared || (all.length > 0 && all.every(isKept))) return stay(session, all, leaving.label);
  const owned = all.filter((entry) => !isKept(entry));
  leaving.owned = owned;
  for (const entry of owned) ownership.markRemoving(keyOfOwned(entry), entry);
  const reader = freshReader(session);
  const first = await planInIsolation(reader, instance, owned);
  leaving.label = first.change.delinea.label;
  attempt.note(first.change);
  const isMade = (entry: OwnedObject) => ownership.isApplied(keyOfOwned(entry));
  const isSettled = () => owned.every((entry) => isMade(entry) || isPassedOn(entry));
  while (
    !(await session.barrier.beforeRemovals(isSettled)) &&
    !isSettled() &&
    (await session.guard.wouldRefuse(first.change))
  );
  if (owned.some(isPassedOn) && !owned.every(isMade)) {
    // It is as if it had been told at once.
    attempt.unnote();
    for (const entry of owned) ownership.keep(keyOfOwned(entry));
    return letGo(session, instance, attempt, leaving);
  }
  await locks.hold(lockName(instance), async () => {
    refuseAborted(session);
    refuseFailed(session, owned, leaving.label);
    const mine = owned.filter((entry) => !isMade(entry));
    if (mine.length < owned.length) {
      attempt.warn(`${leaving.label} stays as it is: another address has it now`);
      attempt.unnote();
      if (mine.length === 0) return;
    }
    const again = async () => (await planInIsolation(freshReader(session), instance, mine)).change;
    const change = mine.length < owned.length ? await again() : first.change;
    await refuseReplaced(reader, mine, change, planned, again);
    await attempt.carryOut(change, again);
    // Whom only the state forgets has lost nothing: another address may have it as it is.
    const isTaken = change.delinea.operation !== 'forget';
    for (const entry of mine) {
      if (isTaken) ownership.markRemoved(keyOfOwned(entry), entry, change.delinea.before);
      else ownership.keep(keyOfOwned(entry));
    }
  });
}

/** Another address is to have it: this one waits for that as long as nothing else waits for this one. */
async function stay(session: SessionContext, owned: readonly OwnedObject[], label: string): Promise<void> {
  const { ownership, barrier } = session;
  const isSettled = () => owned.every((entry) => ownership.isApplied(keyOfOwned(entry))) || hasFailed(session, owned);
  if (!isSettled()) await barrier.beforeAdoptions(isSettled);
  refuseFailed(session, owned, label);
}

/** What another address declares stays, and stays ours at this one where that failed: the next apply has both again. */
function refuseFailed(session: SessionContext, owned: readonly OwnedObject[], label: string): void {
  const again = {
    hint: 'It stays as it is. See the other error, and apply again; where it was renamed, with a moved block.',
  };
  if (hasFailed(session, owned)) {
    throw new DelineaError('skipped', `${label} is declared at another address, where something failed`, again);
  }
  const principals = owned.flatMap(({ kind, key }) => principalOf(kind, key) ?? []);
  if (!principals.some(({ kind, id }) => session.ownership.hasFailed(objectKey(kind, id)))) return;
  throw new DelineaError(
    'skipped',
    `${label}: who has it is declared at another address, where something failed`,
    again,
  );
}

function hasFailed({ ownership }: SessionContext, owned: readonly OwnedObject[]): boolean {
  return owned.some((entry) => {
    const resource = resourceOf(entry.kind);
    const keys = [keyOfOwned(entry), ...(isEdge(resource) ? [] : [nameKey(resource, entry.key)])];
    return keys.some((key) => ownership.hasFailed(key));
  });
}

import { refuseOtherTenant } from '../apply/apply-plan.js';
import { DelineaError, ignoreCodes } from '../model/errors.js';
import { isEdge, nameKey, objectKey } from '../model/keys.js';
import type { OwnedObject } from '../model/owned-object.js';
import { principalOf } from '../resources/edge-words.js';
import { resourceOf } from '../resources/index.js';
import { keyOfOwned } from '../resources/owned-key.js';
import { type Applied, Attempt } from './attempt.js';
import { nameInState, type ResourceInstance } from './instance.js';
import { ownedByState, redeclaredName } from './owned-by-state.js';
import { planInIsolation } from './plan-in-isolation.js';
import { freshReader, lockName, refuseAborted, type SessionContext } from './session-context.js';
import { refuseReplaced } from './stale-plan.js';

/**
 * Removes one instance according to `on_removal`. Objects that another address has applied in this session are kept.
 * Never throws: `Attempt.run` returns the error.
 */
export function applyRemoved(session: SessionContext, instance: ResourceInstance): Promise<Applied> {
  const attempt = new Attempt(session, instance);
  const removal: Removal = { session, instance, attempt, label: nameInState(instance), removing: [] };
  return attempt.run(
    async () => {
      await removeOwned(removal);
      return undefined;
    },
    async (error) => {
      for (const entry of removal.removing) session.ownership.keep(keyOfOwned(entry));
      return error.about(removal.label);
    },
  );
}

/** A removal in progress. */
interface Removal {
  readonly session: SessionContext;
  readonly instance: ResourceInstance;
  readonly attempt: Attempt;
  label: string;
  removing: readonly OwnedObject[];
}

async function removeOwned(removal: Removal): Promise<void> {
  const { session, instance, attempt } = removal;
  const { ownership } = session;
  const planned = instance.privateState?.planned ?? {};
  refuseAborted(session);
  if (planned.tenant !== undefined) refuseOtherTenant(planned.tenant, session.tenant.settings.target);
  for (const name of planned.redeclaredElsewhere ?? []) ownership.markRedeclared(name);
  const owned = await ownedByState(session.shared, instance).catch(
    ignoreCodes(...(planned.forgets ? (['unknown_name'] as const) : [])),
  );
  if (!owned) return;
  const kept = owned.filter((entry) => isKept(removal, entry));
  for (const entry of planned.redeclared ? owned : kept) ownership.add(keyOfOwned(entry), entry);
  if (planned.redeclared || (owned.length > 0 && kept.length === owned.length)) return waitForOwner(removal, owned);
  removal.removing = owned.filter((entry) => !kept.includes(entry));
  for (const entry of removal.removing) ownership.markRemoving(keyOfOwned(entry), entry);
  const reader = freshReader(session);
  const plan = await planInIsolation(reader, instance, removal.removing);
  removal.label = plan.change.delinea.label;
  attempt.track(plan.change);
  await waitForGrants(removal, () => session.guard.wouldRefuse(plan.change));
  const { removing } = removal;
  if (removing.some((entry) => isRedeclared(session, entry)) && !removing.every((entry) => isApplied(session, entry))) {
    // Another address declares one of the objects: start again with that knowledge.
    attempt.untrack();
    for (const entry of removing) ownership.keep(keyOfOwned(entry));
    return removeOwned(removal);
  }
  await session.locks.hold(lockName(instance), async () => {
    refuseAborted(session);
    refuseFailed(removal, removing);
    const left = removing.filter((entry) => !isApplied(session, entry));
    if (left.length < removing.length) {
      attempt.warn(`${removal.label} is left unchanged: another address owns it now`);
      attempt.untrack();
      if (left.length === 0) return;
    }
    const planAgain = async () => (await planInIsolation(freshReader(session), instance, left)).change;
    const change = left.length < removing.length ? await planAgain() : plan.change;
    await refuseReplaced(reader, left, change, planned, planAgain);
    await attempt.carryOut(change, planAgain);
    for (const entry of left) {
      // An object that only leaves the state has not changed in the tenant: another address may adopt it unchanged.
      if (change.delinea.operation === 'forget') ownership.keep(keyOfOwned(entry));
      else ownership.markRemoved(keyOfOwned(entry), entry, change.delinea.before);
    }
  });
}

/** Returns whether another address is known to declare an object of the instance, from the plan or from this apply. */
function isKept({ session, instance }: Removal, entry: OwnedObject): boolean {
  return instance.privateState?.planned?.kept?.includes(nameKeyOf(entry)) === true || isRedeclared(session, entry);
}

function isRedeclared({ ownership }: SessionContext, entry: OwnedObject): boolean {
  return ownership.isRedeclared(redeclaredName(entry, nameKeyOf(entry)));
}

function isApplied({ ownership }: SessionContext, entry: OwnedObject): boolean {
  return ownership.isApplied(keyOfOwned(entry));
}

function nameKeyOf({ kind, key }: OwnedObject): string {
  return nameKey(resourceOf(kind), key);
}

/**
 * Waits until all grants are done. If the guards would refuse the removal, waits longer, because a later grant may make
 * it acceptable.
 */
async function waitForGrants({ session, removing }: Removal, isRefused: () => Promise<boolean>): Promise<void> {
  const isSettled = () => removing.every((entry) => isApplied(session, entry) || isRedeclared(session, entry));
  while (!(await session.barrier.beforeRemovals(isSettled)) && !isSettled() && (await isRefused()));
}

/** Waits until the address that declares the objects has finished, unless other work waits for this removal. */
async function waitForOwner(removal: Removal, owned: readonly OwnedObject[]): Promise<void> {
  const { session } = removal;
  const isSettled = () => owned.every((entry) => isApplied(session, entry)) || hasFailed(session, owned);
  if (!isSettled()) await session.barrier.beforeAdoptions(isSettled);
  refuseFailed(removal, owned);
}

/**
 * Keeps the object in the state if the other address that declares it failed: the next apply has both addresses again.
 * @throws DelineaError `skipped`
 */
function refuseFailed({ session, instance, label }: Removal, owned: readonly OwnedObject[]): void {
  const details = {
    hint: 'It is left unchanged. Fix the other error and apply again.',
    remedy: { kind: 'moved', resource: instance.resource.type } as const,
  };
  if (hasFailed(session, owned)) {
    throw new DelineaError('skipped', `${label} is also declared at another address, which failed`, details);
  }
  const principals = owned.flatMap(({ kind, key }) => principalOf(kind, key) ?? []);
  if (!principals.some(({ kind, id }) => session.ownership.hasFailed(objectKey(kind, id)))) return;
  throw new DelineaError(
    'skipped',
    `${label}: its user or group is also declared at another address, which failed`,
    details,
  );
}

function hasFailed({ ownership }: SessionContext, owned: readonly OwnedObject[]): boolean {
  return owned.some((entry) => {
    const keys = [keyOfOwned(entry), ...(isEdge(resourceOf(entry.kind)) ? [] : [nameKeyOf(entry)])];
    return keys.some((key) => ownership.hasFailed(key));
  });
}

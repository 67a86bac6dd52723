import { elementsAsEdges } from '../model/elements.js';
import { asError, DelineaError, ignoreCodes } from '../model/errors.js';
import { isEdge, nameKey, ownedKey } from '../model/keys.js';
import { snakeCase } from '../model/names.js';
import type { OwnedObject } from '../model/owned-object.js';
import { type ResourceChange, type Step, stepsOf } from '../model/plan.js';
import type { Resource } from '../model/resource.js';
import { isCleared, pick, type Values } from '../model/values.js';
import { unchangedEntry } from '../plan/build-entry.js';
import { findByNameAt } from '../read/find-by-name.js';
import { memberLists } from '../resources/edge-words.js';
import { resourceOf } from '../resources/index.js';
import { keyOfOwned } from '../resources/owned-key.js';
import { adoptingAlways, isDeleted, liveKey, refuseNameReuse, withAdoption } from './adoption.js';
import { atWorst } from './at-worst.js';
import { refuseDuplicateChange, refuseDuplicateState } from './check-duplicates.js';
import { addressOf, nameInState, type ResourceInstance } from './instance.js';
import { lookAlikeWarnings, ownName } from './look-alike-warnings.js';
import { ownedByState } from './owned-by-state.js';
import { allowancesForApply } from './plan-allowances.js';
import { type InstancePlan, planInIsolation } from './plan-in-isolation.js';
import {
  adoptionWarnings,
  commandWarnings,
  findingWarnings,
  keptEdgesWarnings,
  liftedWarnings,
  movedWarning,
  overwrittenWarnings,
  regainedWarnings,
  removalWarning,
  uncertainWarnings,
} from './plan-warnings.js';
import { assumedEmpty, type PlanMarks, recentLosses } from './private-state.js';
import { replacedValues } from './replaced-values.js';
import type { SessionContext } from './session-context.js';
import { isRename, reducesAnyAccess } from './session-guard.js';
import { withoutUncertain } from './unknown-elements.js';
import type { Warning } from './warnings.js';

/** The outcome of planning one instance. */
export interface PlannedInstance {
  readonly warnings: Warning[];
  readonly planned: PlanMarks;
  /** Access, members and values that a creation takes away or replaces; unset: another address has the object and may change it. */
  readonly replaces?: readonly string[] | undefined;
}

/**
 * Plans one instance and returns its warnings. Writes nothing to the tenant, and does not choose the planned values.
 * @param isApply whether the session has begun to apply: then it learns only of changes, and the plan has checked their number
 * @throws DelineaError, DelineaErrors for the faults of the instance
 */
export async function planInstance(
  session: SessionContext,
  instance: ResourceInstance,
  isApply = () => false,
): Promise<PlannedInstance> {
  const { shared, ownership, changes } = session;
  refuseUncertainRetirement(instance);
  const owned = await ownedByState(shared, instance);
  for (const entry of owned) ownership.add(keyOfOwned(entry), entry);
  await refuseNameReuse(shared, instance);
  await trackReplacement(session, instance);
  const { plan, isRenamed } = await planWithOwner(session, instance, owned);
  const { change, uncertain } = withoutUncertain(plan.change, instance.unknownElements);
  refuseSetSinceImport(instance, plan);
  refuseDuplicateChange(session, instance, change, plan.live?.id);
  changes.track(change);
  changes.retire(plan.retired);
  changes.remember(recentLosses(instance.privateState));
  // An unmanaged object is adopted only if it equals its declaration, so its unknown values remove nothing.
  const adoptsAsItIs = !instance.state && !isRenamed && !mayOverwrite(instance);
  const worst = adoptsAsItIs ? change : atWorst(plan, instance);
  const isComplete = await enforceSessionGuards(session, instance, change, worst, isApply);
  if (reducesAnyAccess(change) && changes.isRenamed(change)) {
    const planned = { tenant: shared.tenant.settings.target, redeclared: true };
    return {
      warnings: [movedWarning(instance, change, changes.kindsElsewhere(change))],
      planned: { ...planned, redeclaredElsewhere: changes.redeclaredSince() },
    };
  }
  const kept = changes.redeclaredEdges(change);
  const elsewhere = isRenamed || kept.length > 0 ? changes.kindsElsewhere(change) : [];
  const isCreation = instance.declared !== undefined && !instance.state;
  const replaced = isCreation ? await replacedValues(shared, change) : [];
  const warnings = [
    // An edge that may turn out to be declared is not announced as revoked.
    ...findingWarnings({
      ...plan,
      findings: plan.findings.filter(({ edge }) => !edge || !uncertain.some(({ id }) => id === edge)),
    }),
    ...(instance.declared ? [] : [await announceRemoval(session, instance, plan.change, owned, isComplete)]),
    ...(isRenamed ? [] : adoptionWarnings(instance, plan, replaced)),
    ...keptEdgesWarnings(instance, change, kept.length, elsewhere),
    ...uncertainWarnings(session, change, worst),
    ...overwrittenWarnings(instance, change),
    ...commandWarnings(instance, change),
    ...(await regainedWarnings(session, change)),
    ...(await lookAlikeWarnings(session, instance, change)),
    ...(await liftedWarnings(session, change, isComplete)),
    ...(isRenamed ? [movedWarning(instance, change, elsewhere)] : []),
  ];
  if (!instance.declared) return { warnings, planned: recordRemoval(session, instance, change, owned, kept) };
  // Terraform passes the plan of a replacement to the removal of its old object, which stays.
  const planned = isRenamed && elsewhere.length === 0 ? { redeclared: true } : {};
  const isManaged = isRenamed || stepsOf({ resource_changes: [change] }).some((step) => isOwned(session, step));
  // Terraform plans again when it applies, in another order, and refuses a value that was known and no longer is.
  return { warnings, planned, replaces: isManaged && replaced.length > 0 ? undefined : replaced };
}

/** Returns whether another address has the object of a step in its state. */
function isOwned({ ownership }: SessionContext, { kind, id = '', before, desired }: Step): boolean {
  return ownership.entryOf(ownedKey(resourceOf(kind), id, { ...desired, ...before })) !== undefined;
}

/** Returns the values that the apply of a creation replaces, for the plan that Terraform compares with the reviewed one. */
export async function replacedNow({ shared }: SessionContext, instance: ResourceInstance): Promise<readonly string[]> {
  if (!instance.declared || instance.state) return [];
  const plan = await planInIsolation(shared, instance, []).catch(asError());
  if (!(plan instanceof DelineaError)) return replacedValues(shared, plan.change);
  // The apply itself reports an object that it does not adopt, and a name that no object has.
  if (plan.code === 'not_ours' || plan.code === 'unknown_name') return [];
  throw plan;
}

/** Returns whether a declaration may change an unmanaged object that it adopts. */
function mayOverwrite({ declared, unknown = [] }: ResourceInstance): boolean {
  return declared?.adopt === 'always' || unknown.includes('adopt');
}

/**
 * Refuses to retire a scope while the plan cannot show who loses access: a reviewer would see neither that nor the guard that
 * it lifts.
 * @throws DelineaError `guarded`
 */
function refuseUncertainRetirement({ resource, declared, unknown = [], unknownElements = [] }: ResourceInstance): void {
  const { retiredBy, elements, scope } = resource.authoritativeFor ?? {};
  if (retiredBy === undefined || elements === undefined) return;
  const isUncertain = declared?.[retiredBy] === true && (unknown.includes(elements) || unknownElements.length > 0);
  if (!unknown.includes(retiredBy) && !isUncertain) return;
  const what = isUncertain ? elements : retiredBy;
  throw new DelineaError('guarded', `${snakeCase(what)} of a retired ${scope} is known only after apply`, {
    path: what,
    hint: `To retire it, give ${snakeCase(retiredBy)} and ${snakeCase(elements)} values that the plan knows.`,
  });
}

/** Tracks an instance that neither the configuration nor the tenant has changed. Looks up only names of scopes. */
export async function planUnchanged(session: SessionContext, instance: ResourceInstance): Promise<void> {
  const { shared, ownership, changes } = session;
  // Only for the count: a scope that is not found was reported by the read.
  const owned = (await ownedByState(shared, instance).catch(ignoreCodes('unknown_name'))) ?? [];
  await refuseDuplicateState(session, instance, owned);
  changes.remember(recentLosses(instance.privateState));
  for (const named of ownName(instance)) await session.lookAlikes.add(named);
  const { resource, declared = {}, state = {} } = instance;
  const states = resource.authoritativeFor ? elementsAsEdges(resource.authoritativeFor, state) : [state];
  for (const [index, entry] of owned.entries()) {
    const key = keyOfOwned(entry);
    ownership.add(key, entry);
    if (ownership.isPlannedRemoval(key)) throw removedElsewhere(instance, changes.size);
    const counted = countedValues(resourceOf(entry.kind), states[index]!, declared);
    const before = { ...entry.key, ...entry.managedMembers, ...counted };
    changes.track(unchangedEntry(entry.kind, key, before, entry.surface, entry.id));
  }
  if (assumedEmpty(instance).some((name) => instance.declared?.[name] !== undefined)) {
    refuseSetSinceImport(instance, await planInIsolation(shared, instance, owned));
  }
}

/** Returns the unchanged values that the guards count: members, status of an account, right of an edge. */
function countedValues(resource: Resource, state: Values, declared: Values): Values {
  const { account, attributes, removal } = resource;
  const status = account && removal?.verb === 'deactivate' ? Object.keys(removal.inactive) : [];
  const rights = attributes.filter(({ least }) => least !== undefined).map(({ name }) => name);
  return { ...pick(state, [...status, ...rights]), ...pick(declared, memberLists(resource)) };
}

/**
 * Looks up the objects that a declaration refers to by name, such as a container, while its own name is not known yet.
 * @throws DelineaError `unknown_name`, `ambiguous`
 */
export async function checkScopeNames(
  { shared }: SessionContext,
  { resource, declared = {} }: ResourceInstance,
): Promise<void> {
  for (const { name, refersTo } of resource.attributes) {
    const [kind] = refersTo;
    const text = declared[name];
    if (kind === undefined || refersTo.length > 1 || !resourceOf(kind).namedBy) continue;
    if (typeof text !== 'string' || isCleared(text)) continue;
    await findByNameAt(shared.snapshot, kind, text, name);
  }
}

/**
 * An apply would not know that this address keeps the object, because Terraform sends it only changes, and the planned
 * removal cannot be taken back.
 */
function removedElsewhere(instance: ResourceInstance, tracked: number): DelineaError {
  return new DelineaError(
    'duplicate',
    `${nameInState(instance)} is also in the state at another address, which the plan removes`,
    {
      hint: 'Remove the other address from the state, or let one plan include both.',
      remedy: { kind: 'parallelism', above: tracked },
    },
  );
}

/** @throws DelineaError `stale_plan` for an attribute that the import found unset and that has a live value now */
function refuseSetSinceImport(instance: ResourceInstance, { change: { delinea } }: InstancePlan): void {
  const set = assumedEmpty(instance).filter(
    (name) => delinea.changed.includes(name) && !isCleared(delinea.before[name] ?? null),
  );
  if (set.length === 0) return;
  throw new DelineaError('stale_plan', `${delinea.label}: ${set.join(', ')} was set since the import`, {
    path: set[0],
    remedy: { kind: 'recordAgain' },
  });
}

/**
 * Tracks what an address declares instead of an edge that it removes. Terraform plans that edge only after the removal,
 * and another address may remove it.
 */
async function trackReplacement(
  { shared, changes }: SessionContext,
  { resource, replacement }: ResourceInstance,
): Promise<void> {
  if (!replacement) return;
  // A name that is not found is reported for the new edge, which is planned next.
  const named = await ownedByState(shared, { resource, state: { ...replacement, id: '' } }).catch(
    ignoreCodes('unknown_name', 'ambiguous'),
  );
  for (const entry of named ?? []) {
    // The plan of the new edge replaces this entry. Edges of a set are counted beside it, as unchanged.
    const key = resource.authoritativeFor ? keyOfOwned(entry) : addressOf({ resource }, replacement);
    const tracked = unchangedEntry(entry.kind, key, entry.key, entry.surface);
    // It does not exist yet, so it raises no total.
    changes.track({ ...tracked, delinea: { ...tracked.delinea, unmanaged: true } });
  }
}

/** Plans an instance. A live object may belong to another address of this session, which is known once it is idle. */
async function planWithOwner(
  session: SessionContext,
  instance: ResourceInstance,
  owned: readonly OwnedObject[],
): Promise<{ plan: InstancePlan; isRenamed: boolean }> {
  const { shared, ownership, barrier } = session;
  if (instance.state) return { plan: await planInIsolation(shared, instance, owned), isRenamed: false };
  if (instance.resource.authoritativeFor) {
    const plan = await planNewSet(session, instance);
    return { plan, isRenamed: hasReadSet(session, instance, plan) };
  }
  const plan = await planInIsolation(shared, instance, []).catch(asError());
  if (!(plan instanceof DelineaError) && !plan.live) return { plan, isRenamed: false };
  const live = await liveKey(shared, instance);
  const isOurs = () => live !== undefined && ownership.entryOf(live.key) !== undefined;
  if (plan instanceof DelineaError) while (!isOurs() && !(await barrier.beforeRejections(isOurs)));
  else await barrier.afterReads();
  const entry = live && ownership.entryOf(live.key);
  if (entry) return { plan: await planInIsolation(shared, instance, [entry]), isRenamed: true };
  if (plan instanceof DelineaError) throw await withAdoption(shared, instance, plan);
  return { plan, isRenamed: false };
}

/** Returns whether this run has read a state of the set that an instance declares without one. */
function hasReadSet({ ownership }: SessionContext, instance: ResourceInstance, { change }: InstancePlan): boolean {
  const address = addressOf(instance, instance.declared ?? {});
  return (change.delinea.edgeSteps ?? []).some(({ kind, id = '', before, desired }) => {
    const entry = ownership.entryOf(ownedKey(resourceOf(kind), id, { ...before, ...desired }));
    return entry?.address === address;
  });
}

/**
 * Plans an authoritative set without a state. Elements that are not known yet may be the holders that it seems to revoke:
 * the apply refuses the losses that remain then.
 * @throws DelineaError `not_ours`
 */
async function planNewSet({ shared }: SessionContext, instance: ResourceInstance): Promise<InstancePlan> {
  const plan = await planInIsolation(shared, instance, []).catch(asError());
  if (!(plan instanceof DelineaError)) return plan;
  const { unknownElements: unknown = [] } = instance;
  if (plan.code === 'not_ours' && unknown.length > 0) {
    const adopting = await planInIsolation(shared, adoptingAlways(instance), []);
    if (!reducesAnyAccess(withoutUncertain(adopting.change, unknown).change)) return adopting;
  }
  throw await withAdoption(shared, instance, plan);
}

/**
 * Enforces the guards on a change that reduces access, once the session is idle.
 * @returns whether every request had been sent by then
 */
async function enforceSessionGuards(
  { guard, names, changes, barrier }: SessionContext,
  { declared, resource }: ResourceInstance,
  change: ResourceChange,
  worst: ResourceChange,
  isApply: () => boolean,
): Promise<boolean> {
  if (isRename(change)) guard.enforceRename(change);
  const reduces = reducesAnyAccess(change);
  if (!reduces && !reducesAnyAccess(worst)) return true;
  if (worst !== change) guard.addUncertain(worst);
  const isComplete = await barrier.beforeRemovals(() => changes.isRenamed(change));
  if (!changes.isRenamed(change)) guard.refuseBesideSiblings(change, false);
  if (!isComplete) {
    guard.defer(change);
    return false;
  }
  if (!isApply()) await names.refuse();
  await guard.enforce(change, !isApply());
  if (reduces && !declared) changes.refuseLateRenames(barrier.maxWaitingRemovals, resource.type);
  return isComplete;
}

async function announceRemoval(
  { shared, changes }: SessionContext,
  instance: ResourceInstance,
  change: ResourceChange,
  owned: readonly OwnedObject[],
  isComplete: boolean,
): Promise<Warning> {
  const isGone = isEdge(instance.resource) || (await isDeleted(shared, owned));
  return removalWarning(instance, changes.withoutRedeclared(change) ?? change, {
    isGone,
    isComplete,
    renamed: changes.renamedPrincipals(change),
  });
}

/** Records a planned removal, and returns the marks for its apply. @param kept names of edges that other addresses declare */
function recordRemoval(
  { shared, ownership, changes }: SessionContext,
  { resource: { authoritativeFor } }: ResourceInstance,
  change: ResourceChange,
  owned: readonly OwnedObject[],
  kept: readonly string[],
): PlanMarks {
  const { operation, before, edgeSteps = [] } = change.delinea;
  const { target: tenant, allowances } = shared.tenant.settings;
  const forgets = operation === 'forget';
  const isKept = ({ kind, key }: OwnedObject) => kept.includes(nameKey(resourceOf(kind), key));
  for (const entry of owned) if (!forgets && !isKept(entry)) ownership.markPlannedRemoval(keyOfOwned(entry));
  const redeclaredElsewhere = changes.redeclaredSince();
  changes.recordPlannedRemoval(changes.withoutRedeclared(change) ?? change);
  const seen = authoritativeFor ? { [authoritativeFor.elements]: edgeSteps.map((edge) => edge.before) } : before;
  return { tenant, forgets, kept, redeclaredElsewhere, seen, allowances: allowancesForApply(allowances) };
}

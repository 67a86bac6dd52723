import { DelineaError, ignoreCodes } from '../model/errors.js';
import { isEdge, nameKey } from '../model/keys.js';
import type { OwnedObject } from '../model/owned-object.js';
import type { ResourceChange } from '../model/plan.js';
import { isCleared, type Values } from '../model/values.js';
import { unchangedEntry } from '../plan/build-entry.js';
import { findByNameAt } from '../read/find-by-name.js';
import { resourceOf } from '../resources/index.js';
import { keyOfOwned } from '../resources/keys.js';
import { isDeleted, liveKey, refuseNameReuse, withImport } from './adoption.js';
import { refuseDuplicateChange, refuseDuplicateState } from './check-duplicates.js';
import { addressOf, nameInState, type ResourceInstance } from './instance.js';
import { assumedEmpty, type PlannedRemoval } from './memory.js';
import { ownedByState } from './owned-by-state.js';
import { type InstancePlan, planInIsolation } from './plan-alone.js';
import {
  keptWarning,
  movedWarning,
  overwrittenWarnings,
  regainedWarnings,
  unsureWarning,
  warningsOf,
} from './plan-warnings.js';
import type { SessionContext } from './session-context.js';
import { reducesAnyAccess } from './session-guard.js';
import { withoutUncertain } from './unknown-elements.js';
import type { Warning } from './warnings.js';

/** Counts a piece that stays as it is. Asks nothing of the tenant but names of containers. */
export async function countUnchanged(session: SessionContext, instance: ResourceInstance): Promise<void> {
  // It is only for the count: what cannot be named any more was said where it was read.
  const owned = (await ownedByState(session.shared, instance).catch(ignoreCodes('unknown_name'))) ?? [];
  await refuseDuplicateState(session, instance, owned);
  for (const entry of owned) {
    const key = keyOfOwned(entry);
    session.ownership.add(key, entry);
    if (session.ownership.isPlannedRemoval(key)) throw heldTwice(instance);
    session.guard.track(
      unchangedEntry(entry.kind, key, { ...entry.key, ...entry.managedMembers }, entry.surface, entry.id),
    );
  }
  if (assumedEmpty(instance).some((name) => instance.declared?.[name] !== undefined)) {
    refuseUnread(instance, await planInIsolation(session.shared, instance, owned));
  }
}

/**
 * An apply is told of what changes alone, so it would not know that this address keeps what the other lets go of; and
 * what a plan has answered once it cannot call back.
 */
function heldTwice(instance: ResourceInstance): DelineaError {
  return new DelineaError(
    'duplicate',
    `${nameInState(instance)} is in the state at another address too, which lets it go`,
    {
      hint: 'Plan again with a -parallelism above the number of removals, or take the other address out of the state: terraform state rm ADDRESS.',
    },
  );
}

/** What an import found unset is given by now, which only the object itself shows: Terraform shows it as unset. */
function refuseUnread(instance: ResourceInstance, { change: { delinea } }: InstancePlan): void {
  const given = assumedEmpty(instance).filter(
    (name) => delinea.changed.includes(name) && !isCleared(delinea.before[name] ?? null),
  );
  if (given.length === 0) return;
  throw new DelineaError('stale_plan', `${delinea.label}: ${given.join(', ')} was given since the import`, {
    path: given[0],
    hint: 'Import it again: terraform state rm, then import.',
  });
}

export interface PlannedInstance {
  readonly warnings: Warning[];
  readonly planned: PlannedRemoval;
}

/**
 * What an apply of one piece would do, and what speaks against it. Writes nothing and decides no value.
 * @param isApply whether the run has begun to apply: nobody tells it then what stays as it is, and how much may go was
 * judged by the plan
 * @throws DelineaError, DelineaErrors for what speaks against it
 */
export async function planInstance(
  session: SessionContext,
  instance: ResourceInstance,
  isApply = () => false,
): Promise<PlannedInstance> {
  const { shared, ownership, guard, barrier } = session;
  const tenant = session.tenant.settings.url;
  const owned = await ownedByState(shared, instance);
  for (const entry of owned) ownership.add(keyOfOwned(entry), entry);
  await refuseNameReuse(shared, instance);
  await noteNext(session, instance);
  const { one, renamed } = await planKnown(session, instance, owned);
  const { change, unsure } = withoutUncertain(one.change, instance.unknownElements);
  // Of an edge that may turn out to be declared nobody says that it will be revoked.
  const findings = one.findings.filter(({ edge }) => edge === undefined || !unsure.some(({ id }) => id === edge));
  refuseUnread(instance, one);
  refuseDuplicateChange(session, instance, change, one.live?.id);
  guard.track(change);
  let isAllTold = true;
  if (reducesAnyAccess(change)) {
    isAllTold = await barrier.beforeRemovals(() => guard.isRenamed(change));
    if (isAllTold) await guard.enforce(change, !isApply());
    else guard.defer(change);
    if (isAllTold && !instance.declared) guard.refuseLateRenames(barrier.maxWaitingRemovals);
    if (guard.isRenamed(change))
      return {
        warnings: [movedWarning(instance, change)],
        planned: { tenant, redeclared: true, redeclaredElsewhere: guard.redeclaredSince() },
      };
  }
  const kept = guard.redeclaredEdges(change);
  const isPast = !instance.declared && (isEdge(instance.resource) || (await isDeleted(shared, owned)));
  const warnings = [
    ...warningsOf(
      instance,
      {
        ...one,
        findings,
        live: renamed ? undefined : one.live,
        change: guard.withoutRedeclared(one.change) ?? one.change,
      },
      { isPast, isAllTold },
    ),
    ...(kept.length > 0 ? [keptWarning(instance, change, kept.length)] : []),
    ...(unsure.length > 0 ? [unsureWarning(change, unsure.length)] : []),
    ...overwrittenWarnings(instance, change),
    ...(await regainedWarnings(session, change)),
    ...(renamed ? [movedWarning(instance, change)] : []),
  ];
  if (instance.declared) return { warnings, planned: {} };
  const isKept = ({ kind, key }: OwnedObject) => kept.includes(nameKey(resourceOf(kind), key));
  const forgets = change.delinea.operation === 'forget';
  for (const entry of owned) if (!forgets && !isKept(entry)) ownership.markPlannedRemoval(keyOfOwned(entry));
  const redeclaredElsewhere = guard.redeclaredSince();
  guard.recordPlanned(guard.withoutRedeclared(change) ?? change);
  return { warnings, planned: { tenant, forgets, kept, redeclaredElsewhere, seen: seenIn(instance, change) } };
}

/** What a removal was planned for; of a whole set its edges, as its elements. */
function seenIn(
  { resource: { authoritativeFor } }: ResourceInstance,
  { delinea: { before, edgeSteps = [] } }: ResourceChange,
): Values {
  return authoritativeFor ? { [authoritativeFor.elements]: edgeSteps.map((part) => part.before) } : before;
}

/** What an address declares in the place of what it lets go of is told only after that, and may be another's that goes. */
async function noteNext({ shared, guard }: SessionContext, { resource, replacement }: ResourceInstance): Promise<void> {
  if (!replacement) return;
  // A name that nothing has is said of the new one, which is planned next.
  const named = await ownedByState(shared, { resource, state: { ...replacement, id: '' } }).catch(
    ignoreCodes('unknown_name', 'ambiguous'),
  );
  for (const entry of named ?? []) {
    // Of one edge what the plan of it will replace; those of a set are counted beside it, as they stay.
    const key = resource.authoritativeFor ? keyOfOwned(entry) : addressOf({ resource }, replacement);
    guard.track(unchangedEntry(entry.kind, key, entry.key, entry.surface));
  }
}

/**
 * Looks up what a declaration names and nobody can declare, such as a container, where the rest is not known yet.
 * @throws DelineaError `unknown_name`, `ambiguous`
 */
export async function checkNames(
  { shared }: SessionContext,
  { resource, declared = {} }: ResourceInstance,
): Promise<void> {
  for (const { name, refersTo } of resource.attributes) {
    const [kind] = refersTo;
    const named = declared[name];
    if (kind === undefined || refersTo.length > 1 || resourceOf(kind).removal || typeof named !== 'string') continue;
    await findByNameAt(shared.snapshot, kind, named, name);
  }
}

/** What exists may be another address's in this very run: that is known once everything has been told. */
async function planKnown(
  session: SessionContext,
  instance: ResourceInstance,
  owned: readonly OwnedObject[],
): Promise<{ one: InstancePlan; renamed: boolean }> {
  const { shared, ownership, barrier } = session;
  const plan = (entries: readonly OwnedObject[]) => planInIsolation(shared, instance, entries);
  if (instance.state || instance.resource.authoritativeFor) return { one: await plan(owned), renamed: false };
  let one: InstancePlan | DelineaError;
  try {
    one = await plan([]);
    if (!one.live) return { one, renamed: false };
  } catch (error) {
    if (!(error instanceof DelineaError)) throw error;
    one = error;
  }
  const live = await liveKey(shared, instance);
  const isOurs = () => live !== undefined && ownership.entryOf(live.key) !== undefined;
  // Refused is only what no other address can turn out to have.
  if (one instanceof DelineaError) while (!isOurs() && !(await barrier.beforeRejections(isOurs)));
  else await barrier.afterReads();
  const entry = live && ownership.entryOf(live.key);
  if (entry) return { one: await planInIsolation(shared, instance, [entry]), renamed: true };
  if (one instanceof DelineaError) throw await withImport(shared, instance, one);
  return { one, renamed: false };
}

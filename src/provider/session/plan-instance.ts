import { DelineaError, ignoreCodes } from '../model/errors.js';
import { isEdge, nameKey, objectKey } from '../model/keys.js';
import type { OwnedObject } from '../model/owned-object.js';
import type { ResourceChange } from '../model/plan.js';
import { isCleared, type Values } from '../model/values.js';
import { unchanged } from '../plan/unchanged.js';
import { findByNameAt } from '../read/find-by-name.js';
import { resolveScope, withCurrentScope } from '../read/scope.js';
import type { TenantReader } from '../read/tenant-reader.js';
import { resourceOf } from '../resources/index.js';
import { keyOfOwned } from '../resources/keys.js';
import { isDeleted, liveKey, refuseNameReuse, withImport } from './adoption.js';
import { addressOf, nameInState, type PlannedRemoval, type ResourceInstance } from './instance.js';
import { assumedEmpty } from './memory.js';
import { nameOfStep, ownedByState } from './owned-by-state.js';
import { type InstancePlan, planInIsolation } from './plan-alone.js';
import {
  keptWarning,
  movedWarning,
  overwrittenWarnings,
  revivedBy,
  unsureWarning,
  warningsOf,
} from './plan-warnings.js';
import type { SessionContext } from './session-context.js';
import { reducesAnyAccess } from './session-guard.js';
import { withoutUncertain } from './unknown-elements.js';
import type { Warning } from './warnings.js';

/** Counts a piece that stays as it is. Asks nothing of the tenant but names of containers. */
export async function countUnchanged(running: SessionContext, piece: ResourceInstance): Promise<void> {
  // It is only for the count: what cannot be named any more was said where it was read.
  const owned = (await ownedByState(running.shared, piece).catch(ignoreCodes('unknown_name'))) ?? [];
  if (piece.resource.authoritativeFor) {
    const place = await placeOf(running.shared, piece).catch(ignoreCodes('unknown_name'));
    if (place !== undefined) running.declared.set(piece.resource, place, labelFor(piece));
  } else for (const { key, id } of owned) running.declared.one(piece.resource, key, id, labelFor(piece));
  noteHolder(running, piece, labelFor(piece));
  for (const entry of owned) {
    const key = keyOfOwned(entry);
    running.ownership.add(key, entry);
    if (running.ownership.isPlannedRemoval(key)) throw heldTwice(piece);
    running.guard.track(unchanged(entry.kind, key, { ...entry.key, ...entry.managedMembers }, entry.surface, entry.id));
  }
  if (assumedEmpty(piece).some((name) => piece.declared?.[name] !== undefined)) {
    refuseUnread(piece, await planInIsolation(running.shared, piece, owned));
  }
}

/** The place that a whole set of a state owns, whatever it is called by now. */
async function placeOf(shared: TenantReader, piece: ResourceInstance): Promise<string> {
  return resolveScope(shared, piece.resource, await withCurrentScope(shared, piece));
}

/**
 * An apply is told of what changes alone, so it would not know that this address keeps what the other lets go of; and
 * what a plan has answered once it cannot call back.
 */
function heldTwice(piece: ResourceInstance): DelineaError {
  return new DelineaError(
    'duplicate',
    `${nameInState(piece)} is in the state at another address too, which lets it go`,
    {
      hint: 'Plan again with a -parallelism above the number of removals, or take the other address out of the state: terraform state rm ADDRESS.',
    },
  );
}

/** What an import found unset is given by now, which only the object itself shows: Terraform shows it as unset. */
function refuseUnread(piece: ResourceInstance, { change: { delinea } }: InstancePlan): void {
  const given = assumedEmpty(piece).filter(
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
 * @param gone the object of an earlier state that this run found to be deleted outside of code
 * @param isApply whether the run has begun to apply: nobody tells it then what stays as it is, and how much may go was
 * judged by the plan
 * @throws DelineaError, DelineaErrors for what speaks against it
 */
export async function planInstance(
  running: SessionContext,
  piece: ResourceInstance,
  gone?: OwnedObject,
  isApply = () => false,
): Promise<PlannedInstance> {
  const { shared, ownership, guard, barrier } = running;
  const tenant = running.tenant.settings.url;
  const owned = await ownedByState(shared, piece);
  for (const entry of owned) ownership.add(keyOfOwned(entry), entry);
  await refuseNameReuse(shared, piece);
  await noteNext(running, piece);
  const { one, renamed } = await planKnown(running, piece, owned, gone);
  const { change, unsure } = withoutUncertain(one.change, piece.unknownElements);
  // Of an edge that may turn out to be declared nobody says that it will be revoked.
  const findings = one.findings.filter(({ edge }) => edge === undefined || !unsure.some(({ id }) => id === edge));
  refuseUnread(piece, one);
  noteDeclared(running, piece, change);
  noteHolder(running, piece, change.delinea.label, one.live?.id);
  guard.track(change);
  let isAllTold = true;
  if (reducesAnyAccess(change)) {
    isAllTold = await barrier.beforeRemovals(() => guard.isRenamed(change));
    if (isAllTold) await guard.enforce(change, !isApply());
    else guard.defer(change);
    if (isAllTold && !piece.declared) guard.refuseLateRenames(barrier.maxWaitingRemovals);
    if (guard.isRenamed(change))
      return {
        warnings: [movedWarning(piece, change)],
        planned: { tenant, redeclared: true, redeclaredElsewhere: guard.redeclaredSince() },
      };
  }
  const kept = guard.redeclaredEdges(change);
  const isPast = !piece.declared && (isEdge(piece.resource) || (await isDeleted(shared, owned)));
  const warnings = [
    ...warningsOf(
      piece,
      {
        ...one,
        findings,
        live: renamed ? undefined : one.live,
        change: guard.withoutRedeclared(one.change) ?? one.change,
      },
      { isPast, isAllTold },
    ),
    ...(kept.length > 0 ? [keptWarning(piece, change, kept.length)] : []),
    ...(unsure.length > 0 ? [unsureWarning(change, unsure.length)] : []),
    ...overwrittenWarnings(piece, change),
    ...(await revivedBy(running, change)),
    ...(renamed ? [movedWarning(piece, change)] : []),
  ];
  if (piece.declared) return { warnings, planned: {} };
  const isKept = ({ kind, key }: OwnedObject) => kept.includes(nameKey(resourceOf(kind), key));
  const forgets = change.delinea.operation === 'forget';
  for (const entry of owned) if (!forgets && !isKept(entry)) ownership.markPlannedRemoval(keyOfOwned(entry));
  const redeclaredElsewhere = guard.redeclaredSince();
  guard.recordPlanned(guard.withoutRedeclared(change) ?? change);
  return { warnings, planned: { tenant, forgets, kept, redeclaredElsewhere, seen: seenIn(piece, change) } };
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
    guard.track(unchanged(entry.kind, key, entry.key, entry.surface));
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

/** @throws DelineaError `duplicate` where another declaration of this run means the same */
function noteDeclared({ declared }: SessionContext, piece: ResourceInstance, { delinea }: ResourceChange): void {
  const { resource, state } = piece;
  if (!piece.declared) return;
  if (resource.authoritativeFor) declared.set(resource, String(delinea.id), delinea.label);
  else if (nameOfStep(delinea) !== undefined)
    declared.one(
      resource,
      { ...delinea.before, ...delinea.desired },
      state ? String(state.id) : undefined,
      delinea.label,
    );
}

/**
 * Notes which declaration has a living object in its state, and which comes to one by a name.
 * @param live the id of what the declaration was found to mean
 * @throws DelineaError `duplicate` where that is one object
 */
function noteHolder({ declared }: SessionContext, piece: ResourceInstance, label: string, live?: string): void {
  const { resource, state } = piece;
  if (!piece.declared || resource.authoritativeFor || isEdge(resource)) return;
  const id = state ? String(state.id) : live;
  if (id !== undefined) declared.object(objectKey(resource.type, id), label);
}

/**
 * Notes what an apply is asked to make, which the plan may have known no name of. What cannot be told of it, the apply says.
 * @throws DelineaError `duplicate`
 */
export async function declareCreated({ shared, declared }: SessionContext, piece: ResourceInstance): Promise<void> {
  if (piece.state || !piece.declared) return;
  const { resource } = piece;
  const label = labelFor(piece);
  const unsaid = (error: unknown) => {
    if (!(error instanceof DelineaError)) throw error;
  };
  if (resource.authoritativeFor) {
    const place = await resolveScope(shared, resource, piece.declared).catch(unsaid);
    if (place !== undefined) declared.set(resource, place, label);
    return;
  }
  const named = await ownedByState(shared, { resource, state: { ...piece.declared, id: '' } }).catch(unsaid);
  for (const { key } of named ?? []) declared.one(resource, key, undefined, label);
}

/** What people call it, before anything was looked up. */
function labelFor({ resource, declared = {} }: ResourceInstance): string {
  return resource.key.map((name) => String(declared[name])).join(', ');
}

/** What exists may be another address's in this very run: that is known once everything has been told. */
async function planKnown(
  running: SessionContext,
  piece: ResourceInstance,
  owned: readonly OwnedObject[],
  gone: OwnedObject | undefined,
): Promise<{ one: InstancePlan; renamed: boolean }> {
  const { shared, ownership, barrier } = running;
  const plan = (entries: readonly OwnedObject[]) => planInIsolation(shared, piece, entries, { vanished: gone });
  if (piece.state || piece.resource.authoritativeFor) return { one: await plan(owned), renamed: false };
  let one: InstancePlan | DelineaError;
  try {
    one = await plan([]);
    if (!one.live) return { one, renamed: false };
  } catch (error) {
    if (!(error instanceof DelineaError)) throw error;
    one = error;
  }
  const live = await liveKey(shared, piece);
  const isOurs = () => live !== undefined && ownership.entryOf(live.key) !== undefined;
  // Refused is only what no other address can turn out to have.
  if (one instanceof DelineaError) while (!isOurs() && !(await barrier.beforeRejections(isOurs)));
  else await barrier.afterReads();
  const entry = live && ownership.entryOf(live.key);
  if (entry) return { one: await planInIsolation(shared, piece, [entry]), renamed: true };
  if (one instanceof DelineaError) throw await withImport(shared, piece, one);
  return { one, renamed: false };
}

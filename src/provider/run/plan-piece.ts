import { findNamedAt } from '../engine/catalog.js';
import type { OwnedObject } from '../engine/declaration.js';
import type { ResourceChange } from '../engine/format.js';
import { isEdge, keyOfOwned, nameKey, objectKey, type Reading } from '../engine/planning.js';
import { DelineaError } from '../errors.js';
import { isCleared, type Values } from '../resource.js';
import { resourceOf } from '../resources/index.js';
import { withoutUnsure } from './not-known-yet.js';
import {
  addressOf,
  assumedEmpty,
  nameInState,
  nameOfStep,
  noneIf,
  ownedOf,
  type Piece,
  type PlannedMemory,
  scopeOf,
} from './piece.js';
import { placed } from './place.js';
import { keptNotice, movedNotice, noticesOf, overwrittenNotices, revivedBy, unsureNotice } from './plan-notices.js';
import { type OnePlan, planOne } from './plan-one.js';
import { isLossy, unchanged } from './run-guard.js';
import type { Notice, Running } from './running.js';
import { isGone, liveKey, refuseHandedOn, withImport } from './taken.js';

/** Counts a piece that stays as it is. Asks nothing of the tenant but names of containers. */
export async function noteUnchanged(running: Running, piece: Piece): Promise<void> {
  // It is only for the count: what cannot be named any more was said where it was read.
  const owned = (await ownedOf(running.shared, piece).catch(noneIf('unknown_name'))) ?? [];
  if (piece.resource.setOf) {
    const place = await placeOf(running.shared, piece).catch(noneIf('unknown_name'));
    if (place !== undefined) running.declared.set(piece.resource, place, labelFor(piece));
  } else for (const { key, id } of owned) running.declared.one(piece.resource, key, id, labelFor(piece));
  noteHolder(running, piece, labelFor(piece));
  for (const entry of owned) {
    const key = keyOfOwned(entry);
    running.claims.know(key, entry);
    if (running.claims.isPlannedAsGoing(key)) throw heldTwice(piece);
    running.guard.note(unchanged(entry.kind, key, { ...entry.key, ...entry.held }, entry.surface, entry.id));
  }
  if (assumedEmpty(piece).some((name) => piece.declared?.[name] !== undefined)) {
    refuseUnread(piece, await planOne(running.shared, piece, owned));
  }
}

/** The place that a whole set of a state owns, whatever it is called by now. */
async function placeOf(shared: Reading, piece: Piece): Promise<string> {
  return scopeOf(shared, piece.resource, await placed(shared, piece));
}

/**
 * An apply is told of what changes alone, so it would not know that this address keeps what the other lets go of; and
 * what a plan has answered once it cannot call back.
 */
function heldTwice(piece: Piece): DelineaError {
  return new DelineaError(
    'duplicate',
    `${nameInState(piece)} is in the state at another address too, which lets it go`,
    {
      hint: 'Plan again with a -parallelism above the number of removals, or take the other address out of the state: terraform state rm ADDRESS.',
    },
  );
}

/** What an import found unset is given by now, which only the object itself shows: Terraform shows it as unset. */
function refuseUnread(piece: Piece, { change: { delinea } }: OnePlan): void {
  const given = assumedEmpty(piece).filter(
    (name) => delinea.changed.includes(name) && !isCleared(delinea.before[name] ?? null),
  );
  if (given.length === 0) return;
  throw new DelineaError('stale_plan', `${delinea.label}: ${given.join(', ')} was given since the import`, {
    path: given[0],
    hint: 'Import it again: terraform state rm, then import.',
  });
}

export interface Planned {
  readonly notices: Notice[];
  readonly planned: PlannedMemory;
}

/**
 * What an apply of one piece would do, and what speaks against it. Writes nothing and decides no value.
 * @param gone the object of an earlier state that this run found to be deleted outside of code
 * @param isApply whether the run has begun to apply: nobody tells it then what stays as it is, and how much may go was
 * judged by the plan
 * @throws DelineaError, DelineaErrors for what speaks against it
 */
export async function planPiece(
  running: Running,
  piece: Piece,
  gone?: OwnedObject,
  isApply = () => false,
): Promise<Planned> {
  const { shared, claims, guard, lull } = running;
  const tenant = running.tenant.settings.url;
  const owned = await ownedOf(shared, piece);
  for (const entry of owned) claims.know(keyOfOwned(entry), entry);
  await refuseHandedOn(shared, piece);
  await noteNext(running, piece);
  const { one, renamed } = await planKnown(running, piece, owned, gone);
  const { change, unsure } = withoutUnsure(one.change, piece.open);
  // Of an edge that may turn out to be declared nobody says that it will be revoked.
  const findings = one.findings.filter(({ edge }) => edge === undefined || !unsure.some(({ id }) => id === edge));
  refuseUnread(piece, one);
  noteDeclared(running, piece, change);
  noteHolder(running, piece, change.delinea.label, one.live?.id);
  guard.note(change);
  let isAllTold = true;
  if (isLossy(change)) {
    isAllTold = await lull.quietest(() => guard.isRenamed(change));
    if (isAllTold) await guard.judge(change, !isApply());
    else guard.owe(change);
    if (isAllTold && !piece.declared) guard.refuseUntold(lull.most);
    if (guard.isRenamed(change))
      return { notices: [movedNotice(piece, change)], planned: { tenant, stays: true, others: guard.keptSince() } };
  }
  const kept = guard.keptOf(change);
  const isPast = !piece.declared && (isEdge(piece.resource) || (await isGone(shared, owned)));
  const notices = [
    ...noticesOf(
      piece,
      { ...one, findings, live: renamed ? undefined : one.live, change: guard.leftOf(one.change) ?? one.change },
      { isPast, isAllTold },
    ),
    ...(kept.length > 0 ? [keptNotice(piece, change, kept.length)] : []),
    ...(unsure.length > 0 ? [unsureNotice(change, unsure.length)] : []),
    ...overwrittenNotices(piece, change),
    ...(await revivedBy(running, change)),
    ...(renamed ? [movedNotice(piece, change)] : []),
  ];
  if (piece.declared) return { notices, planned: {} };
  const isKept = ({ kind, key }: OwnedObject) => kept.includes(nameKey(resourceOf(kind), key));
  const forgets = change.delinea.operation === 'forget';
  for (const entry of owned) if (!forgets && !isKept(entry)) claims.plannedAsGoing(keyOfOwned(entry));
  const others = guard.keptSince();
  guard.answer(guard.leftOf(change) ?? change);
  return { notices, planned: { tenant, forgets, kept, others, seen: seenIn(piece, change) } };
}

/** What a removal was planned for; of a whole set its edges, as its elements. */
function seenIn({ resource: { setOf } }: Piece, { delinea: { before, parts = [] } }: ResourceChange): Values {
  return setOf ? { [setOf.elements]: parts.map((part) => part.before) } : before;
}

/** What an address declares in the place of what it lets go of is told only after that, and may be another's that goes. */
async function noteNext({ shared, guard }: Running, { resource, next }: Piece): Promise<void> {
  if (!next) return;
  // A name that nothing has is said of the new one, which is planned next.
  const named = await ownedOf(shared, { resource, state: { ...next, id: '' } }).catch(
    noneIf('unknown_name', 'ambiguous'),
  );
  for (const entry of named ?? []) {
    // Of one edge what the plan of it will replace; those of a set are counted beside it, as they stay.
    const key = resource.setOf ? keyOfOwned(entry) : addressOf({ resource }, next);
    guard.note(unchanged(entry.kind, key, entry.key, entry.surface));
  }
}

/**
 * Looks up what a declaration names and nobody can declare, such as a container, where the rest is not known yet.
 * @throws DelineaError `unknown_name`, `ambiguous`
 */
export async function checkNames({ shared }: Running, { resource, declared = {} }: Piece): Promise<void> {
  for (const { name, refersTo } of resource.attributes) {
    const [kind] = refersTo;
    const named = declared[name];
    if (kind === undefined || refersTo.length > 1 || resourceOf(kind).removal || typeof named !== 'string') continue;
    await findNamedAt(shared.snapshot, kind, named, name);
  }
}

/** @throws DelineaError `duplicate` where another declaration of this run means the same */
function noteDeclared({ declared }: Running, piece: Piece, { delinea }: ResourceChange): void {
  const { resource, state } = piece;
  if (!piece.declared) return;
  if (resource.setOf) declared.set(resource, String(delinea.id), delinea.label);
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
function noteHolder({ declared }: Running, piece: Piece, label: string, live?: string): void {
  const { resource, state } = piece;
  if (!piece.declared || resource.setOf || isEdge(resource)) return;
  const id = state ? String(state.id) : live;
  if (id !== undefined) declared.object(objectKey(resource.type, id), label);
}

/**
 * Notes what an apply is asked to make, which the plan may have known no name of. What cannot be told of it, the apply says.
 * @throws DelineaError `duplicate`
 */
export async function noteMade({ shared, declared }: Running, piece: Piece): Promise<void> {
  if (piece.state || !piece.declared) return;
  const { resource } = piece;
  const label = labelFor(piece);
  const unsaid = (error: unknown) => {
    if (!(error instanceof DelineaError)) throw error;
  };
  if (resource.setOf) {
    const place = await scopeOf(shared, resource, piece.declared).catch(unsaid);
    if (place !== undefined) declared.set(resource, place, label);
    return;
  }
  const named = await ownedOf(shared, { resource, state: { ...piece.declared, id: '' } }).catch(unsaid);
  for (const { key } of named ?? []) declared.one(resource, key, undefined, label);
}

/** What people call it, before anything was looked up. */
function labelFor({ resource, declared = {} }: Piece): string {
  return resource.key.map((name) => String(declared[name])).join(', ');
}

/** What exists may be another address's in this very run: that is known once everything has been told. */
async function planKnown(
  running: Running,
  piece: Piece,
  owned: readonly OwnedObject[],
  gone: OwnedObject | undefined,
): Promise<{ one: OnePlan; renamed: boolean }> {
  const { shared, claims, lull } = running;
  const plan = (entries: readonly OwnedObject[]) => planOne(shared, piece, entries, { vanished: gone });
  if (piece.state || piece.resource.setOf) return { one: await plan(owned), renamed: false };
  let one: OnePlan | DelineaError;
  try {
    one = await plan([]);
    if (!one.live) return { one, renamed: false };
  } catch (error) {
    if (!(error instanceof DelineaError)) throw error;
    one = error;
  }
  const live = await liveKey(shared, piece);
  const isOurs = () => live !== undefined && claims.stateOf(live.key) !== undefined;
  // Refused is only what no other address can turn out to have.
  if (one instanceof DelineaError) while (!isOurs() && !(await lull.beforeRefusing(isOurs)));
  else await lull.quiet();
  const entry = live && claims.stateOf(live.key);
  if (entry) return { one: await planOne(shared, piece, [entry]), renamed: true };
  if (one instanceof DelineaError) throw await withImport(shared, piece, one);
  return { one, renamed: false };
}

import { applyOne } from '../engine/apply.js';
import type { OwnedObject } from '../engine/declaration.js';
import { diff, keyText } from '../engine/diff.js';
import { homeValues } from '../engine/edges.js';
import type { ResourceChange, Step } from '../engine/format.js';
import { isEdge, keyOfOwned, nameKey, objectKey, ownedKey, type Reading } from '../engine/planning.js';
import { DelineaError } from '../errors.js';
import { pick, type Values } from '../resource.js';
import { resourceOf } from '../resources/index.js';
import type { Live } from '../wire.js';
import { countBack, refuseLosses, tooMany } from './losses-so-far.js';
import { despiteDeletions, withoutDeleted } from './own-deletions.js';
import { type Memory, memoryAfter, nameInState, ownedOf, type Piece, type PlannedMemory, scopeOf } from './piece.js';
import { type OnePlan, planOne } from './plan-one.js';
import { isGone, refuseHandedOn, withImport } from './plan-piece.js';
import { type LivePiece, readSet } from './read-one.js';
import { isLossy } from './run-guard.js';
import { applyingOne, freshReading, type Notice, type Running } from './running.js';

/** What became of one piece. */
export interface Applied {
  /** As it was read back; unset: there is nothing, or it could not be read. */
  readonly live?: LivePiece | undefined;
  readonly memory: Memory;
  /** The id of what was made, known as soon as the service told it. */
  readonly made?: string | undefined;
  readonly notices: readonly Notice[];
  /** It did not end as planned. */
  readonly error?: DelineaError | undefined;
}

/** Makes one piece as declared, and reads it back. Throws no DelineaError: what was done counts, failed or not. */
export async function applyPiece(running: Running, piece: Piece): Promise<Applied> {
  const notices: Notice[] = [];
  let made: string | undefined;
  const work = async (): Promise<Applied> => {
    refuseLate(running);
    await refuseHandedOn(freshReading(running), piece);
    const first = await planAgain(running, piece).catch(ownFault);
    const waits = first instanceof DelineaError ? !piece.state : isLossy(first.change) || (!piece.state && first.live);
    if (!(first instanceof DelineaError)) running.guard.note(first.change);
    if (first instanceof DelineaError && !piece.state) await untilOurs(running, piece);
    else if (waits) await (piece.state ? running.lull.quietest() : running.lull.quiet());
    return running.locks.hold(nameOf(piece), async () => {
      const one = waits ? await planAgain(running, piece, notices) : first;
      refuseLate(running);
      if (one instanceof DelineaError) throw one;
      const change = asPlanned(running, piece, one.change);
      await refuseLosses(running, piece, change);
      const keys = await keysMeant(running, piece, one);
      const applying = applyingOne(
        running,
        (id) => {
          made = id;
          if (!piece.resource.setOf && !isEdge(piece.resource)) running.claims.make(objectKey(piece.resource.type, id));
        },
        notices,
      );
      const back = keys.filter((key) => running.claims.takenBefore(key)).length;
      const live = await despiteDeletions(
        running.claims,
        change,
        (current) => applyOne(applying, current, running.end),
        async () => asPlanned(running, piece, (await planAgain(running, piece)).change),
      );
      running.end.done();
      for (const key of keys) running.claims.make(key);
      countBack(running, change.delinea.kind, back);
      if (live && !isEdge(piece.resource)) running.shared.snapshot.wrote(piece.resource.type, live, piece.state);
      return { live: await shown(running, piece, one, live), memory: memoryAfter(piece, change), made, notices };
    });
  };
  try {
    return await work();
  } catch (reason) {
    if (!piece.state) for (const key of await keysNamed(running, piece)) running.claims.fail(key);
    const error = await withImport(freshReading(running), piece, faultOf(running, reason));
    return { memory: piece.memory ?? {}, made, notices, error };
  }
}

/** Lets go of one piece in the way that it says. What another address has made its own in this run stays. */
export async function removePiece(running: Running, piece: Piece): Promise<Applied> {
  const { claims, guard, lull, locks, shared } = running;
  const notices: Notice[] = [];
  const { planned: { stays, ...reviewed } = {}, ...memory } = piece.memory ?? {};
  let label = nameInState(piece);
  let keys: string[] = [];
  try {
    refuseLate(running);
    const owned = await ownedOf(shared, piece);
    keys = owned.map(keyOfOwned);
    if (stays) {
      for (const [index, key] of keys.entries()) claims.know(key, owned[index]!);
      return { memory, notices };
    }
    for (const [index, key] of keys.entries()) claims.leave(key, owned[index]!);
    const reading = freshReading(running);
    const planned = await planOne(reading, piece, owned);
    label = planned.change.delinea.label;
    guard.note(planned.change);
    const isMade = () => keys.every((key) => claims.isMade(key));
    while (!(await lull.quietest(isMade)) && (await tooMany(running, planned.change, false)));
    return await locks.hold(nameOf(piece), async () => {
      refuseLate(running);
      refuseFailed(running, owned, planned.change);
      const mine = owned.filter((_, index) => !claims.isMade(keys[index]!));
      if (mine.length < owned.length) {
        notices.push({
          level: 'warning',
          message: `${label} stays as it is: another address has it now`,
        });
        guard.drop(planned.change);
        if (mine.length === 0) return { memory, notices };
      }
      const { change } = mine.length < owned.length ? await planOne(freshReading(running), piece, mine) : planned;
      await refuseMoved(reading, mine, change, reviewed);
      await refuseLosses(running, piece, change);
      const applying = applyingOne(running, () => undefined, notices);
      await despiteDeletions(
        claims,
        asPlanned(running, piece, change),
        (current) => applyOne(applying, current, running.end),
        async () => asPlanned(running, piece, (await planOne(freshReading(running), piece, mine)).change),
      );
      running.end.done();
      for (const entry of mine) claims.take(keyOfOwned(entry), entry, change.delinea.before);
      return { memory, notices };
    });
  } catch (reason) {
    for (const key of keys) claims.stay(key);
    return { memory, notices, error: faultOf(running, reason).about(label) };
  }
}

/**
 * What was there when it was planned, and reviewed as going, is not let go of because one read says that it is gone; and
 * where there was nothing to take away then, nobody has reviewed what there is now.
 * @param reading the one that the change was planned on, so that both see the same
 * @throws DelineaError `unread` where the name still leads to it, `stale_plan` where it leads to another by now
 */
async function refuseMoved(
  reading: Reading,
  mine: readonly OwnedObject[],
  { delinea }: ResourceChange,
  { forgets, seen }: PlannedMemory,
): Promise<void> {
  const again = { hint: 'Plan again and review it.' };
  if (forgets && delinea.operation !== 'forget') {
    throw new DelineaError(
      'stale_plan',
      'there was nothing to take away when the plan was made, and now there is',
      again,
    );
  }
  const [entry] = mine;
  if (forgets || !entry || delinea.operation !== 'forget' || !(await isGone(reading, mine))) return;
  const [named] = await reading.snapshot.view(entry.kind).byKey(entry.key);
  if (!named) return;
  if (named.id === entry.id) {
    throw new DelineaError('unread', 'the service finds it by name and says that its id is gone', {
      hint: 'Nothing was written. Apply again when the service agrees with itself.',
    });
  }
  // Without a plan that saw it there is nothing that this one could differ from.
  if (!seen) return;
  throw new DelineaError(
    'stale_plan',
    `gone since the plan was made, and another (id ${named.id}) has its name`,
    again,
  );
}

/** What exists and is not known to be ours may be removed at another address, which Terraform tells after what hangs on it. */
async function untilOurs(running: Running, piece: Piece): Promise<void> {
  const { claims, lull } = running;
  const keys = await keysNamed(running, piece);
  const isOurs = () => keys.some((key) => claims.stateOf(key) ?? claims.takenBefore(key));
  while (!isOurs() && !(await lull.beforeRefusing(isOurs)));
}

/** What another address declares stays, and stays ours at this one where that failed: the next apply has both again. */
function refuseFailed({ claims }: Running, owned: readonly OwnedObject[], { delinea }: ResourceChange): void {
  const ends = owned.flatMap(({ kind, key }) =>
    resourceOf(kind).attributes.flatMap(({ name, refersBy }) =>
      refersBy === undefined ? [] : [objectKey(String(key[refersBy]), String(key[name]))],
    ),
  );
  if (![...owned.map(keyOfOwned), ...ends].some((key) => claims.hasFailed(key))) return;
  throw new DelineaError('skipped', `${delinea.label} is declared at another address, where something failed`, {
    hint: 'It stays as it is. See the other error, and apply again.',
  });
}

/** A plan on what lives now, and on what this very run has done to it. */
async function planAgain(running: Running, piece: Piece, notices?: Notice[]): Promise<OnePlan> {
  const reading = freshReading(running);
  const owned = await ownedOf(running.shared, piece);
  const { resource, declared = {} } = piece;
  if (piece.state || resource.setOf || isEdge(resource)) return planOne(reading, piece, owned);
  const [found] = await reading.snapshot.view(resource.type).byKey(declared);
  if (!notices || !found) return planOne(reading, piece, []);
  const key = objectKey(resource.type, found.id);
  const taken = running.claims.takenBefore(key);
  const leaving = running.claims.stateOf(key);
  if (!taken) return planOne(reading, piece, leaving ? [leaving] : []);
  // The removal of the old address came first: what it took is given back.
  const name = String(declared[resource.key[0]!]);
  notices.push({
    level: 'warning',
    message: `${name} was removed at another address a moment ago and is put back as it was`,
  });
  const { before = {} } = taken;
  const lost = resource.removal?.verb === 'deactivate' ? pick(before, Object.keys(resource.removal.to)) : {};
  const { alive } = resource.removal?.verb === 'deactivate' ? resource.removal : {};
  const wasAlive = alive !== undefined && diff(resource, alive, before).length === 0;
  const restored = { ...piece, declared: { ...(alive ? {} : lost), ...declared } };
  return planOne(reading, restored, [taken.owned], { reactivate: wasAlive ? [name] : [] });
}

/**
 * The change as it was reviewed, so whatever has moved since the plan saw it stops it: what is declared is planned on the
 * state as it was read, what goes on what it has remembered.
 * @throws DelineaError `stale_plan` for edges of a set that nobody has seen
 */
function asPlanned({ claims }: Running, piece: Piece, change: ResourceChange): ResourceChange {
  const { delinea } = change;
  const { resource, declared } = piece;
  const was = declared ? piece.state : piece.memory?.planned?.seen;
  if (!was) return change;
  if (resource.setOf) {
    refuseUnreviewed(resource.setOf.kind, resource.setOf.elements, was, delinea);
    return change;
  }
  if (delinea.operation === 'create') {
    throw new DelineaError('stale_plan', `${delinea.label} is gone since the plan was made`, { hint: 'Plan again.' });
  }
  const ends = isEdge(resource) || !declared ? resource.key : [];
  const names = Object.keys(declared ? delinea.desired : delinea.before).filter(
    (name) => !ends.includes(name) && was[name] !== undefined && was[name] !== null,
  );
  const reviewed = withoutDeleted(claims, resource, pick(was, names), delinea.before);
  return { ...change, delinea: { ...delinea, before: { ...delinea.before, ...reviewed } } };
}

function refuseUnreviewed(kind: string, elements: string, state: Values, { parts = [], before }: Step): void {
  const edge = resourceOf(kind);
  const reviewed = new Map(
    ((state[elements] as readonly Values[] | undefined) ?? []).map((element) => {
      const values = { ...before, ...element };
      return [keyText(edge, values), values];
    }),
  );
  for (const part of parts) {
    if (part.operation !== 'revoke' && part.operation !== 'regrant') continue;
    const was = reviewed.get(keyText(edge, part.before));
    // A state leaves out what code does not say of an element, such as the secret right.
    const told = Object.keys(part.before).filter((name) => !edge.key.includes(name) && (was?.[name] ?? null) !== null);
    if (was && diff(edge, pick(was, told), part.before).length === 0) continue;
    throw new DelineaError('stale_plan', `${part.label} was given since the plan was made`, {
      hint: 'Plan again and review it.',
    });
  }
}

/** The object, or the edges, that this piece speaks for from now on. */
async function keysMeant({ shared }: Running, piece: Piece, { live, change }: OnePlan): Promise<string[]> {
  const { resource, declared = {} } = piece;
  if (resource.setOf || isEdge(resource)) {
    const owned = await ownedOf(shared, { ...piece, state: { ...declared, id: change.delinea.id ?? '' } });
    return owned.map(keyOfOwned);
  }
  return live ? [ownedKey(resource, live.id, {})] : [];
}

/** The live objects and edges that a declaration means by their names; none where that cannot be told. */
async function keysNamed(running: Running, { resource, declared = {} }: Piece): Promise<string[]> {
  try {
    if (resource.setOf || isEdge(resource)) {
      const owned = await ownedOf(running.shared, { resource, state: { ...declared, id: '' } });
      return owned.map(keyOfOwned);
    }
    const found = await freshReading(running).snapshot.view(resource.type).byKey(declared);
    return found.map(({ id }) => objectKey(resource.type, id));
  } catch {
    return [];
  }
}

/** The object as it was read back, or as the plan read it where nothing was written. */
async function shown(
  running: Running,
  piece: Piece,
  one: OnePlan,
  live: Live | undefined,
): Promise<LivePiece | undefined> {
  const { resource, declared = {} } = piece;
  const reading = freshReading(running);
  if (resource.setOf) {
    const scope = await scopeOf(reading, resource, declared);
    return readSet(reading, resource, scope, await ownedOf(running.shared, { ...piece, state: declared }));
  }
  if (!live) return one.live;
  return { id: live.id, values: await homeValues(reading, resource.type, live) };
}

function nameOf({ resource, declared, state }: Piece): string {
  return nameKey(resource, declared ?? state ?? {});
}

function refuseLate({ end }: Running): void {
  if (end.reason) throw end.reason;
}

function ownFault(error: unknown): DelineaError {
  if (error instanceof DelineaError) return error;
  throw error;
}

function faultOf({ end }: Running, reason: unknown): DelineaError {
  if (!(reason instanceof DelineaError)) throw reason;
  end.failed(reason);
  return reason;
}

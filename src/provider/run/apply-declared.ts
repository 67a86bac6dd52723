import { diff } from '../engine/diff.js';
import { homeValues } from '../engine/edges.js';
import { isEdge, keyOfOwned, nameKey, objectKey, ownedKey } from '../engine/planning.js';
import { DelineaError } from '../errors.js';
import { pick } from '../resource.js';
import type { Live } from '../wire.js';
import { type Applied, Attempt } from './attempt.js';
import { ownedOf, type Piece, scopeOf } from './piece.js';
import { type OnePlan, planOne } from './plan-one.js';
import { type LivePiece, readSet } from './read-one.js';
import { isLossy } from './run-guard.js';
import { freshReading, type Notice, nameOfPiece, type Running, refuseLate } from './running.js';
import { refuseHandedOn, withImport } from './taken.js';

/** Makes one piece as declared, and reads it back. Throws nothing: what was done counts, failed or not. */
export function applyDeclared(running: Running, piece: Piece): Promise<Applied> {
  const attempt = new Attempt(running, piece);
  return attempt.run(
    () => make(running, piece, attempt),
    async (error) => {
      if (!piece.state) for (const key of await keysNamed(running, piece)) running.claims.fail(key);
      return withImport(freshReading(running), piece, error);
    },
  );
}

async function make(running: Running, piece: Piece, attempt: Attempt): Promise<LivePiece | undefined> {
  const { claims, losses, shared } = running;
  refuseLate(running);
  await refuseHandedOn(freshReading(running), piece);
  const first = await planAgain(running, piece).catch(ownFault);
  if (!(first instanceof DelineaError)) attempt.note(first.change);
  const hasWaited = await waitFor(running, piece, first);
  return running.locks.hold(nameOfPiece(piece), async () => {
    const one = hasWaited ? await planAgain(running, piece, attempt.notices) : first;
    refuseLate(running);
    if (one instanceof DelineaError) throw one;
    const keys = await keysMeant(running, piece, one);
    const back = keys.filter((key) => claims.takenBefore(key)).length;
    const live = await attempt.carryOut(one.change, async () => (await planAgain(running, piece)).change);
    for (const key of keys) claims.make(key);
    losses.back(piece.resource.setOf?.kind ?? piece.resource.type, back);
    if (live && !isEdge(piece.resource)) shared.snapshot.wrote(piece.resource.type, live, piece.state);
    return shown(running, piece, one, live);
  });
}

/**
 * What takes away waits until whatever gives is done, and what is there already, or refused, until it is known whose it
 * is. @returns whether it has waited, so that it must be planned anew
 */
async function waitFor(running: Running, piece: Piece, first: OnePlan | DelineaError): Promise<boolean> {
  const { lull } = running;
  if (first instanceof DelineaError) {
    if (!piece.state) await untilOurs(running, piece);
    return !piece.state;
  }
  const takes = isLossy(first.change);
  if (piece.state && takes) await lull.quietest();
  else if (!piece.state && (takes || first.live)) await lull.quiet();
  else return false;
  return true;
}

/** What exists and is not known to be ours may be removed at another address, which Terraform tells after what hangs on it. */
async function untilOurs(running: Running, piece: Piece): Promise<void> {
  const { claims, lull } = running;
  const keys = await keysNamed(running, piece);
  const isOurs = () => keys.some((key) => claims.stateOf(key) ?? claims.takenBefore(key));
  while (!isOurs() && !(await lull.beforeRefusing(isOurs)));
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
    message: `${name} was removed at another address a moment ago and is put back as it was`,
  });
  const { before = {} } = taken;
  const lost = resource.removal?.verb === 'deactivate' ? pick(before, Object.keys(resource.removal.to)) : {};
  const { alive } = resource.removal?.verb === 'deactivate' ? resource.removal : {};
  const wasAlive = alive !== undefined && diff(resource, alive, before).length === 0;
  const restored = { ...piece, declared: { ...(alive ? {} : lost), ...declared } };
  return planOne(reading, restored, [taken.owned], { reactivate: wasAlive ? [name] : [] });
}

/** The object, or the edges, that this piece speaks for from now on. */
async function keysMeant({ shared }: Running, piece: Piece, { live, change }: OnePlan): Promise<string[]> {
  const { resource, declared = {} } = piece;
  if (resource.setOf || isEdge(resource)) {
    const owned = await ownedOf(shared, { resource, state: { ...declared, id: change.delinea.id ?? '' } });
    return owned.map(keyOfOwned);
  }
  return live ? [ownedKey(resource, live.id, {})] : [];
}

/** What a declaration means by its names; where that cannot be told, the name itself. */
async function keysNamed(running: Running, { resource, declared = {} }: Piece): Promise<string[]> {
  const isObject = !resource.setOf && !isEdge(resource);
  const name = isObject ? [nameKey(resource, declared)] : [];
  try {
    if (!isObject) {
      const owned = await ownedOf(running.shared, { resource, state: { ...declared, id: '' } });
      return owned.map(keyOfOwned);
    }
    const found = await freshReading(running).snapshot.view(resource.type).byKey(declared);
    return [...name, ...found.map(({ id }) => objectKey(resource.type, id))];
  } catch (error) {
    if (!(error instanceof DelineaError)) throw error;
    return name;
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
    return readSet(reading, resource, scope, await ownedOf(running.shared, { resource, state: declared }));
  }
  if (!live) return one.live;
  return { id: live.id, values: await homeValues(reading, resource.type, live) };
}

function ownFault(error: unknown): DelineaError {
  if (error instanceof DelineaError) return error;
  throw error;
}

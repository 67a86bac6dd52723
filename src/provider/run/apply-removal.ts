import type { OwnedObject } from '../engine/declaration.js';
import { isEdge, keyOfOwned, nameKey, objectKey } from '../engine/planning.js';
import { DelineaError } from '../errors.js';
import { resourceOf } from '../resources/index.js';
import { type Applied, Attempt } from './attempt.js';
import { nameInState, noneIf, ownedOf, type Piece, passedOn } from './piece.js';
import { planOne } from './plan-one.js';
import { refuseMoved, refuseOtherTenant } from './reviewed.js';
import { freshReading, nameOfPiece, type Running, refuseLate } from './running.js';

/**
 * Lets go of one piece in the way that it says. What another address has made its own in this run stays. Throws nothing:
 * what was done counts, failed or not.
 */
export function applyRemoval(running: Running, piece: Piece): Promise<Applied> {
  const attempt = new Attempt(running, piece);
  const leaving: Leaving = { label: nameInState(piece), owned: [] };
  return attempt.run(
    async () => {
      await letGo(running, piece, attempt, leaving);
      return undefined;
    },
    async (error) => {
      for (const entry of leaving.owned) running.claims.stay(keyOfOwned(entry));
      return error.about(leaving.label);
    },
  );
}

interface Leaving {
  label: string;
  owned: readonly OwnedObject[];
}

async function letGo(running: Running, piece: Piece, attempt: Attempt, leaving: Leaving): Promise<void> {
  const { claims, locks, shared } = running;
  const planned = piece.memory?.planned ?? {};
  refuseLate(running);
  refuseOtherTenant(running, planned);
  const all = await ownedOf(shared, piece).catch(noneIf(...(planned.forgets ? (['unknown_name'] as const) : [])));
  if (!all) return;
  for (const other of planned.others ?? []) claims.passOn(other);
  const nameOf = ({ kind, key }: OwnedObject) => nameKey(resourceOf(kind), key);
  const isPassedOn = (entry: OwnedObject) => claims.isPassedOn(passedOn(entry, nameOf(entry)));
  const isKept = (entry: OwnedObject) => planned.kept?.includes(nameOf(entry)) === true || isPassedOn(entry);
  for (const entry of all) if (planned.stays || isKept(entry)) claims.know(keyOfOwned(entry), entry);
  if (planned.stays || (all.length > 0 && all.every(isKept))) return stay(running, all, leaving.label);
  const owned = all.filter((entry) => !isKept(entry));
  leaving.owned = owned;
  for (const entry of owned) claims.leave(keyOfOwned(entry), entry);
  const reading = freshReading(running);
  const first = await planOne(reading, piece, owned);
  leaving.label = first.change.delinea.label;
  attempt.note(first.change);
  const isMade = (entry: OwnedObject) => claims.isMade(keyOfOwned(entry));
  const isSettled = () => owned.every((entry) => isMade(entry) || isPassedOn(entry));
  while (!(await running.lull.quietest(isSettled)) && !isSettled() && (await running.losses.wouldRefuse(first.change)));
  if (owned.some(isPassedOn) && !owned.every(isMade)) {
    // It is as if it had been told at once.
    attempt.unnote();
    for (const entry of owned) claims.stay(keyOfOwned(entry));
    return letGo(running, piece, attempt, leaving);
  }
  await locks.hold(nameOfPiece(piece), async () => {
    refuseLate(running);
    refuseFailed(running, owned, leaving.label);
    const mine = owned.filter((entry) => !isMade(entry));
    if (mine.length < owned.length) {
      attempt.warn(`${leaving.label} stays as it is: another address has it now`);
      attempt.unnote();
      if (mine.length === 0) return;
    }
    const again = async () => (await planOne(freshReading(running), piece, mine)).change;
    const change = mine.length < owned.length ? await again() : first.change;
    await refuseMoved(reading, mine, change, planned, again);
    await attempt.carryOut(change, again);
    // Whom only the state forgets has lost nothing: another address may have it as it is.
    const isTaken = change.delinea.operation !== 'forget';
    for (const entry of mine) {
      if (isTaken) claims.take(keyOfOwned(entry), entry, change.delinea.before);
      else claims.stay(keyOfOwned(entry));
    }
  });
}

/** Another address is to have it: this one waits for that as long as nothing else waits for this one. */
async function stay(running: Running, owned: readonly OwnedObject[], label: string): Promise<void> {
  const { claims, lull } = running;
  const isSettled = () => owned.every((entry) => claims.isMade(keyOfOwned(entry))) || hasFailed(running, owned);
  if (!isSettled()) await lull.beforeTaking(isSettled);
  refuseFailed(running, owned, label);
}

/** What another address declares stays, and stays ours at this one where that failed: the next apply has both again. */
function refuseFailed(running: Running, owned: readonly OwnedObject[], label: string): void {
  const again = {
    hint: 'It stays as it is. See the other error, and apply again; where it was renamed, with a moved block.',
  };
  if (hasFailed(running, owned)) {
    throw new DelineaError('skipped', `${label} is declared at another address, where something failed`, again);
  }
  const ends = owned.flatMap(({ kind, key }) =>
    resourceOf(kind).attributes.flatMap(({ name, refersBy }) =>
      refersBy === undefined ? [] : [objectKey(String(key[refersBy]), String(key[name]))],
    ),
  );
  if (!ends.some((key) => running.claims.hasFailed(key))) return;
  throw new DelineaError(
    'skipped',
    `${label}: who has it is declared at another address, where something failed`,
    again,
  );
}

function hasFailed({ claims }: Running, owned: readonly OwnedObject[]): boolean {
  return owned.some((entry) => {
    const resource = resourceOf(entry.kind);
    const keys = [keyOfOwned(entry), ...(isEdge(resource) ? [] : [nameKey(resource, entry.key)])];
    return keys.some((key) => claims.hasFailed(key));
  });
}

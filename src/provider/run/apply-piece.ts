import { applyOne } from '../engine/apply.js';
import { diff, keyText } from '../engine/diff.js';
import { homeValues } from '../engine/edges.js';
import type { ResourceChange, Step } from '../engine/format.js';
import { isMass } from '../engine/guards.js';
import { takesAway } from '../engine/losses.js';
import { isEdge, objectKey, ownedKey, type Reading } from '../engine/planning.js';
import { DelineaError } from '../errors.js';
import { pick, type Values } from '../resource.js';
import { resourceOf } from '../resources/index.js';
import { keysOf, type Memory, memoryAfter, ownedOf, type Piece, scopeOf } from './piece.js';
import { type OnePlan, planOne } from './plan-one.js';
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
    const first = await planAgain(running, piece).catch(ownFault);
    const waits = first instanceof DelineaError ? !piece.state : isLossy(first.change) || (!piece.state && first.live);
    if (!(first instanceof DelineaError)) running.guard.note(first.change);
    if (waits) await running.lull.quiet();
    return running.locks.hold(nameOf(piece), async () => {
      const one = waits ? await planAgain(running, piece, notices) : first;
      if (one instanceof DelineaError) throw one;
      const change = asPlanned(piece, one);
      if (isLossy(change)) {
        running.guard.note(change);
        await running.guard.judge(change, false);
        await countLosses(running, change);
      }
      for (const key of await keysMeant(running, piece, one)) running.claims.make(key);
      const applying = applyingOne(
        running,
        (id) => {
          made = id;
          if (!piece.resource.setOf && !isEdge(piece.resource)) running.claims.make(objectKey(piece.resource.type, id));
        },
        notices,
      );
      const live = await applyOne(applying, change, running.end);
      running.end.done();
      return { live: await shown(running, piece, one, live), memory: memoryAfter(piece, change), made, notices };
    });
  };
  try {
    return await work();
  } catch (reason) {
    return { memory: piece.memory ?? {}, made, notices, error: faultOf(running, reason) };
  }
}

/** Lets go of one piece in the way that it says. What another address has made its own in this run stays. */
export async function removePiece(running: Running, piece: Piece): Promise<Applied> {
  const { claims, guard, lull, locks, shared } = running;
  const notices: Notice[] = [];
  const memory = piece.memory ?? {};
  let keys: string[] = [];
  try {
    refuseLate(running);
    const owned = await ownedOf(shared, piece);
    keys = keysOf(owned);
    for (const [index, key] of keys.entries()) claims.leave(key, owned[index]!);
    const planned = await planOne(freshReading(running), piece, owned);
    guard.note(planned.change);
    await lull.quiet();
    return await locks.hold(nameOf(piece), async () => {
      const mine = owned.filter((_, index) => !claims.isMade(keys[index]!));
      if (mine.length < owned.length) {
        notices.push({
          level: 'warning',
          message: `${planned.change.delinea.label} stays as it is: another address has it now`,
        });
        guard.drop(planned.change);
        if (mine.length === 0) return { memory, notices };
      }
      const { change } = mine.length < owned.length ? await planOne(freshReading(running), piece, mine) : planned;
      if (isLossy(change)) {
        guard.note(change);
        await guard.judge(change, false);
        await countLosses(running, change);
      }
      await applyOne(
        applyingOne(running, () => undefined, notices),
        change,
        running.end,
      );
      running.end.done();
      for (const entry of mine) claims.take(keysOf([entry])[0]!, entry, change.delinea.before);
      return { memory, notices };
    });
  } catch (reason) {
    for (const key of keys) claims.stay(key);
    return { memory, notices, error: faultOf(running, reason) };
  }
}

/** A plan on what lives now, and on what this very run has done to it. */
async function planAgain(running: Running, piece: Piece, notices?: Notice[]): Promise<OnePlan> {
  const reading = freshReading(running);
  const owned = await ownedOf(running.shared, piece);
  if (piece.state || piece.resource.setOf || isEdge(piece.resource)) return planOne(reading, piece, owned);
  const { resource, declared = {} } = piece;
  const [found] = await reading.snapshot.view(resource.type).byKey(declared);
  const key = found && objectKey(resource.type, found.id);
  const taken = key === undefined ? undefined : running.claims.takenBefore(key);
  const leaving = key === undefined ? undefined : running.claims.stateOf(key);
  if (!notices || !(taken ?? leaving)) return planOne(reading, piece, []);
  if (!taken) return planOne(reading, piece, [leaving!]);
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
 * The change as it was reviewed: what the state had is what the plan saw, so whatever has moved since then stops it.
 * @throws DelineaError `stale_plan` for edges of a set that nobody has seen
 */
function asPlanned({ resource, state }: Piece, { change }: OnePlan): ResourceChange {
  const { delinea } = change;
  if (!state) return change;
  if (delinea.operation === 'create') {
    throw new DelineaError('stale_plan', `${delinea.label} is gone since the plan was made`, { hint: 'Plan again.' });
  }
  if (resource.setOf) {
    refuseUnreviewed(resource.setOf.kind, resource.setOf.elements, state, delinea);
    return change;
  }
  const ends = isEdge(resource) ? resource.key : [];
  const names = Object.keys(delinea.desired).filter(
    (name) => !ends.includes(name) && state[name] !== undefined && state[name] !== null,
  );
  return { ...change, delinea: { ...delinea, before: { ...delinea.before, ...pick(state, names) } } };
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
    if (was && diff(edge, pick(part.before, part.changed), was).length === 0) continue;
    throw new DelineaError('stale_plan', `${part.label} was given since the plan was made`, {
      hint: 'Plan again and review it.',
    });
  }
}

/** Removals of an apply, against all that live: the plan has counted against what is managed. */
async function countLosses(running: Running, { delinea }: ResourceChange): Promise<void> {
  const { removed, tenant, shared } = running;
  const gone = (delinea.parts ?? [delinea]).filter(takesAway);
  for (const { kind } of gone) removed.set(kind, (removed.get(kind) ?? 0) + 1);
  const allowed = tenant.settings.allowance.removals;
  const sum = [...removed.values()].reduce((left, right) => left + right, 0);
  for (const kind of new Set(gone.map((step) => step.kind))) {
    if (allowed !== undefined && sum <= allowed) return;
    const resource = resourceOf(kind);
    if (isEdge(resource)) continue;
    const count = removed.get(kind)!;
    const total = await shared.snapshot.view(kind).count();
    if (!isMass(count, total)) continue;
    throw new DelineaError('refused_by_guard', `${count} of ${total} ${resource.plural} would be removed`, {
      hint: `If that is meant, say so on the provider, for one run: allow_removals = ${sum} (so many until now).`,
    });
  }
}

/** The object, or the edges, that this piece speaks for from now on. */
async function keysMeant({ shared }: Running, piece: Piece, { live, change }: OnePlan): Promise<string[]> {
  const { resource, declared = {} } = piece;
  if (resource.setOf || isEdge(resource)) {
    return keysOf(await ownedOf(shared, { ...piece, state: { ...declared, id: change.delinea.id ?? '' } }));
  }
  return live ? [ownedKey(resource, live.id, {})] : [];
}

/** The object as it was read back, or as the plan read it where nothing was written. */
async function shown(
  running: Running,
  piece: Piece,
  one: OnePlan,
  live: ({ readonly id: string } & Parameters<typeof homeValues>[2]) | undefined,
): Promise<LivePiece | undefined> {
  const { resource, declared = {} } = piece;
  const reading: Reading = freshReading(running);
  if (resource.setOf)
    return readSet(
      reading,
      resource,
      await scopeOf(reading, resource, declared),
      await ownedOf(running.shared, { ...piece, state: declared }),
    );
  if (!live) return one.live;
  return { id: live.id, values: await homeValues(reading, resource.type, live) };
}

function nameOf({ resource, declared, state }: Piece): string {
  return `${resource.type} ${keyText(resource, declared ?? state ?? {})}`;
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

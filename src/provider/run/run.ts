import { findNamed } from '../engine/catalog.js';
import type { OwnedObject } from '../engine/declaration.js';
import { EarlyEnd } from '../engine/early-end.js';
import { Locks } from '../engine/locks.js';
import { isEdge, keyOfOwned, nameKey, type Reading } from '../engine/planning.js';
import { openReading } from '../engine/reading.js';
import { DelineaError, DelineaErrors } from '../errors.js';
import type { Resource } from '../resource.js';
import { resourceOf } from '../resources/index.js';
import type { Tenant } from '../tenant.js';
import { applyDeclared } from './apply-declared.js';
import { applyRemoval } from './apply-removal.js';
import type { Applied } from './attempt.js';
import { Claims } from './claims.js';
import { Crowd } from './crowd.js';
import { Declared } from './declared.js';
import { type Found, findAny } from './find-one.js';
import { LossesSoFar } from './losses-so-far.js';
import { Lull } from './lull.js';
import { nameInState, noneIf, ownedOf, type Piece } from './piece.js';
import { placed, placeIn } from './place.js';
import { checkNames, noteMade, noteUnchanged, type Planned, planPiece } from './plan-piece.js';
import { type LivePiece, readOne, refuseHidden } from './read-one.js';
import { RunGuard } from './run-guard.js';
import { RunSight } from './run-sight.js';
import { freshReading, type Notice, type Running } from './running.js';

/**
 * Plans and applies piece by piece, in an order that is not ours: what Terraform asks of a provider. Everything that is
 * remembered is remembered here, and ends with it.
 */
export interface Run {
  /** Reads what a state speaks of. undefined: the service says that there is no such thing. @throws DelineaError */
  read(piece: Piece): Promise<{ live: LivePiece | undefined; notices: Notice[] }>;
  /** Finds one by the text of an import and reads everything of it. @throws DelineaError `unknown_name`, `ambiguous` */
  find(resource: Resource, text: string): Promise<Found>;
  /** What an apply would do and what speaks against it; writes nothing. @throws DelineaError, DelineaErrors */
  plan(piece: Piece): Promise<Planned>;
  /** What can be said of a piece whose name is not known yet. @throws DelineaError `unknown_name`, `ambiguous` */
  check(piece: Piece): Promise<void>;
  /** A piece that neither code nor tenant has changed. */
  unchanged(piece: Piece): Promise<void>;
  /** Whether two names mean one place, such as a container's name and its id. @throws DelineaError `unknown_name` */
  sameName(kind: string, left: string, right: string): Promise<boolean>;
  /** Makes it as declared, or lets go of it where nothing is declared. */
  apply(piece: Piece): Promise<Applied>;
  /** Begins nothing more: what is being written is written to its end. */
  stop(): void;
  /** Other reads of the same Terraform run: what takes away waits for them as well. */
  alongside<T>(work: () => Promise<T>): Promise<T>;
  /** Whether a changed right gets another id where edges of this kind live. */
  recreates(kind: string): boolean;
}

/** Sends nothing yet. @param log told of every write; resolves when it is written down */
export function openRun(tenant: Tenant, log: Running['log']): Run {
  const shared = openReading(tenant);
  const running: Running = {
    tenant,
    shared,
    lull: new Lull(),
    claims: new Claims(),
    declared: new Declared(),
    guard: new RunGuard(shared, tenant.settings),
    sight: new RunSight(shared),
    locks: new Locks(),
    end: new EarlyEnd(),
    log,
    losses: new LossesSoFar(shared),
  };
  /** Objects of states that are gone, by kind and natural key: who can log in is not made again without consent. */
  const vanished = new Map<string, { owned: OwnedObject; memory: Piece['memory'] }>();

  /** An edge has no name that would tell a wrong 404 from the truth: another look has to, one for all of them. */
  let second: Reading | undefined;
  const secondLook = () => (second ??= freshReading(running));

  async function located(piece: Piece) {
    const here = { ...piece, state: await placed(shared, piece) };
    return { piece: here, owned: await ownedOf(shared, here) };
  }

  async function read(piece: Piece) {
    const { resource, state = {} } = piece;
    const found = await located(piece).catch(noneIf('unknown_name'));
    const look = async (reading: Reading) => found && readOne(reading, found.piece, found.owned);
    const live = (await look(shared)) ?? (isEdge(resource) ? await look(secondLook()) : undefined);
    running.sight.note(resource.type, live !== undefined);
    if (found && live) {
      refuseHidden(piece, live);
      for (const entry of found.owned) running.claims.know(keyOfOwned(entry), entry);
      return { live, notices: [...noticesOf(piece, live), ...placeNotices(running, piece, found.piece)] };
    }
    await running.lull.quiet();
    if (!found) refuseUnplaced(running, piece);
    refuseUnshown(running, piece);
    await running.sight.judge(resource);
    const [entry] = found?.owned ?? [];
    if (resource.account && entry) vanished.set(nameKey(resource, state), { owned: entry, memory: piece.memory });
    return { live: undefined, notices: [goneNotice(piece)] };
  }

  // From then on a plan is asked for what is applied at once, and the write looks for itself.
  let applies = false;

  async function plan(piece: Piece) {
    if (applies) {
      await noteMade(running, piece);
      return { notices: [], planned: {} };
    }
    // Terraform asks for the plan of a removal before it reads what is removed.
    if (!piece.declared && !(await located(piece).catch(noneIf('unknown_name')))) {
      refuseUnplaced(running, piece);
      return { notices: [], planned: { tenant: tenant.settings.url, forgets: true } };
    }
    const lost = piece.declared && !piece.state ? vanished.get(nameKey(piece.resource, piece.declared)) : undefined;
    return planPiece(running, lost ? { ...piece, memory: lost.memory } : piece, lost?.owned, () => applies);
  }

  const crowd = new Crowd();
  const folding =
    ({ resource }: Piece) =>
    <T extends { readonly notices: readonly Notice[] }>(said: T): T => ({
      ...said,
      notices: crowd.fold(resource, said.notices),
    });

  const during =
    <A extends unknown[], T>(work: (...given: A) => Promise<T>) =>
    (...given: A) =>
      running.lull.during(() => work(...given));

  return {
    read: during((piece) => read(piece).then(folding(piece), naming(piece))),
    find: during((resource, text) => findAny(running, resource, text)),
    plan: during((piece) => {
      const planned = plan(piece).then(folding(piece));
      return piece.declared ? planned : planned.catch(naming(piece));
    }),
    check: during((piece) => checkNames(running, piece)),
    unchanged: during((piece) => noteUnchanged(running, piece)),
    sameName: during(async (kind, left, right) => {
      const [one, other] = await Promise.all([
        findNamed(shared.snapshot, kind, left),
        findNamed(shared.snapshot, kind, right, true),
      ]);
      return one.id === other.id;
    }),
    apply: during((piece) => {
      applies = true;
      return (piece.declared ? applyDeclared(running, piece) : applyRemoval(running, piece)).then(folding(piece));
    }),
    stop: () => {
      running.end.reason ??= new DelineaError('cancelled', 'not attempted: the run was stopped', {
        hint: 'Apply again: what was done is in the state.',
      });
    },
    alongside: (work) => running.lull.during(work),
    recreates: (kind) => !resourceOf(kind).setOf && tenant.collection(kind).wire.recreate === true,
  };
}

function naming(piece: Piece): (reason: unknown) => never {
  const name = nameInState(piece);
  return (reason) => {
    if (reason instanceof DelineaErrors) throw new DelineaErrors(reason.errors.map((error) => error.about(name)));
    throw reason instanceof DelineaError ? reason.about(name) : reason;
  };
}

/**
 * An edge whose place nothing is called is not revoked for all that: the place has another name, or does not show.
 * @throws DelineaError `unread`, unless so many may be missing
 */
function refuseUnplaced({ sight }: Running, { resource, state = {} }: Piece): void {
  const missing = sight.unallowed(resource.type);
  const name = placeIn(resource);
  if (missing === undefined || name === undefined) return;
  throw new DelineaError('unread', `its ${name} "${state[name]}" does not show by that name`, {
    path: name,
    hint: `If it has another name or is out of sight, access goes on there: show it to the account, or import again by the new name after terraform state rm. If it was deleted, say so on the provider, for one run: allow_missing = ${Math.max(missing, 1)} (so many until now; the last such error has the sum).`,
  });
}

/** @throws DelineaError `unread` for what was made and never showed: it may show yet, and would be nobody's then */
function refuseUnshown({ sight }: Running, piece: Piece): void {
  const missing = sight.unallowed(piece.resource.type);
  if (!piece.memory?.unshown || missing === undefined) return;
  throw new DelineaError('unread', `${nameInState(piece)} was made, as the service said, and does not show yet`, {
    hint: 'Plan again later; visibility_seconds on the provider is how long an apply waits for it. If it will not come: terraform state rm, or allow_missing for one run.',
  });
}

/** What changed behind the state's back and stays so. */
function noticesOf({ resource, state = {} }: Piece, { values }: LivePiece): Notice[] {
  const { removal } = resource;
  if (removal?.verb !== 'deactivate' || !removal.alive) return [];
  const was = Object.entries(removal.alive).every(([name, value]) => state[name] === value);
  const is = Object.entries(removal.to).every(([name, value]) => values[name] === value);
  if (!was || !is) return [];
  const message = `${state[resource.key[0]!]} was disabled outside of code; it stays disabled`;
  return [{ message, hint: 'To enable it again, consent with reactivate = "<ticket or date>".' }];
}

/** Where a place has another name by now, under which everything in it lives on. */
function placeNotices({ shared }: Running, piece: Piece, { state: now = {} }: Piece): Notice[] {
  const { resource, state = {} } = piece;
  const name = placeIn(resource);
  if (name === undefined || state[name] === now[name]) return [];
  const id = String(now[name]);
  const called = shared.identity.nameOf(id);
  return [
    {
      message: `${nameInState(piece)}: its ${name} has another name by now${called === undefined ? '' : `: ${called}`} (id ${id})`,
      hint: 'Write that, or the id.',
    },
  ];
}

function goneNotice(piece: Piece): Notice {
  const { resource } = piece;
  const verb = isEdge(resource) ? 'revoked' : 'deleted';
  return {
    message: `${nameInState(piece)} was ${verb} outside of code`,
    many: `was ${verb} outside of code`,
    hint: resource.account
      ? 'It is not created again without consent: remove the declaration, or write reactivate = "<ticket or date>".'
      : `Where it is still declared, it is ${isEdge(resource) ? 'given' : 'created'} again.`,
  };
}

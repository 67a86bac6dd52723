import { findNamed, noneCalled, onlyNamed } from '../engine/catalog.js';
import type { OwnedObject } from '../engine/declaration.js';
import { EarlyEnd } from '../engine/early-end.js';
import { edgesLike, homeValues } from '../engine/edges.js';
import { readImportId } from '../engine/import-id.js';
import { readSuffix } from '../engine/import-suffix.js';
import { Locks } from '../engine/locks.js';
import { ownedFrom } from '../engine/owned-from.js';
import { isEdge, keyOfOwned, nameKey } from '../engine/planning.js';
import { openReading } from '../engine/reading.js';
import { DelineaError, DelineaErrors } from '../errors.js';
import { pick, type Resource, type Values } from '../resource.js';
import { resourceOf } from '../resources/index.js';
import type { Tenant } from '../tenant.js';
import { applyDeclared } from './apply-declared.js';
import { applyRemoval } from './apply-removal.js';
import type { Applied } from './attempt.js';
import { Claims } from './claims.js';
import { Crowd } from './crowd.js';
import { Declared } from './declared.js';
import { LossesSoFar } from './losses-so-far.js';
import { Lull } from './lull.js';
import { type Memory, memoryOf, nameInState, noneIf, ownedOf, type Piece, scopeOf } from './piece.js';
import { checkNames, noteUnchanged, type Planned, planPiece } from './plan-piece.js';
import { type LivePiece, readOne, readSet, readWhole, refuseHidden } from './read-one.js';
import { RunGuard } from './run-guard.js';
import { RunSight } from './run-sight.js';
import type { Notice, Running } from './running.js';

/**
 * Plans and applies piece by piece, in an order that is not ours: what Terraform asks of a provider. Everything that is
 * remembered is remembered here, and ends with it.
 */
export interface Run {
  /** Reads what a state speaks of. undefined: the service says that there is no such thing. @throws DelineaError */
  read(piece: Piece): Promise<{ live: LivePiece | undefined; notices: Notice[] }>;
  /** Finds one by the text of an import and reads everything of it. @throws DelineaError `unknown_name`, `ambiguous` */
  find(resource: Resource, text: string): Promise<{ live: LivePiece; memory: Memory }>;
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

  async function read(piece: Piece) {
    const { resource, state = {} } = piece;
    // A folder that nothing is called is gone, or out of sight, like anything else that does not show.
    const owned = await ownedOf(shared, piece).catch(noneIf('unknown_name'));
    const live = owned && (await readOne(shared, piece, owned));
    running.sight.note(resource.type, live !== undefined);
    if (live) {
      refuseHidden(piece, live);
      for (const entry of owned) running.claims.know(keyOfOwned(entry), entry);
      return { live, notices: noticesOf(piece, live) };
    }
    await running.lull.quiet();
    await running.sight.judge(resource);
    const [entry] = owned ?? [];
    if (resource.account && entry) vanished.set(nameKey(resource, state), { owned: entry, memory: piece.memory });
    return { live: undefined, notices: [goneNotice(piece)] };
  }

  // From then on a plan is asked for what is applied at once, and the write looks for itself.
  let applies = false;

  async function plan(piece: Piece) {
    if (applies) return { notices: [], planned: {} };
    const lost = piece.declared && !piece.state ? vanished.get(nameKey(piece.resource, piece.declared)) : undefined;
    return planPiece(running, lost ? { ...piece, memory: lost.memory } : piece, lost?.owned);
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
      const [one, other] = await Promise.all([left, right].map((name) => findNamed(shared.snapshot, kind, name)));
      return one!.id === other!.id;
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

/** What changed behind the state's back and stays so. */
function noticesOf({ resource, state = {} }: Piece, { values }: LivePiece): Notice[] {
  const { removal } = resource;
  if (removal?.verb !== 'deactivate' || !removal.alive) return [];
  const was = Object.entries(removal.alive).every(([name, value]) => state[name] === value);
  const is = Object.entries(removal.to).every(([name, value]) => values[name] === value);
  if (!was || !is) return [];
  const message = `${state[resource.key[0]!]} was disabled outside of code; it stays disabled`;
  return [{ level: 'warning', message, hint: 'To enable it again, consent with reactivate = "<ticket or date>".' }];
}

function goneNotice(piece: Piece): Notice {
  const { resource } = piece;
  const verb = isEdge(resource) ? 'revoked' : 'deleted';
  return {
    level: 'warning',
    message: `${nameInState(piece)} was ${verb} outside of code`,
    many: `was ${verb} outside of code`,
    hint: resource.account
      ? 'It is not created again without consent: remove the declaration, or write reactivate = "<ticket or date>".'
      : `Where it is still declared, it is ${isEdge(resource) ? 'given' : 'created'} again.`,
  };
}

/** By natural key first: whoever has the name is meant, and an id looks like no name. */
async function findAny(running: Running, resource: Resource, written: string): ReturnType<Run['find']> {
  const { shared } = running;
  const { id: text, known } = readSuffix(resource, written);
  const live = await findOne(running, resource, text);
  if (live) {
    // The key that code gave is no proof that the object has it.
    const settings = resource.attributes.filter(({ setting }) => setting).map(({ name }) => name);
    const values = { ...pick(known, settings), ...(await withNames(running, resource, live.values)) };
    return { live: { ...live, values }, memory: memoryOf(resource, known, { id: live.id, ...live.values }) };
  }
  const read = !isEdge(resource) && !resource.setOf && shared.snapshot.view(resource.type).complete;
  throw noneCalled(resource, text, read ? await shared.snapshot.view(resource.type).all() : []);
}

async function findOne(running: Running, resource: Resource, text: string): Promise<LivePiece | undefined> {
  const { shared } = running;
  const { id, key } = readImportId(resource, text);
  if (resource.setOf) return readSet(shared, resource, await scopeOf(shared, resource, key ?? {}), []);
  if (isEdge(resource)) return findEdge(running, resource, id, key);
  const view = shared.snapshot.view(resource.type);
  const found = (key && (await onlyNamed(shared.snapshot, resource.type, key))) ?? (await view.byId(id));
  const names = resource.attributes.filter(({ setting }) => !setting).map(({ name }) => name);
  return found && readWhole(shared, resource, found, names);
}

async function findEdge(
  { shared, tenant }: Running,
  resource: Resource,
  id: string,
  key: Values | undefined,
): Promise<LivePiece | undefined> {
  if (key) {
    const ends = await principalById(shared, resource, key);
    const { key: home } = await ownedFrom(shared, resource, { ...ends, id }, { address: '' });
    const same = await edgesLike(shared, resource, home);
    return same[0] && { id: same[0].live.id, values: same[0].values };
  }
  const live = await tenant.collection(resource.type).get(id);
  if (!live) return undefined;
  return { id: live.id, values: await homeValues(shared, resource.type, live) };
}

/** The principal may be written as a name or as an id. */
async function principalById(shared: Running['shared'], resource: Resource, key: Values): Promise<Values> {
  const attribute = resource.attributes.find(({ refersBy }) => refersBy !== undefined)!;
  const kind = String(key[attribute.refersBy!]);
  const name = String(key[attribute.name]);
  const named = await onlyNamed(shared.snapshot, kind, { [resourceOf(kind).key[0]!]: name });
  const found = named ?? (await shared.snapshot.view(kind).byId(name));
  if (!found) throw noneCalled(resourceOf(kind), name, []);
  return { ...key, [attribute.name]: found.id };
}

/** Containers as people write them: by name where that is unique, else by id. */
async function withNames({ shared }: Running, resource: Resource, values: Values): Promise<Values> {
  const named = resource.attributes.filter(({ refersTo }) =>
    refersTo.some((kind) => resourceOf(kind).namedBy && !resourceOf(kind).referredBy),
  );
  const spelled = named.map(async ({ name, refersTo }) => {
    const [kind = ''] = refersTo;
    const id = String(values[name]);
    await shared.identity.learn([kind], id);
    const called = shared.identity.nameOf(id);
    const unique =
      called !== undefined &&
      (await findNamed(shared.snapshot, kind, called).then(
        (live) => live.id === id,
        (error: unknown) => {
          if (error instanceof DelineaError && error.code === 'ambiguous') return false;
          throw error;
        },
      ));
    return [name, unique ? called : id] as const;
  });
  return { ...values, ...Object.fromEntries(await Promise.all(spelled)) };
}

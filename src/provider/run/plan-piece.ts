import { accessOf } from '../engine/access.js';
import { findNamedAt } from '../engine/catalog.js';
import type { OwnedObject } from '../engine/declaration.js';
import { keyText } from '../engine/diff.js';
import { liveDirectory } from '../engine/directory.js';
import type { ResourceChange } from '../engine/format.js';
import { isEdge, keyOfOwned, objectKey, type Reading } from '../engine/planning.js';
import { DelineaError } from '../errors.js';
import { terraformType } from '../names.js';
import { isCleared, type Values } from '../resource.js';
import { resourceOf } from '../resources/index.js';
import { withoutUnsure } from './not-known-yet.js';
import {
  addressOf,
  assumedEmpty,
  nameOfStep,
  noneIf,
  ownedOf,
  type Piece,
  type PlannedMemory,
  scopeOf,
} from './piece.js';
import { type OnePlan, planOne } from './plan-one.js';
import { isLossy, unchanged } from './run-guard.js';
import type { Notice, Running } from './running.js';

/** Counts a piece that stays as it is. Asks nothing of the tenant but names of containers. */
export async function noteUnchanged(running: Running, piece: Piece): Promise<void> {
  // It is only for the count: what cannot be named any more was said where it was read.
  const owned = (await ownedOf(running.shared, piece).catch(noneIf('unknown_name'))) ?? [];
  if (piece.resource.setOf)
    running.declared.set(piece.resource, await scopeOf(running.shared, piece.resource, piece.state!), labelFor(piece));
  else for (const { key, id } of owned) running.declared.one(piece.resource, key, id, labelFor(piece));
  for (const entry of owned) {
    const key = keyOfOwned(entry);
    running.claims.know(key, entry);
    running.guard.note(unchanged(entry.kind, key, { ...entry.key, ...entry.held }, entry.surface));
  }
  if (assumedEmpty(piece).some((name) => piece.declared?.[name] !== undefined)) {
    refuseUnread(piece, await planOne(running.shared, piece, owned));
  }
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
 * @throws DelineaError, DelineaErrors for what speaks against it
 */
export async function planPiece(running: Running, piece: Piece, gone?: OwnedObject): Promise<Planned> {
  const { shared, claims, guard, lull } = running;
  const tenant = running.tenant.settings.url;
  const owned = await ownedOf(shared, piece);
  for (const entry of owned) claims.know(keyOfOwned(entry), entry);
  await refuseHandedOn(shared, piece);
  await noteNext(running, piece);
  const { one, renamed } = await planKnown(running, piece, owned, gone);
  const { change, unsure } = withoutUnsure(one.change, piece.open);
  refuseUnread(piece, one);
  noteDeclared(running, piece, change);
  guard.note(change);
  if (isLossy(change)) {
    if (await lull.quietest(() => guard.isRenamed(change))) await guard.judge(change);
    else guard.owe(change);
    if (guard.isRenamed(change)) return { notices: [movedNotice(piece, change)], planned: { tenant, stays: true } };
  }
  const kept = guard.keptOf(change);
  const isPast = !piece.declared && (isEdge(piece.resource) || (await isGone(shared, owned)));
  const notices = [
    ...noticesOf(piece, { ...one, change: guard.leftOf(one.change) ?? one.change }, isPast),
    ...(kept.length > 0 ? [keptNotice(piece, change, kept.length)] : []),
    ...(unsure > 0 ? [unsureNotice(change, unsure)] : []),
    ...(await revivedBy(running, change)),
    ...(renamed ? [movedNotice(piece, change)] : []),
  ];
  if (piece.declared) return { notices, planned: {} };
  const forgets = change.delinea.operation === 'forget';
  return { notices, planned: { tenant, forgets, kept, seen: seenIn(piece, change) } };
}

/** What a removal was planned for; of a whole set its edges, as its elements. */
function seenIn({ resource: { setOf } }: Piece, { delinea: { before, parts = [] } }: ResourceChange): Values {
  return setOf ? { [setOf.elements]: parts.map((part) => part.before) } : before;
}

/** Whether the object of a state does not live any more; edges are found by their ends, not by an id that was theirs. */
export async function isGone({ snapshot }: Reading, [entry]: readonly OwnedObject[]): Promise<boolean> {
  if (!entry || isEdge(resourceOf(entry.kind))) return false;
  return (await snapshot.view(entry.kind).byId(entry.id)) === undefined;
}

/** What an address declares in the place of what it lets go of is told only after that, and may be another's that goes. */
async function noteNext({ shared, guard }: Running, { resource, next }: Piece): Promise<void> {
  if (!next || resource.setOf) return;
  // A name that nothing has is said of the new one, which is planned next.
  const named = await ownedOf(shared, { resource, state: { ...next, id: '' } }).catch(
    noneIf('unknown_name', 'ambiguous'),
  );
  const entry = named?.[0];
  if (entry) guard.note(unchanged(entry.kind, addressOf({ resource }, next), entry.key, entry.surface));
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

/** What people call it, before anything was looked up. */
function labelFor({ resource, declared = {} }: Piece): string {
  return resource.key.map((name) => String(declared[name])).join(', ');
}

/** What comes alive with an account that is enabled again. */
async function revivedBy({ shared }: Running, { delinea }: ResourceChange): Promise<Notice[]> {
  const { operation, kind, id, label } = delinea;
  if (operation !== 'reactivate' || id === undefined) return [];
  const { paths, unseen } = await accessOf(shared, { kind, id }, liveDirectory(shared));
  const what = paths.map((path) =>
    path.through.length > 0 ? `${path.label} (through ${path.through.join(', ')})` : path.label,
  );
  const comes =
    what.length === 0 ? 'nothing else comes alive with it' : `with it come alive: ${what.sort().join('; ')}`;
  return [
    {
      level: 'warning',
      message: `${label} will be enabled again; ${comes}`,
      ...(unseen.length > 0 ? { hint: `Not seen: ${unseen.join('; ')}` } : {}),
    },
  ];
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

interface LiveKey {
  readonly id: string;
  readonly key: string;
}

/** The live object that the declaration means by its natural key. */
async function liveKey(shared: Reading, { resource, declared = {} }: Piece): Promise<LiveKey | undefined> {
  if (isEdge(resource)) {
    const piece = { resource, state: { ...declared, id: '' } };
    const [owned] = await ownedOf(shared, piece);
    return (
      owned && {
        id: resource.key.map((name) => String(declared[name])).join(','),
        key: keyOfOwned(owned),
      }
    );
  }
  const [found] = await shared.snapshot.view(resource.type).byKey(declared);
  return found && { id: found.id, key: objectKey(resource.type, found.id) };
}

/** Terraform's own way to take something over, ready to be pasted. */
function importBlock({ resource }: Piece, id: string): string {
  return `import { to = ${terraformType(resource.type)}.NAME id = ${JSON.stringify(id)} }`;
}

function movedBlock({ resource }: Piece): string {
  const type = terraformType(resource.type);
  return `moved { from = ${type}.OLD to = ${type}.NEW }`;
}

/** Where something exists and may not be taken over: how it may be. */
export async function withImport(reading: Reading, piece: Piece, error: DelineaError): Promise<DelineaError> {
  if (error.code !== 'not_ours' || piece.state) return error;
  const live = await liveKey(reading, piece).catch(() => undefined);
  if (!live) return error;
  return new DelineaError('not_ours', error.message, {
    hint: `Take it over with ${importBlock(piece, live.id)} or adopt = "always", or write down what is live. Where it was renamed: ${movedBlock(piece)}`,
    path: piece.resource.key[0],
  });
}

/**
 * A state means one object by its id; a name that is another's is no way to it. Positions in a list shift names.
 * @throws DelineaError `not_ours`
 */
export async function refuseHandedOn({ snapshot }: Reading, { resource, state, declared }: Piece): Promise<void> {
  if (!state || !declared || isEdge(resource) || resource.setOf) return;
  if (keyText(resource, state) === keyText(resource, declared)) return;
  const [other] = await snapshot.view(resource.type).byKey(declared);
  if (!other || other.id === state.id) return;
  const [key = ''] = resource.key;
  throw new DelineaError('not_ours', `${declared[key]} is another ${resource.type} (id ${other.id})`, {
    path: key,
    hint: 'A name is not handed on by renaming: use for_each with names as keys instead of count, or moved blocks.',
  });
}

function unsureNotice({ delinea }: ResourceChange, unsure: number): Notice {
  return {
    level: 'warning',
    message: `${delinea.label}: who of it is declared will be known only in the apply, which may revoke ${unsure} more`,
    hint: 'To see it before, apply first what the values come from (-target).',
  };
}

function keptNotice(piece: Piece, { delinea }: ResourceChange, count: number): Notice {
  return {
    level: 'warning',
    message: `${delinea.label}: ${count} of it declared at another address; they stay as they are`,
    hint: `Where it was renamed, say so: ${movedBlock(piece)}`,
  };
}

const MOVED = 'removed at one address and declared at another; it stays as it is';

function movedNotice(piece: Piece, { delinea }: ResourceChange): Notice {
  const { resource, declared, state } = piece;
  const what = delinea.label || keyText(resource, declared ?? state ?? {});
  return {
    level: 'warning',
    message: `${what}: ${MOVED}`,
    many: MOVED,
    hint: `Say that it was renamed: ${movedBlock(piece)}`,
  };
}

/** What will really happen, where Terraform's words do not say it. */
function noticesOf(piece: Piece, { change, findings, live }: OnePlan, gone: boolean): Notice[] {
  const { resource, state, declared } = piece;
  const { delinea } = change;
  const label = delinea.label;
  const found = findings
    .filter(({ level }) => level === 'drift' || level === 'warning')
    .map(({ message, hint }): Notice => ({ level: 'warning', message: withName(message, label), hint }));
  if (!declared) {
    const fate = fateOf(piece, change, gone);
    const message = resource.setOf ? `${label}: ${fate}` : `${label} ${fate}`;
    return [...found, { level: 'warning', message, many: fate }];
  }
  const { operation } = delinea;
  // An edge that is there as declared is what was asked for; one with another right is changed.
  if (state || !live || (isEdge(resource) && operation === 'take over')) return found;
  const happens = operation === 'take over' ? 'is as declared: nothing is written' : 'is changed to what is declared';
  const exists = `exists already and will be taken over; it ${happens}`;
  return [
    ...found,
    {
      level: 'warning',
      message: `${label} ${exists}`,
      many: exists,
      hint: `Terraform shows it as added. To see it as an import: ${importBlock(piece, live.id)}`,
    },
  ];
}

/** Terraform folds warnings with equal summaries: each names its object. */
function withName(message: string, label: string): string {
  return message.includes(label) ? message : `${label}: ${message}`;
}

const FATES: Readonly<Record<string, string>> = {
  revoke: 'will be revoked',
  delete: 'will be DELETED for good',
};

/** "will be deactivated (login disabled, account kept)". */
function fateOf({ resource, state = {} }: Piece, { delinea }: ResourceChange, gone: boolean): string {
  const { operation, parts } = delinea;
  if (resource.setOf) {
    const steps = (parts ?? []).filter((step) => step.operation !== 'none');
    const count = steps.filter((step) => step.operation === 'revoke').length;
    return `${count} will be revoked, ${steps.length - count} left as they are`;
  }
  const { removal } = resource;
  if (operation === 'deactivate' && removal?.verb === 'deactivate') return `will be ${removal.says}`;
  const fate = FATES[operation];
  if (fate !== undefined) return fate;
  if (state.onRemoval === 'retain') return 'will be left as it is (on_removal = "retain")';
  return `is ${gone ? 'gone' : 'inactive'} already: only the state forgets it`;
}

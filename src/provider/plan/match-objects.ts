import { DelineaError } from '../model/errors.js';
import { joinFirst } from '../model/join-first.js';
import { isEdge, keyText, nameKey, objectKey } from '../model/keys.js';
import type { OwnedObject } from '../model/owned-object.js';
import type { Values } from '../model/values.js';
import type { RemoteObject } from '../model/wire.js';
import { findUnique, notFound } from '../read/find-by-name.js';
import { findImported } from '../read/find-imported.js';
import { runConcurrently } from '../read/run-concurrently.js';
import { singleFlight } from '../read/single-flight.js';
import { refuseRecreation } from './consent.js';
import { withRequired } from './correlation-key.js';
import { deletedEntry, ownPreviousKeys, refuseReusedName } from './deleted-out-of-band.js';
import { claimedByAnother, previousKeys } from './name-claims.js';
import { catchObjectErrors, declaredKey, type Match, type PlanContext } from './plan-context.js';
import { refuseBoth } from './refuse-duplicates.js';
import { declaredParents, resolveKey } from './resolve-key.js';

/**
 * Finds the live object of every declaration except edges: by the ledger's id, then by natural key, then by a changed
 * name under the same address, then by a previous name. A name that another declaration claims is never used.
 */
export async function matchObjects(context: PlanContext): Promise<void> {
  const objects = [...context.matches.values()].filter(({ resource }) => !isEdge(resource));
  const byKind = groupBy(objects);
  await Promise.all([...byKind].map(([kind, matches]) => prepare(context, kind, matches)));
  const started = new Map<string, Promise<void>>();
  const start = (match: Match): Promise<void> =>
    singleFlight(started, match.declaration.address, () =>
      catchObjectErrors(match, async () => {
        for (const parent of declaredParents(context, match)) await start(parent);
        match.key = await resolveKey(context, match);
        await matchObject(context, match).catch((error: unknown) => keepOwned(context, match, error));
      }),
    );
  await runConcurrently(objects, start);
  refuseSharedObjects(context, objects);
}

function groupBy(matches: readonly Match[]): Map<string, Match[]> {
  const groups = new Map<string, Match[]>();
  for (const match of matches) {
    const group = groups.get(match.resource.type);
    if (group) group.push(match);
    else groups.set(match.resource.type, [match]);
  }
  return groups;
}

async function prepare(context: PlanContext, kind: string, matches: readonly Match[]): Promise<void> {
  const declared = new Set(matches.map(({ declaration }) => declaration.address));
  const removed = [...context.ownedByAddress.values()].filter(
    (owned) => owned.kind === kind && !declared.has(owned.address),
  );
  await context.snapshot.view(kind).prepare(declared.size + removed.length);
}

/**
 * Keeps the ledger's entry with the declared name, at any address: the declaration that failed to match may refer to
 * it, so it must not be removed.
 */
function keepOwned(context: PlanContext, match: Match, error: unknown): never {
  const { resource } = match;
  match.owned ??= context.ownedByName.get(nameKey(resource, declaredKey(match)));
  throw error;
}

async function matchObject(context: PlanContext, match: Match): Promise<void> {
  const { declaration, resource } = match;
  const view = context.snapshot.view(resource.type);
  const byName = (values: Values) => findUnique(context.snapshot, resource.type, values);

  if (declaration.lookup) {
    match.live = await lookUp(context, match, byName);
    return;
  }
  const owned = context.ownedByAddress.get(declaration.address);
  const recorded = owned?.kind === resource.type ? await view.byId(owned.id) : undefined;
  const isCurrent = (values: Values) => keyText(resource, values) === keyText(resource, declaredKey(match));
  if (recorded && isCurrent(recorded.values)) return setLive(context, match, recorded);

  if (declaration.importId !== undefined) {
    const id = declaration.importId;
    const imported = await findImported(context, resource.type, id);
    if (!imported)
      throw new DelineaError('not_ours', `there is no ${resource.type} with the id or name "${id}" to import`);
    await refuseReusedName(context, match, imported);
    return setLive(context, match, imported);
  }

  const named = await byName(declaredKey(match));
  if (named) {
    await refuseReusedName(context, match, named);
    return setLive(context, match, named);
  }
  const deleted = await findDeleted(context, match, recorded && owned);
  if (recorded && !deleted && !claimedByAnother(context, match, recorded.values)) {
    return setLive(context, match, recorded);
  }

  // An object that had the declared name and was deleted is not the one with a previous name.
  for (const values of deleted && isCurrent(deleted.key) ? [] : previousKeys(match)) {
    const previous = await byName(values);
    if (!previous) continue;
    const claimant = claimedByAnother(context, match, values);
    if (claimant) {
      context.findings.push({
        level: 'warning',
        code: 'duplicate',
        address: declaration.address,
        message: `"${values[resource.key[0]!]}" is not renamed: ${claimant} declares that name now and keeps the object`,
        hint: 'To rename it, do so in one apply, and declare the old name again in the next.',
      });
      continue;
    }
    await refuseReusedName(context, match, previous);
    match.renamed = true;
    return setLive(context, match, previous);
  }
  const ownedBefore = owned && !recorded && !claimedByAnother(context, match, owned.key) ? owned : undefined;
  match.owned = deleted ?? ownedBefore;
  match.deletedOutOfBand = match.owned !== undefined;
  // Checked before references are resolved, so that declarations which refer to this object are skipped as well.
  refuseRecreation(context, match);
  withRequired(context, match, declaration.values);
}

/**
 * Finds the deleted object with the declared name, or else with a previous one. None, if the object of the address exists
 * and has such a name in the ledger. Names come before addresses, which may be positions in a list.
 */
async function findDeleted(
  context: PlanContext,
  match: Match,
  here: OwnedObject | undefined,
): Promise<OwnedObject | undefined> {
  const { resource } = match;
  const name = (values: Values) => keyText(resource, values);
  const meant = [declaredKey(match), ...previousKeys(match)].map(name);
  if (here && meant.includes(name(here.key))) return undefined;
  return (
    (await deletedEntry(context, match, [declaredKey(match)])) ??
    (await deletedEntry(context, match, ownPreviousKeys(context, match)))
  );
}

function setLive(context: PlanContext, match: Match, live: RemoteObject): void {
  match.live = live;
  match.owned = context.ownedById.get(objectKey(match.resource.type, live.id));
  context.translator.addRemote(match.resource.type, live);
}

async function lookUp(
  context: PlanContext,
  match: Match,
  byName: (values: Values) => Promise<RemoteObject | undefined>,
): Promise<RemoteObject> {
  const { declaration, resource } = match;
  const view = context.snapshot.view(resource.type);
  const id = declaration.values.id;
  const live = typeof id === 'string' ? await view.byId(id) : await byName(declaration.values);
  if (live) {
    context.translator.addRemote(resource.type, live);
    return live;
  }
  const wanted = String(id ?? declaration.values[resource.key[0]!]);
  // Reads a list of one page to suggest a name; a longer list costs too many requests.
  throw notFound(resource, wanted, (await view.listIfWithin(0)) ? await view.all() : [], declaration.address);
}

/**
 * Refuses declarations that refer to one live object, for example by a previous name or an import, and those of one new
 * object that name its parent by id and by path.
 */
function refuseSharedObjects(context: PlanContext, objects: readonly Match[]): void {
  for (const match of objects) {
    const { resource, live, declaration, key, error } = match;
    if (key && !error) refuseBoth(context, match, context.duplicates.addName(resource, key, match));
    if (!live || declaration.lookup) continue;
    const found = context.duplicates.addObject(resource, objectKey(resource.type, live.id), match);
    refuseBoth(context, match, found);
  }
}

/** Addresses shown of a cycle of `moved` blocks. */
const SHOWN = 10;

/**
 * Returns the ledger's entries with the addresses that `moved` blocks give them.
 * @throws DelineaError `stack_invalid` if the blocks form a cycle
 */
export function movedOwned(context: Pick<PlanContext, 'input'>): OwnedObject[] {
  const moves = new Map((context.input.moved ?? []).map(({ from, to }) => [from, to]));
  const ends = new Map<string, string>();
  const end = (start: string): string => {
    const trail = new Set<string>();
    let address = start;
    for (let next = moves.get(address); next !== undefined && !ends.has(address); next = moves.get(address)) {
      trail.add(address);
      if (trail.has(next)) {
        const ring = joinFirst([...trail, next], SHOWN, ' -> ');
        throw new DelineaError('stack_invalid', `moved blocks form a cycle: ${ring}`, { path: 'moved' });
      }
      address = next;
    }
    const last = ends.get(address) ?? address;
    for (const passed of trail) ends.set(passed, last);
    return last;
  };
  return (context.input.owned ?? []).map((owned) => ({ ...owned, address: end(owned.address) }));
}

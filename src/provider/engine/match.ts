import { DelineaError } from '../errors.js';
import type { Values } from '../resource.js';
import type { Live } from '../wire.js';
import { consentTo, refuseRecreation } from './consent.js';
import { withRequired } from './correlation.js';
import { nearest, type OwnedObject } from './declaration.js';
import { keyText } from './diff.js';
import { attempt, isEdge, type Match, objectKey, type Planning, together } from './planning.js';

/**
 * Finds the live object of every declaration that is no edge. The ledger's id comes first, then the natural key, then a
 * changed name under the same address, then a previous name; a name that another declaration claims is never taken.
 */
export async function matchObjects(planning: Planning): Promise<void> {
  const objects = [...planning.matches.values()].filter(({ resource }) => !isEdge(resource));
  const byKind = groupBy(objects);
  await Promise.all([...byKind].map(([kind, matches]) => prepare(planning, kind, matches)));
  await together(objects, (match) => attempt(match, () => matchObject(planning, match)));
  refuseSharedObjects(objects);
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

async function prepare(planning: Planning, kind: string, matches: readonly Match[]): Promise<void> {
  const declared = new Set(matches.map(({ declaration }) => declaration.address));
  const removed = [...planning.ownedByAddress.values()].filter(
    (owned) => owned.kind === kind && !declared.has(owned.address),
  );
  await planning.snapshot.view(kind).prepare(declared.size + removed.length);
}

async function matchObject(planning: Planning, match: Match): Promise<void> {
  const { declaration, resource } = match;
  const view = planning.snapshot.view(resource.type);
  const byName = async (values: Values): Promise<Live | undefined> => {
    const found = await view.byKey(values);
    if (found.length <= 1) return found[0];
    const ids = found.map(({ id }) => id).join(', ');
    throw new DelineaError('ambiguous', `several ${resource.plural} are called "${values[resource.key[0]!]}": ${ids}`, {
      hint: 'Rename or remove all but one in the tenant.',
    });
  };

  if (declaration.lookup) {
    match.live = await lookUp(planning, match, byName);
    return;
  }
  const owned = planning.ownedByAddress.get(declaration.address);
  const remembered = owned?.kind === resource.type ? await view.byId(owned.id) : undefined;
  const sameName = (live: Live) => keyText(resource, live.values) === keyText(resource, declaration.values);
  if (remembered && sameName(remembered)) return take(planning, match, remembered);

  if (declaration.importId !== undefined) {
    const imported =
      (await byName({ [resource.key[0]!]: declaration.importId })) ?? (await view.byId(declaration.importId));
    if (!imported) {
      throw new DelineaError(
        'not_ours',
        `nothing to import: no ${resource.type} has the id or name "${declaration.importId}"`,
      );
    }
    return take(planning, match, imported);
  }

  const named = await byName(declaration.values);
  if (named) {
    await refuseNamesake(planning, match, named);
    return take(planning, match, named);
  }
  if (remembered && !claimedByAnother(planning, match, remembered.values)) return take(planning, match, remembered);

  for (const name of (declaration.values.previousNames as readonly string[] | undefined) ?? []) {
    const values = { [resource.key[0]!]: name };
    const previous = await byName(values);
    if (!previous) continue;
    const claimant = claimedByAnother(planning, match, values);
    if (claimant) {
      planning.findings.push({
        level: 'warning',
        code: 'duplicate',
        address: declaration.address,
        message: `"${name}" is not renamed: ${claimant} declares that name now, and what it holds stays with it`,
        hint: 'To rename, do that in one apply and give the old name away in the next.',
      });
      continue;
    }
    match.renamed = true;
    return take(planning, match, previous);
  }
  if (owned && !remembered) {
    match.vanished = true;
    match.owned = owned;
  }
  // Before references are resolved, so that what refers to it is left out with it.
  refuseRecreation(planning, match);
  withRequired(planning, match, declaration.values);
}

/** An account that was deleted and made again has the name of ours and may belong to somebody else. */
async function refuseNamesake(planning: Planning, match: Match, named: Live): Promise<void> {
  const { declaration, resource } = match;
  if (!resource.account || planning.ownedById.has(objectKey(resource.type, named.id))) return;
  const ours =
    planning.ownedByAddress.get(declaration.address) ??
    planning.ownedByName.get(objectKey(resource.type, keyText(resource, declaration.values)));
  if (!ours || (await planning.snapshot.view(resource.type).byId(ours.id))) return;
  if (declaration.values.adopt === 'always' || consentTo(planning, match, ours.reactivated) !== undefined) return;
  const name = String(declaration.values[resource.key[0]!]);
  throw new DelineaError(
    'consent_missing',
    `${name} was deleted outside of code and another account has the name now`,
    {
      hint: `If it is the same person, consent with reactivate = "<ticket or date>" or --reactivate ${name}.`,
    },
  );
}

function take(planning: Planning, match: Match, live: Live): void {
  match.live = live;
  match.owned = planning.ownedById.get(objectKey(match.resource.type, live.id));
  planning.identity.see(match.resource.type, live);
}

async function lookUp(
  planning: Planning,
  match: Match,
  byName: (values: Values) => Promise<Live | undefined>,
): Promise<Live> {
  const { declaration, resource } = match;
  const view = planning.snapshot.view(resource.type);
  const id = declaration.values.id;
  const live = typeof id === 'string' ? await view.byId(id) : await byName(declaration.values);
  if (live) {
    planning.identity.see(resource.type, live);
    return live;
  }
  const wanted = String(id ?? declaration.values[resource.key[0]!]);
  const names = view.complete ? (await view.all()).map((each) => String(each.values[resource.key[0]!])) : [];
  const near = nearest(wanted, names);
  throw new DelineaError('unknown_name', `there is no ${resource.type} "${wanted}" in the tenant`, {
    path: declaration.address,
    hint: near.length > 0 ? `Did you mean ${near.join(', ')}?` : 'Declare it, or correct the name.',
  });
}

/** The address of another declaration that has this name. */
function claimedByAnother(planning: Planning, match: Match, values: Values): string | undefined {
  const key = keyText(match.resource, values);
  return claims(planning, match.resource.type)
    .get(key)
    ?.find((address) => address !== match.declaration.address);
}

const claimIndex = new WeakMap<Planning, Map<string, Map<string, string[]>>>();

/** Which addresses declare which name. */
function claims(planning: Planning, kind: string): Map<string, string[]> {
  const index = claimIndex.get(planning) ?? new Map<string, Map<string, string[]>>();
  claimIndex.set(planning, index);
  let ofKind = index.get(kind);
  if (!ofKind) {
    ofKind = new Map();
    index.set(kind, ofKind);
    for (const { declaration, resource } of planning.matches.values()) {
      if (resource.type !== kind || declaration.lookup) continue;
      const key = keyText(resource, declaration.values);
      ofKind.set(key, [...(ofKind.get(key) ?? []), declaration.address]);
    }
  }
  return ofKind;
}

/** Two declarations that mean one live object, through previous names or imports, would fight over it. */
function refuseSharedObjects(objects: readonly Match[]): void {
  const first = new Map<string, Match>();
  for (const match of objects) {
    if (!match.live || match.declaration.lookup) continue;
    const key = objectKey(match.resource.type, match.live.id);
    const other = first.get(key);
    if (!other) {
      first.set(key, match);
      continue;
    }
    for (const [mine, theirs] of [
      [match, other],
      [other, match],
    ] as const) {
      mine.error ??= new DelineaError(
        'ambiguous',
        `means the same ${mine.resource.type} as ${theirs.declaration.address}`,
        {
          path: mine.declaration.address,
          hint: 'Correct previousNames or the import block.',
        },
      );
    }
  }
}

/** The ledger's entry for an address after `moved` blocks. */
export function movedOwned(planning: Pick<Planning, 'input'>): OwnedObject[] {
  const moves = new Map((planning.input.moved ?? []).map(({ from, to }) => [from, to]));
  const end = (address: string, trail: readonly string[]): string => {
    const next = moves.get(address);
    if (next === undefined) return address;
    if (!trail.includes(next)) return end(next, [...trail, next]);
    throw new DelineaError('stack_invalid', `moved blocks lead in a ring: ${[...trail, next].join(' -> ')}`, {
      path: 'moved',
    });
  };
  return (planning.input.owned ?? []).map((owned) => ({ ...owned, address: end(owned.address, [owned.address]) }));
}

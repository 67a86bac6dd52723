import { DelineaError } from '../errors.js';
import { foldCase } from '../fold-case.js';
import { kindOf, snakeCase } from '../names.js';
import { attributeOf, type Resource, type SetOf, type Values } from '../resource.js';
import { resourceOf, resources } from '../resources/index.js';
import type { Declaration, OwnedObject } from './declaration.js';
import { isPending } from './diff.js';
import { attempt, type Match, type Planning, refuseBoth, together } from './planning.js';
import { resolveValue } from './resolve.js';

/** A declared set and the addresses of its edges, each of which is planned as an edge of its own. */
export interface EdgeSet extends Match {
  readonly of: SetOf;
  readonly parts: readonly string[];
}

/**
 * A set is planned edge by edge: each element becomes a declaration of the edge's kind, what is there besides is taken
 * away, and the changes of one set are folded into one again (fold-sets.ts).
 */
export function expandSets(declarations: readonly Declaration[]): { plain: Declaration[]; sets: EdgeSet[] } {
  const plain: Declaration[] = [];
  const sets: EdgeSet[] = [];
  for (const declaration of declarations) {
    const resource = resourceOf(declaration.kind);
    const of = resource.setOf;
    const parts = of ? partsOf(declaration, of) : [declaration];
    plain.push(...parts);
    if (of) sets.push({ declaration, resource, of, parts: parts.map(({ address }) => address) });
  }
  return { plain, sets };
}

/** What each element of a set says as an edge of its own: with the place, and what happens when it goes. */
export function edgesIn({ scope, elements }: SetOf, values: Values): Values[] {
  const listed = (values[elements] as readonly Values[] | undefined) ?? [];
  return listed.map((element) => ({ [scope]: values[scope], ...element, onRemoval: values.onRemoval }));
}

function partsOf(declaration: Declaration, of: SetOf): Declaration[] {
  const { address, values } = declaration;
  if (isIgnored(declaration, of.elements)) return [];
  return edgesIn(of, values).map((edge, index) => ({
    ...declaration,
    address: `${address}.${snakeCase(of.elements)}[${index}]`,
    kind: of.kind,
    values: edge,
    ignoreChanges: [],
    partOf: address,
  }));
}

/** Whether what the elements are is left to others. */
export function isIgnored({ ignoreChanges }: Declaration, elements: string): boolean {
  return ignoreChanges === 'all' || ignoreChanges.includes(elements);
}

/** Finds what each set is the whole of, and refuses two owners of one place. References must be resolved. */
export async function resolveSets(planning: Planning): Promise<void> {
  await together(planning.sets, (match) =>
    attempt(match, async () => {
      const scope = attributeOf(match.resource, match.of.scope);
      match.resolved = { [scope.name]: await resolveValue(planning, match, scope) };
    }),
  );
  for (const match of planning.sets) refuseReplacement(planning, match);
  const owners = new Map<string, Match>();
  for (const match of planning.sets) claim(owners, match, match.of.kind, match.of.scope);
  const scopes = new Map(planning.sets.map(({ of }) => [of.kind, of.scope]));
  await together(planning.matches.values(), async (match) => {
    const { kind, partOf, lookup } = match.declaration;
    const scope = scopes.get(kind);
    if (scope === undefined || partOf !== undefined || lookup) return;
    const owner = owners.get(placeOf(await placed(planning, match, scope), kind, scope));
    if (owner) refuseTwoOwners(match, owner);
  });
  for (const { error, parts, declaration } of planning.sets) {
    for (const match of error ? partsIn(planning, parts) : []) {
      match.error ??= new DelineaError('skipped', `left out, because ${declaration.address} is`, {
        path: declaration.address,
        hint: 'See its error.',
      });
    }
  }
}

/** In another place it is another set, and all that it gave in the old one goes. */
function refuseReplacement({ ownedById }: Planning, match: EdgeSet): void {
  const { declaration, of, resolved } = match;
  if (!declaration.preventDestroy || !resolved) return;
  const leaves = [...ownedById.values()].some(
    ({ address, kind, key }) =>
      address === declaration.address && kind === of.kind && !isPlace(resolved, of.scope, key),
  );
  if (!leaves) return;
  match.error ??= new DelineaError('guarded', 'would be replaced, and lifecycle.prevent_destroy forbids it', {
    path: declaration.address,
  });
}

/** Of an edge whose principal is in error as well: a set in its place would take it away. */
async function placed(planning: Planning, match: Match, scope: string): Promise<Match> {
  if (match.resolved) return match;
  const { declaration, resource } = match;
  const probe: Match = { declaration, resource };
  await attempt(probe, async () => {
    probe.resolved = { [scope]: await resolveValue(planning, probe, attributeOf(resource, scope)) };
  });
  return probe;
}

function claim(owners: Map<string, Match>, match: Match, kind: string, scope: string): void {
  if (!match.resolved) return;
  const place = placeOf(match, kind, scope);
  const owner = owners.get(place);
  if (owner) refuseTwoOwners(match, owner);
  else owners.set(place, match);
}

function placeOf({ resolved, declaration }: Match, kind: string, scope: string): string {
  const value = resolved?.[scope];
  return value === undefined ? declaration.address : `${kind} ${isPending(value) ? value.pending : foldCase(value)}`;
}

function refuseTwoOwners(left: Match, right: Match): void {
  const means = ({ declaration }: Match) => `is the same place as ${declaration.address}, and one is whole`;
  refuseBoth(left, right, means, 'Declare everything in the one whole set, or each edge for itself.');
}

/** The edges that a set declares. */
export function partsIn(planning: Planning, parts: readonly string[]): Match[] {
  return parts.flatMap((address) => planning.matches.get(address) ?? []);
}

/** Sets that could not be planned whole, or whose elements are ignored: nothing in their place is taken away. */
export function brokenSets(planning: Planning): EdgeSet[] {
  return planning.sets.filter(
    ({ error, parts, declaration, of }) =>
      error || isIgnored(declaration, of.elements) || partsIn(planning, parts).some((match) => match.error),
  );
}

/** Whether an edge of the ledger is at the address of a set, or in the place that it is the whole of. */
export function belongsTo({ declaration, of, resolved }: EdgeSet, { address, kind, key }: OwnedObject): boolean {
  return address === declaration.address || (kind === of.kind && isPlace(resolved, of.scope, key));
}

/** The kind of set that an address belongs to. */
export function setAt(address: string): (Resource & { readonly setOf: SetOf }) | undefined {
  const kind = kindOf(address.slice(0, address.indexOf('.')));
  const found = resources.find(({ type }) => type === kind);
  return found?.setOf ? { ...found, setOf: found.setOf } : undefined;
}

/** Whether a declared set is the whole of the place where an edge of the ledger is. */
export function isInSet({ sets }: Planning, { kind, key }: OwnedObject): boolean {
  return sets.some(({ of, resolved }) => kind === of.kind && isPlace(resolved, of.scope, key));
}

/** Whether an edge with these ends is in the place of a set. */
export function isPlace(resolved: Values | undefined, scope: string, key: Values): boolean {
  return resolved?.[scope] !== undefined && foldCase(resolved[scope]) === foldCase(key[scope]);
}

import type { Declaration } from '../model/declaration.js';
import { elementsAsEdges } from '../model/elements.js';
import { DelineaError } from '../model/errors.js';
import { foldCase } from '../model/fold-case.js';
import { objectKey } from '../model/keys.js';
import { kindOf, snakeCase } from '../model/names.js';
import type { OwnedObject } from '../model/owned-object.js';
import { type AuthoritativeList, attributeOf, type Resource } from '../model/resource.js';
import type { Values } from '../model/values.js';
import { runConcurrently } from '../read/run-concurrently.js';
import { edgeResourceOf, isMembership, scopeAttribute, scopeKind } from '../resources/edge-words.js';
import { resourceOf, resources } from '../resources/index.js';
import { type AuthoritativeSet, catchObjectErrors, type Match, type PlanContext } from './plan-context.js';
import { refuseBoth } from './refuse-duplicates.js';
import { resolveValue } from './resolve-references.js';

/**
 * Expands each authoritative set into one declaration per element, so that sets are planned edge by edge. Undeclared
 * edges in the scope are revoked (revoke-undeclared.ts), and the changes of one set are collapsed into one again
 * (collapse-sets.ts).
 */
export function expandSets(declarations: readonly Declaration[]): { plain: Declaration[]; sets: AuthoritativeSet[] } {
  const plain: Declaration[] = [];
  const sets: AuthoritativeSet[] = [];
  for (const declaration of declarations) {
    const resource = resourceOf(declaration.kind);
    const of = resource.authoritativeFor;
    const expanded = of ? edgeDeclarations(declaration, of) : [declaration];
    plain.push(...expanded);
    if (of) sets.push({ declaration, resource, of, edgeAddresses: expanded.map(({ address }) => address) });
  }
  return { plain, sets };
}

function edgeDeclarations(declaration: Declaration, of: AuthoritativeList): Declaration[] {
  const { address, values } = declaration;
  if (isIgnored(declaration, of.elements)) return [];
  return elementsAsEdges(of, values).map((edge, index) => ({
    ...declaration,
    address: `${address}.${snakeCase(of.elements)}[${index}]`,
    kind: of.edge,
    values: edge,
    ignoreChanges: [],
    setAddress: address,
  }));
}

/** Returns whether `ignore_changes` excludes the elements of a set from the plan. */
export function isIgnored({ ignoreChanges }: Declaration, elements: string): boolean {
  return ignoreChanges === 'all' || ignoreChanges.includes(elements);
}

/**
 * Resolves the scope of every authoritative set, and refuses a scope that is managed by two declarations. References
 * must be resolved.
 */
export async function resolveSets(context: PlanContext): Promise<void> {
  await runConcurrently(context.sets, (match) =>
    catchObjectErrors(match, async () => {
      const scope = attributeOf(match.resource, match.of.scope);
      match.resolved = { [scope.name]: await resolveValue(context, match, scope) };
    }),
  );
  for (const match of context.sets) refuseReplacement(context, match);
  for (const match of context.sets) {
    const scope = match.resolved?.[match.of.scope];
    if (scope !== undefined)
      refuseBoth(context, match, context.duplicates.addAuthoritative(match.of.edge, scope, match));
  }
  const lists = [...context.matches.values()].flatMap((match) => declaredLists(match).map((edge) => ({ match, edge })));
  for (const { match, edge } of lists) {
    const scope = match.live?.id ?? { ref: match.declaration.address, attribute: 'id' };
    refuseBoth(context, match, context.duplicates.addAuthoritative(edge, scope, match));
  }
  const owned = new Set([...context.sets.map(({ of }) => of.edge), ...lists.map(({ edge }) => edge)]);
  await runConcurrently(context.matches.values(), async (match) => {
    const { kind, setAddress, lookup } = match.declaration;
    if (!owned.has(kind) || setAddress !== undefined || lookup) return;
    const { resolved } = await resolvedScope(context, match, scopeAttribute(match.resource)!);
    if (resolved) refuseBoth(context, match, context.duplicates.addAdditive(match.resource, resolved, match));
  });
  skipElements(context);
}

/** Skips the elements of every set that has an error. */
export function skipElements(context: PlanContext): void {
  for (const { error, edgeAddresses, declaration } of context.sets) {
    for (const match of error ? edgeMatches(context, edgeAddresses) : []) {
      match.error ??= new DelineaError('skipped', `skipped: ${declaration.address} has an error`, {
        path: declaration.address,
        hint: 'Fix that error first.',
      });
    }
  }
}

/** Returns the edge kinds of which a declaration lists all edges to its object: the memberships of a group. */
function declaredLists({ resource, declaration }: Match): string[] {
  const { lookup, values } = declaration;
  const declared = (resource.lists ?? []).filter(
    ({ elements }) => !lookup && values[elements] !== undefined && !isIgnored(declaration, elements),
  );
  return declared.map(({ edge }) => edge);
}

/** Refuses to move a set with `prevent_destroy` to another scope: all its edges in the old scope would be revoked. */
function refuseReplacement({ ownedById }: PlanContext, match: AuthoritativeSet): void {
  const { declaration, of, resolved } = match;
  if (!declaration.preventDestroy || !resolved) return;
  const leaves = [...ownedById.values()].some(
    ({ address, kind, key }) =>
      address === declaration.address && kind === of.edge && !inScope(resolved, of.scope, key),
  );
  if (!leaves) return;
  match.error ??= new DelineaError('guarded', 'would be replaced, and lifecycle.prevent_destroy forbids it', {
    path: declaration.address,
  });
}

/**
 * Resolves only the scope of an edge whose principal has an error. An authoritative set in that scope is refused
 * anyway, because it would revoke the edge.
 */
async function resolvedScope(context: PlanContext, match: Match, scope: string): Promise<Match> {
  if (match.resolved) return match;
  const { declaration, resource } = match;
  const probe: Match = { declaration, resource };
  await catchObjectErrors(probe, async () => {
    probe.resolved = { [scope]: await resolveValue(context, probe, attributeOf(resource, scope)) };
  });
  return probe;
}

/** Returns the edges that a set declares. */
export function edgeMatches(context: PlanContext, parts: readonly string[]): Match[] {
  return parts.flatMap((address) => context.matches.get(address) ?? []);
}

/** Returns the sets with errors or ignored elements: nothing in their scopes is revoked. */
export function incompleteSets(context: PlanContext): AuthoritativeSet[] {
  return context.sets.filter(
    ({ error, edgeAddresses, declaration, of }) =>
      error || isIgnored(declaration, of.elements) || edgeMatches(context, edgeAddresses).some((match) => match.error),
  );
}

/** Returns whether an owned edge has the address of a set, or is in its scope. */
export function belongsTo(
  { declaration, of, resolved }: AuthoritativeSet,
  { address, kind, key }: OwnedObject,
): boolean {
  return address === declaration.address || (kind === of.edge && inScope(resolved, of.scope, key));
}

/** Returns the definition of the authoritative set that an address belongs to; undefined if it is another kind. */
export function setResourceAt(
  address: string,
): (Resource & { readonly authoritativeFor: AuthoritativeList }) | undefined {
  const kind = kindOf(address.slice(0, address.indexOf('.')));
  const found = resources.find(({ type }) => type === kind);
  return found?.authoritativeFor ? { ...found, authoritativeFor: found.authoritativeFor } : undefined;
}

/** The scopes that earlier applies have managed, by edge kind and name, for each context. */
const managedScopes = new WeakMap<PlanContext, ReadonlySet<string>>();

/** Returns whether an earlier apply has managed the scope of a set, by this set or one at another address. */
export function isManagedSet(context: PlanContext, { of, resolved }: AuthoritativeSet): boolean {
  const known = managedScopes.get(context) ?? findManagedScopes(context);
  managedScopes.set(context, known);
  const { setScope } = context.input;
  const scope = scopeText(of.edge, resolved![of.scope]);
  return known.has(scope) || (setScope !== undefined && scopeText(of.edge, setScope) === scope);
}

function findManagedScopes({ input, ownedById }: PlanContext): Set<string> {
  const recorded = [...(input.sets?.values() ?? [])].flatMap(({ address, scope }) => {
    const edge = setResourceAt(address)?.authoritativeFor.edge;
    return edge === undefined ? [] : scopeText(edge, scope);
  });
  const ofEdges = [...ownedById.values()].flatMap(({ address, kind, key }) => {
    const of = setResourceAt(address)?.authoritativeFor;
    return of?.edge === kind && key[of.scope] !== undefined ? scopeText(kind, key[of.scope]) : [];
  });
  return new Set([...recorded, ...ofEdges]);
}

function scopeText(edge: string, scope: unknown): string {
  return `${edge} ${foldCase(scope)}`;
}

/** Returns the declared set whose scope has an owned edge. */
export function setAround({ sets }: PlanContext, { kind, key }: OwnedObject): AuthoritativeSet | undefined {
  return sets.find(({ of, resolved }) => kind === of.edge && inScope(resolved, of.scope, key));
}

/** Returns the declared object that lists all edges in the scope of an owned edge: the group that lists its members. */
export function listAround({ matches }: PlanContext, { kind, key }: OwnedObject): Match | undefined {
  if (!isMembership(resourceOf(kind))) return undefined;
  const scope = key[edgeResourceOf(kind).edge.scope];
  return [...matches.values()].find((match) => match.live?.id === scope && declaredLists(match).includes(kind));
}

/** Returns whether an owned edge is in the scope of a declared set. */
export function isInSet(context: PlanContext, owned: OwnedObject): boolean {
  return setAround(context, owned) !== undefined;
}

/** Returns whether a set declares that its scope is retired. */
export function isRetired({ declaration, of }: AuthoritativeSet): boolean {
  return of.retiredBy !== undefined && declaration.values[of.retiredBy] === true;
}

/** Returns the keys of the retired scopes. A set with an error, or whose list code ignores, retires nothing. */
export function retiredScopes({ sets }: PlanContext): string[] {
  const applied = sets.filter((set) => !set.error && !isIgnored(set.declaration, set.of.elements));
  return applied.filter(isRetired).flatMap(({ of, resolved }) => {
    const id = resolved?.[of.scope];
    return typeof id === 'string' ? [objectKey(scopeKind(edgeResourceOf(of.edge)), id)] : [];
  });
}

/** Returns whether an edge with this natural key is in the scope of a set. */
export function inScope(resolved: Values | undefined, scope: string, key: Values): boolean {
  return resolved?.[scope] !== undefined && foldCase(resolved[scope]) === foldCase(key[scope]);
}

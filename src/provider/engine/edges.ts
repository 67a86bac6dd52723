import { DelineaError } from '../errors.js';
import { attributeOf, kindsMeant, type Resource, type Values } from '../resource.js';
import { resourceOf } from '../resources/index.js';
import type { ConfiguredSurface } from '../settings.js';
import type { Live } from '../wire.js';
import { isPending, keyText } from './diff.js';
import type { Principal } from './directory.js';
import { notShowing } from './identity.js';
import { principalIn } from './losses.js';
import { memo } from './memo.js';
import {
  attempt,
  isEdge,
  type LiveEdge,
  labelOf,
  type Match,
  ownedKey,
  type Planning,
  type Reading,
  refuseBoth,
  together,
} from './planning.js';

/** A live object's values with references to users, groups and containers as ids of their home surfaces. */
export async function homeValues(
  planning: Reading,
  kind: string,
  live: Live,
  only?: readonly string[],
): Promise<Values> {
  const { resource, surface } = planning.tenant.collection(kind);
  const values: Record<string, unknown> = { ...live.values };
  // Most attributes are no references, and a plan asks this of every object.
  const references = resource.attributes.filter(({ refersTo }) => refersTo.length > 0 && !areNames(refersTo));
  const translated = references.map(async (attribute) => {
    const { name } = attribute;
    const value = values[name] ?? null;
    if (value === null || (only && !only.includes(name))) return;
    const by = attribute.refersBy === undefined ? undefined : live.values[attribute.refersBy];
    const translate = (id: unknown) => {
      const about = live.about?.[String(id)];
      const hinted = by ?? about?.kind;
      const kinds = attribute.refersTo.filter((candidate) => hinted === undefined || candidate === hinted);
      return planning.identity.toHome(
        kinds.length > 0 ? kinds : attribute.refersTo,
        String(id),
        surface,
        about?.display,
      );
    };
    values[name] = Array.isArray(value) ? await Promise.all(value.map(translate)) : await translate(value);
  });
  await Promise.all(translated);
  return values;
}

/** Role names are no ids: they are the same everywhere. */
function areNames(kinds: readonly string[]): boolean {
  return kinds.every((kind) => resourceOf(kind).referredBy !== undefined);
}

/** Finds the live edge of every declared permission and binding whose ends exist. References must be resolved. */
export async function matchEdges(planning: Planning): Promise<void> {
  const edges = [...planning.matches.values()].filter(({ resource }) => isEdge(resource));
  await prepareEnds(planning, edges);
  refuseTwins(edges);
  await together(edges, (match) => attempt(match, () => matchEdge(planning, match)));
}

/** Two declarations may name one edge in two ways, by id and by path, say: they would undo each other for ever. */
function refuseTwins(edges: readonly Match[]): void {
  const first = new Map<string, Match>();
  for (const match of edges) {
    if (!match.resolved || match.error) continue;
    const { resource, resolved } = match;
    const ends = Object.entries(resolved).map(([name, value]) => [
      name,
      isPending(value) ? `new ${value.pending}` : value,
    ]);
    const key = `${resource.type} ${keyText(resource, Object.fromEntries(ends))}`;
    const twin = first.get(key);
    if (!twin) {
      first.set(key, match);
      continue;
    }
    refuseBoth(match, twin, (other) => `means the same as ${other.declaration.address}`, 'Declare one of the two.');
  }
}

async function matchEdge(planning: Planning, match: Match): Promise<void> {
  const { resource, resolved } = match;
  if (!resolved || resource.key.some((name) => isPending(resolved[name]))) return;
  match.owned = planning.ownedById.get(ownedKey(resource, '', resolved));
  const same = await edgesLike(planning, resource, resolved);
  if (same.length > 1) throw severalLike(planning, resource, same);
  if (same[0]) match.live = { ...same[0].live, values: same[0].values };
}

/** For edges between the same ends, of which only one can be meant. */
export function severalLike(planning: Reading, resource: Resource, same: readonly LiveEdge[]): DelineaError {
  const named = same.map(({ live, values }) => `${edgeLabel(planning, resource.type, values)} (id ${live.id})`);
  return new DelineaError('ambiguous', `${same.length} ${resource.plural} exist for the same: ${named.join(', ')}`, {
    hint: 'Remove all but one in the tenant.',
  });
}

/** All live edges in the scope of one: the permissions of its container, or the roles of its principal. */
export async function edgesAround(
  planning: Reading,
  resource: Resource,
  resolved: Values,
): Promise<readonly LiveEdge[]> {
  const kind = resource.type;
  const { wire, surface } = planning.tenant.collection(kind);
  const names = wire.scope === undefined ? [wire.element!.kindIn, wire.element!.idIn] : [wire.scope];
  const scope: Record<string, unknown> = {};
  for (const name of names) {
    const attribute = resource.attributes.find((candidate) => candidate.name === name);
    const [of] = attribute ? kindsMeant(attribute, resolved) : [];
    scope[name] =
      of === undefined ? resolved[name] : await planning.identity.toSurface(of, String(resolved[name]), surface);
    if (scope[name] === undefined) throw await unshown(planning, String(of), String(resolved[name]), surface);
  }
  if (!(await isThere(planning, resource, resolved))) return [];
  return readOnce(planning, kind, scope, () => planning.snapshot.edges(kind, scope));
}

/**
 * Why the edges of what has no id on a surface cannot be read. Who is deleted at home may live on there, under no name that
 * we know.
 */
async function unshown(planning: Reading, kind: string, id: string, surface: ConfiguredSurface): Promise<DelineaError> {
  const name = planning.identity.nameOf(id) ?? id;
  if (await planning.snapshot.view(kind).byId(id)) return notShowing(kind, name, surface);
  const { title } = planning.tenant.home(kind);
  return new DelineaError(
    'unread',
    `${kind} ${name} was deleted on the ${title}, so what it holds on the ${surface.title} cannot be told`,
    {
      hint: 'If it is gone there too, only the state need forget what it held; with Terraform: terraform state rm ADDRESS.',
    },
  );
}

/** Every edge of a container asks for the same ones: they are read and translated once. */
function readOnce(
  reading: Reading,
  kind: string,
  scope: Values,
  read: () => Promise<readonly Live[]>,
): Promise<readonly LiveEdge[]> {
  return memo(reading.edges, `${kind} ${JSON.stringify(scope)}`, async () => atHome(reading, kind, await read()));
}

/** Live edges with their references as ids of home surfaces. */
export function atHome(reading: Reading, kind: string, lives: readonly Live[]): Promise<LiveEdge[]> {
  return Promise.all(lives.map(async (live) => ({ live, values: await homeValues(reading, kind, live) })));
}

/** All live edges of one principal, wherever they lead. What does not show on the surface holds nothing there. */
export async function edgesHeldBy(
  planning: Reading,
  resource: Resource,
  principal: Principal,
): Promise<readonly LiveEdge[]> {
  const name = principalIn(resource)!;
  const values = { [attributeOf(resource, name).refersBy!]: principal.kind, [name]: principal.id };
  const { wire, surface } = planning.tenant.collection(resource.type);
  if (wire.element) {
    return principal.kind in surface.serves ? edgesAround(planning, resource, values) : [];
  }
  const id = await planning.identity.toSurface(principal.kind, principal.id, surface);
  if (id === undefined) return [];
  const scope = { ...values, [name]: id };
  return readOnce(planning, resource.type, scope, () => planning.snapshot.view(resource.type).within(scope));
}

/** The live edges between the same ends: none, one, or several where the surface lets that be. */
export async function edgesLike(planning: Reading, resource: Resource, ends: Values): Promise<readonly LiveEdge[]> {
  const key = keyText(resource, ends);
  return (await edgesAround(planning, resource, ends)).filter(({ values }) => keyText(resource, values) === key);
}

/**
 * A list of what a container that cannot be seen holds is empty, which must not read as "nothing is there" (guide 004:
 * visibility is ownership). @throws DelineaError `forbidden` when the service says so
 */
async function isThere(planning: Reading, resource: Resource, resolved: Values): Promise<boolean> {
  const { wire } = planning.tenant.collection(resource.type);
  const kind = resource.attributes.find(({ name }) => name === wire.scope)?.refersTo[0];
  if (kind === undefined) return true;
  return (await planning.snapshot.view(kind).byId(String(resolved[wire.scope!]))) !== undefined;
}

/** Says how many ends of edges will be translated between surfaces, so that the cheaper way of reading is taken. */
async function prepareEnds(planning: Planning, edges: readonly Match[]): Promise<void> {
  const ends = new Map<string, { kind: string; surface: string; ids: Set<unknown> }>();
  for (const { resource, resolved } of edges) {
    for (const attribute of resource.attributes) {
      const { name, refersTo } = attribute;
      if (refersTo.length === 0 || resolved?.[name] === undefined) continue;
      const kind = kindsMeant(attribute, resolved)[0]!;
      const { surface, wire } = planning.tenant.collection(resource.type);
      if (surface.idSpace === planning.tenant.home(kind).idSpace && !wire.element) continue;
      if (!(kind in surface.serves) || planning.tenant.collection(kind).resource.namedBy) continue;
      const key = `${surface.name}/${kind}`;
      const entry = ends.get(key) ?? { kind, surface: surface.name, ids: new Set() };
      ends.set(key, { ...entry, ids: entry.ids.add(resolved[name]) });
    }
  }
  await Promise.all(
    [...ends.values()].map(({ kind, surface, ids }) => planning.snapshot.view(kind, surface).prepare(ids.size)),
  );
}

/** "Owner of sre on prod". */
export function edgeLabel(planning: Reading, kind: string, values: Values): string {
  return labelOf(kind, values, (_, value) => planning.identity.nameOf(String(value)) ?? String(value));
}

import { kindsMeant } from '../model/attribute.js';
import { isPending } from '../model/diff.js';
import { isEdge, keyText, ownedKey } from '../model/keys.js';
import { ambiguousEdges, edgesWithKey } from '../read/edges.js';
import { runConcurrently } from '../read/run-concurrently.js';
import { carrierOf, edgeResourceOf } from '../resources/edges.js';
import { catchOwnErrors, type Match, type PlanContext, refuseBoth } from './plan-context.js';

/** Finds the live edge of every declared permission and binding whose ends exist. References must be resolved. */
export async function matchEdges(planning: PlanContext): Promise<void> {
  const edges = [...planning.matches.values()].filter(({ resource }) => isEdge(resource));
  await prepareEnds(planning, edges);
  refuseDuplicateEdges(edges);
  await runConcurrently(edges, (match) => catchOwnErrors(match, () => matchEdge(planning, match)));
}

/** Two declarations may name one edge in two ways, by id and by path, say: they would undo each other for ever. */
function refuseDuplicateEdges(edges: readonly Match[]): void {
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

async function matchEdge(planning: PlanContext, match: Match): Promise<void> {
  const { resource, resolved } = match;
  if (!resolved || resource.key.some((name) => isPending(resolved[name]))) return;
  match.owned = planning.ownedById.get(ownedKey(resource, '', resolved));
  const same = await edgesWithKey(planning, edgeResourceOf(resource.type), resolved);
  if (same.length > 1) throw ambiguousEdges(planning, resource, same);
  if (same[0]) match.live = { ...same[0].live, values: same[0].values };
}

/** Says how many ends of edges will be translated between surfaces, so that the cheaper way of reading is taken. */
async function prepareEnds(planning: PlanContext, edges: readonly Match[]): Promise<void> {
  const ends = new Map<string, { kind: string; surface: string; ids: Set<unknown> }>();
  for (const { resource, resolved } of edges) {
    for (const attribute of resource.attributes) {
      const { name, refersTo } = attribute;
      if (refersTo.length === 0 || resolved?.[name] === undefined) continue;
      const kind = kindsMeant(attribute, resolved)[0]!;
      const { surface } = planning.tenant.collection(resource.type);
      if (surface.idSpace === planning.tenant.home(kind).idSpace && !carrierOf(resource, resolved)) continue;
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

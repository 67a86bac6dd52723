import { kindsMeant } from '../model/attribute.js';
import { isPending } from '../model/diff.js';
import { isEdge, ownedKey } from '../model/keys.js';
import { ambiguousEdges, edgesWithKey } from '../read/edges.js';
import { runConcurrently } from '../read/run-concurrently.js';
import { catchOwnErrors, type Match, type PlanContext } from './plan-context.js';
import { refuseBoth } from './refuse-duplicates.js';

/** Finds the live edge of every declared permission and role binding whose ends exist. References must be resolved. */
export async function matchEdges(context: PlanContext): Promise<void> {
  const edges = [...context.matches.values()].filter(({ resource }) => isEdge(resource));
  await prepareEnds(context, edges);
  refuseDuplicateEdges(context, edges);
  await runConcurrently(edges, (match) => catchOwnErrors(match, () => matchEdge(context, match)));
}

/** Refuses declarations that name one edge in two ways, for example its container by id and by path. */
function refuseDuplicateEdges(context: PlanContext, edges: readonly Match[]): void {
  for (const match of edges) {
    const { resource, resolved, error } = match;
    if (resolved && !error) refuseBoth(context, match, context.duplicates.addName(resource, resolved, match));
  }
}

async function matchEdge(context: PlanContext, match: Match): Promise<void> {
  const { resource, resolved } = match;
  if (!resolved || resource.key.some((name) => isPending(resolved[name]))) return;
  match.owned = context.ownedById.get(ownedKey(resource, '', resolved));
  const same = await edgesWithKey(context, resource, resolved);
  if (same.length > 1) throw ambiguousEdges(context, resource, same);
  if (same[0]) match.live = { ...same[0].live, values: same[0].values };
}

/** Announces how many ends of edges will be translated between surfaces, so that the snapshot reads them the cheaper way. */
async function prepareEnds(context: PlanContext, edges: readonly Match[]): Promise<void> {
  const ends = new Map<string, { kind: string; surface: string; ids: Set<unknown> }>();
  for (const { resource, resolved } of edges) {
    for (const attribute of resource.attributes) {
      const { name, refersTo } = attribute;
      if (refersTo.length === 0 || resolved?.[name] === undefined) continue;
      const kind = kindsMeant(attribute, resolved)[0]!;
      const { surface, wire } = context.tenant.collection(resource.type);
      if (surface.idSpace === context.tenant.home(kind).idSpace && !wire.element) continue;
      if (!(kind in surface.serves) || context.tenant.collection(kind).resource.namedBy) continue;
      const key = `${surface.name}/${kind}`;
      const entry = ends.get(key) ?? { kind, surface: surface.name, ids: new Set() };
      ends.set(key, { ...entry, ids: entry.ids.add(resolved[name]) });
    }
  }
  await Promise.all(
    [...ends.values()].map(({ kind, surface, ids }) => context.snapshot.view(kind, surface).prepare(ids.size)),
  );
}

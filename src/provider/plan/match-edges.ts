import { kindsMeant } from '../model/attribute.js';
import { isReference } from '../model/declaration.js';
import { isEdge, ownedKey } from '../model/keys.js';
import { ambiguousEdges, edgesWithKey } from '../read/edges.js';
import { runConcurrently } from '../read/run-concurrently.js';
import { carrierOf, edgeResourceOf } from '../resources/edge-words.js';
import { resourceOf } from '../resources/index.js';
import { catchObjectErrors, type Match, type PlanContext } from './plan-context.js';
import { refuseBoth } from './refuse-duplicates.js';

/** Finds the live edge of every declared edge whose principal and scope exist. References must be resolved. */
export async function matchEdges(context: PlanContext): Promise<void> {
  const edges = [...context.matches.values()].filter(({ resource }) => isEdge(resource));
  await prepareEnds(context, edges);
  refuseDuplicateEdges(context, edges);
  await runConcurrently(edges, (match) => catchObjectErrors(match, () => matchEdge(context, match)));
}

/** Refuses two declarations of one edge, such as one that names the container by id and one by path. */
function refuseDuplicateEdges(context: PlanContext, edges: readonly Match[]): void {
  for (const match of edges) {
    const { resource, resolved, error } = match;
    if (resolved && !error) refuseBoth(context, match, context.duplicates.addName(resource, resolved, match));
  }
}

async function matchEdge(context: PlanContext, match: Match): Promise<void> {
  const { resource, resolved } = match;
  if (!resolved || resource.key.some((name) => isReference(resolved[name]))) return;
  match.owned = context.ownedById.get(ownedKey(resource, '', resolved));
  const same = await edgesWithKey(context, edgeResourceOf(resource.type), resolved);
  if (same.length > 1) throw ambiguousEdges(context, resource, same);
  if (same[0]) match.live = { ...same[0].live, values: same[0].values };
}

/**
 * Announces the principals that will be read on another surface, so that the snapshot can choose the cheaper read.
 * Edges stored on the principal are always read from it.
 */
async function prepareEnds(context: PlanContext, edges: readonly Match[]): Promise<void> {
  const { tenant, snapshot } = context;
  const lookups = edges.flatMap(({ resource, resolved = {} }) => {
    const { surface } = tenant.collection(resource.type);
    return resource.attributes.flatMap((attribute) => {
      const id = resolved[attribute.name];
      const [kind] = id === undefined ? [] : kindsMeant(attribute, resolved);
      if (kind === undefined || !(kind in surface.serves) || resourceOf(kind).namedBy) return [];
      if (surface.idSpace === tenant.home(kind).idSpace && !carrierOf(resource, resolved)) return [];
      return [{ kind, surface: surface.name, id: isReference(id) ? id.ref : String(id) }];
    });
  });
  await snapshot.prepare(lookups);
}

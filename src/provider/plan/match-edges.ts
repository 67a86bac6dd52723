import { kindsMeant } from '../model/attribute.js';
import { isReference } from '../model/declaration.js';
import { isEdge, keyText, ownedKey } from '../model/keys.js';
import { ambiguousEdges, edgesWithKey } from '../read/edges.js';
import { runConcurrently } from '../read/run-concurrently.js';
import { resourceOf } from '../resources/index.js';
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
      isReference(value) ? `new ${value.ref}` : value,
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
  if (!resolved || resource.key.some((name) => isReference(resolved[name]))) return;
  match.owned = planning.ownedById.get(ownedKey(resource, '', resolved));
  const same = await edgesWithKey(planning, resource, resolved);
  if (same.length > 1) throw ambiguousEdges(planning, resource, same);
  if (same[0]) match.live = { ...same[0].live, values: same[0].values };
}

/** Announces the principals that will be read on another surface; edges stored on the principal are read from it in any case. */
async function prepareEnds(planning: PlanContext, edges: readonly Match[]): Promise<void> {
  const { tenant, snapshot } = planning;
  const lookups = edges.flatMap(({ resource, resolved = {} }) => {
    const { surface, wire } = tenant.collection(resource.type);
    return resource.attributes.flatMap((attribute) => {
      const id = resolved[attribute.name];
      const [kind] = id === undefined ? [] : kindsMeant(attribute, resolved);
      if (kind === undefined || !(kind in surface.serves) || resourceOf(kind).namedBy) return [];
      if (surface.idSpace === tenant.home(kind).idSpace && !wire.element) return [];
      return [{ kind, surface: surface.name, id: isReference(id) ? id.ref : String(id) }];
    });
  });
  await snapshot.prepare(lookups);
}

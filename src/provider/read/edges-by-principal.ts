import { type Principal, principalKey } from '../model/principal.js';
import type { EdgeResource } from '../model/resource.js';
import { isListedByPrincipal, principalOf, scopeKind } from '../resources/edge-words.js';
import { edgesInScope, readEdges } from './edges.js';
import { readHolders } from './holders.js';
import type { LiveEdge, TenantReader } from './tenant-reader.js';

/** Up to this many principals are read one by one, without counting the containers first. */
const FEW = 5;

/** Reads all live edges of one principal. A principal that a surface does not show has no edges there. */
export async function edgesOfPrincipal(
  reader: TenantReader,
  resource: EdgeResource,
  principal: Principal,
): Promise<readonly LiveEdge[]> {
  const { surface } = reader.tenant.collection(resource.type);
  const { type, id } = resource.edge.principal;
  const ends = { [type]: principal.kind, [id]: principal.id };
  if (isListedByPrincipal(resource))
    return principal.kind in surface.serves ? edgesInScope(reader, resource, ends) : [];
  if (resource.edge.storedIn)
    return (await edgesOfAllScopes(reader, resource, [principal])).get(principalKey(principal))!;
  const surfaceId = await reader.translator.toSurface(principal.kind, principal.id, surface);
  return surfaceId === undefined ? [] : readEdges(reader, resource.type, { ...ends, [id]: surfaceId });
}

/**
 * Reads the live edges of some principals, by `principalKey`. Reads principal by principal or, if the surface has fewer
 * containers than that, container by container.
 */
export async function edgesByPrincipal(
  reader: TenantReader,
  resource: EdgeResource,
  principals: readonly Principal[],
): Promise<ReadonlyMap<string, readonly LiveEdge[]>> {
  if (!isListedByPrincipal(resource) && principals.length > FEW) {
    const scopes = await reader.snapshot.view(scopeKind(resource)).all();
    if (scopes.length < principals.length) return edgesOfAllScopes(reader, resource, principals);
  }
  const edges = principals.map(
    async (principal) => [principalKey(principal), await edgesOfPrincipal(reader, resource, principal)] as const,
  );
  return new Map(await Promise.all(edges));
}

async function edgesOfAllScopes(
  reader: TenantReader,
  resource: EdgeResource,
  principals: readonly Principal[],
): Promise<ReadonlyMap<string, readonly LiveEdge[]>> {
  const scopes = await reader.snapshot.view(scopeKind(resource)).all();
  const edges = new Map<string, LiveEdge[]>(principals.map((principal) => [principalKey(principal), []]));
  const selectors = scopes.map(({ id }) => ({ [resource.edge.scope]: id }));
  for (const edge of (await readHolders(reader, resource, selectors)).edges) {
    const principal = principalOf(resource.type, edge.values);
    if (principal) edges.get(principalKey(principal))?.push(edge);
  }
  return edges;
}

import { type Principal, principalKey } from '../model/principal.js';
import type { Resource } from '../model/resource.js';
import { principalOf } from '../resources/edges.js';
import { edgesOfPrincipal } from './edges.js';
import { readHolders } from './holders.js';
import type { LiveEdge, TenantReader } from './tenant-reader.js';

/** So many principals are asked for one by one, without a look at how many containers there are. */
const FEW = 5;

/**
 * The live edges of some principals, by `principalKey`: asked for principal by principal or, where the surface has fewer
 * containers than that, container by container.
 */
export async function edgesByPrincipal(
  reading: TenantReader,
  resource: Resource,
  principals: readonly Principal[],
): Promise<ReadonlyMap<string, readonly LiveEdge[]>> {
  const scopes = principals.length > FEW ? await allScopes(reading, resource) : undefined;
  if (scopes === undefined || scopes.length >= principals.length) {
    const held = principals.map(
      async (principal) => [principalKey(principal), await edgesOfPrincipal(reading, resource, principal)] as const,
    );
    return new Map(await Promise.all(held));
  }
  const held = new Map<string, LiveEdge[]>(principals.map((principal) => [principalKey(principal), []]));
  for (const edge of (await readHolders(reading, resource, scopes)).edges) {
    const principal = principalOf(resource.type, edge.values);
    if (principal) held.get(principalKey(principal))?.push(edge);
  }
  return held;
}

/** Every container that shows; undefined where edges are not listed by container. */
async function allScopes(
  { tenant, snapshot }: TenantReader,
  resource: Resource,
): Promise<Record<string, string>[] | undefined> {
  const { scope = '' } = tenant.collection(resource.type).wire;
  const kind = resource.attributes.find(({ name }) => name === scope)?.refersTo[0];
  if (kind === undefined) return undefined;
  return (await snapshot.view(kind).all()).map(({ id }) => ({ [scope]: id }));
}

import { isEdge } from '../model/keys.js';
import type { Resource } from '../model/resource.js';
import type { Values } from '../model/values.js';
import { requireKeptHere } from '../model/wire.js';
import type { TenantReader } from '../read/tenant-reader.js';
import { scopeKind } from '../resources/edge-words.js';
import { resourceOf } from '../resources/index.js';

/**
 * Checks that this surface's product keeps the object whose list holds an edge: the members of a mirrored group change only
 * where the group is kept. Roles of a mirrored account are not checked: the product that has the roles keeps them.
 * @param ends principal and scope of the edge, in ids of home surfaces
 * @throws DelineaError `not_ours`
 */
export async function requireScopeKeptHere(reader: TenantReader, resource: Resource, ends: Values): Promise<void> {
  if (!isEdge(resource) || resource.edge.storedIn?.object !== 'scope') return;
  const kind = scopeKind(resource);
  const id = ends[resource.edge.scope];
  const live = typeof id === 'string' ? await reader.snapshot.view(kind).byId(id) : undefined;
  if (!live) return;
  const name = live.values[resourceOf(kind).key[0]!];
  requireKeptHere(reader.tenant.collection(kind).wire, live, `${kind} ${name}`);
}

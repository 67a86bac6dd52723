import type { EdgeResource } from '../model/resource.js';
import { scopeKind } from '../resources/edge-words.js';
import type { TenantReader } from './tenant-reader.js';

/**
 * Returns whether a scope has the edges of the one above it, such as a folder with the permissions of its parent. Lists
 * show them as the scope's own (assumption of the row `secret-server`).
 * @param scope its id on the home surface
 */
export async function inheritsEdges(reader: TenantReader, resource: EdgeResource, scope: unknown): Promise<boolean> {
  const shownBy = resource.edge.inheritance?.shownBy;
  const kind = scopeKind(resource);
  // Surfaces without inheritance do not show the attribute: nothing is read there.
  if (shownBy === undefined || typeof scope !== 'string' || !(shownBy in reader.tenant.collection(kind).wire.fields))
    return false;
  return (await reader.snapshot.view(kind).byId(scope))?.values[shownBy] === true;
}

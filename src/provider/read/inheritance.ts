import { type AccessScope, scopeOf } from '../access/tenant-access.js';
import { asError, DelineaError } from '../model/errors.js';
import type { EdgeResource } from '../model/resource.js';
import type { Values } from '../model/values.js';
import type { RemoteObject } from '../model/wire.js';
import { scopeKind } from '../resources/edge-words.js';
import { resourceOf } from '../resources/index.js';
import { homeValues } from './home-values.js';
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

/** Returns a live container or role as a scope: with its parent, and whether it has the edges of that. */
export async function liveScope(
  reader: TenantReader,
  resource: EdgeResource,
  live: RemoteObject,
): Promise<AccessScope> {
  const kind = scopeKind(resource);
  const { namedBy, referredBy } = resourceOf(kind);
  const values = await homeValues(reader, kind, live);
  const parent = values[namedBy?.parent ?? ''];
  return {
    ...scopeOf(resource, referredBy === undefined ? live.id : live.values[referredBy]),
    name: reader.translator.nameFrom(kind, live),
    ...(typeof parent === 'string' ? { parent } : {}),
    ...(values[resource.edge.inheritance?.shownBy ?? ''] === true ? { inherits: true } : {}),
  };
}

/**
 * Returns the scopes of edges. Containers are read where they may inherit; elsewhere an edge shows all that matters.
 * @param edges the values of edges that exist
 */
export async function scopesOf(
  reader: TenantReader,
  resource: EdgeResource,
  edges: readonly Values[],
): Promise<AccessScope[]> {
  // Without edges, nothing needs an API that serves their scopes.
  if (edges.length === 0) return [];
  const kind = scopeKind(resource);
  const shown = new Map(edges.map(({ [resource.edge.scope]: value }) => [String(value), scopeOf(resource, value)]));
  const mayInherit = (resource.edge.inheritance?.shownBy ?? '') in reader.tenant.collection(kind).wire.fields;
  return Promise.all(
    [...shown].map(async ([name, scope]) => {
      const live = mayInherit ? await reader.snapshot.view(kind).byId(scope.id).catch(asError()) : undefined;
      return live && !(live instanceof DelineaError) ? liveScope(reader, resource, live) : { ...scope, name };
    }),
  );
}

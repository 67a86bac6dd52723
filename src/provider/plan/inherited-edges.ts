import { DelineaError } from '../model/errors.js';
import { isEdge } from '../model/keys.js';
import type { EdgeResource, Resource } from '../model/resource.js';
import type { Values } from '../model/values.js';
import { edgeLabel, readEdges } from '../read/edges.js';
import { inheritsEdges } from '../read/inheritance.js';
import type { LiveEdge, TenantReader } from '../read/tenant-reader.js';
import { scopeKind } from '../resources/edge-words.js';

/**
 * Checks whether a write would end the inheritance of a scope, and whether the code consents to that. Without consent a
 * service may refuse the write, or end the inheritance silently: Secret Server does that by default (OpenAPI 11.7.2).
 * @param resolved the scope, in ids of home surfaces
 * @param settings the declared settings
 * @returns the settings that go with the write
 * @throws DelineaError `guarded`, with the number of edges that would be copied
 */
export async function endInheritance(
  reader: TenantReader,
  resource: EdgeResource,
  resolved: Values,
  settings: Values,
): Promise<Values> {
  const { scope, inheritance } = resource.edge;
  const id = resolved[scope];
  if (!inheritance || typeof id !== 'string') return {};
  if (!(await inheritsEdges(reader, resource, id))) return {};
  const { brokenBy } = inheritance;
  if (settings[brokenBy] === true) return { [brokenBy]: true };
  const kind = scopeKind(resource);
  const { surface } = reader.tenant.collection(resource.type);
  const onSurface = await reader.translator.toSurface(kind, id, surface);
  const edges = onSurface === undefined ? [] : await readEdges(reader, resource.type, { [scope]: onSurface });
  const name = reader.translator.nameOf([kind], id) ?? id;
  throw new DelineaError(
    'guarded',
    `${kind} ${name} inherits its permissions: a write would copy ${edges.length} of them, which then no longer follow the parent`,
    {
      hint: 'Declare the access on the parent, or end the inheritance in code.',
      remedy: { kind: 'set', attribute: brokenBy, value: true, on: 'resource' },
    },
  );
}

/**
 * Refuses to revoke an edge that its scope inherits. The edge that code managed is gone: it ended when the scope began to
 * inherit, and the one in its place is the parent's.
 * @throws DelineaError `guarded`
 */
export async function refuseInherited(
  reader: TenantReader,
  resource: Resource,
  { live, values }: LiveEdge,
): Promise<void> {
  if (!isEdge(resource) || !(await inheritsEdges(reader, resource, values[resource.edge.scope]))) return;
  const kind = scopeKind(resource);
  const id = String(values[resource.edge.scope]);
  const name = reader.translator.nameOf([kind], id) ?? id;
  throw new DelineaError(
    'guarded',
    `${edgeLabel(reader, resource.type, values)} (id ${live.id}) cannot be revoked: ${kind} ${name} inherits it`,
    {
      hint: `Revoke it on the parent, or restore the declaration with on_removal = "retain". To end the inheritance, declare all ${resource.plural} of the ${kind} with break_inheritance.`,
    },
  );
}

import { DelineaError } from '../model/errors.js';
import type { EdgeResource } from '../model/resource.js';
import type { Values } from '../model/values.js';
import { readEdges } from '../read/edges.js';
import type { TenantReader } from '../read/tenant-reader.js';
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
  const { shownBy, brokenBy } = inheritance;
  const kind = scopeKind(resource);
  const place = await reader.snapshot.view(kind).byId(id);
  if (place?.values[shownBy] !== true) return {};
  if (settings[brokenBy] === true) return { [brokenBy]: true };
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

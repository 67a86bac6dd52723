import { type Grant, grantOf } from '../access/tenant-access.js';
import { kindsMeant } from '../model/attribute.js';
import { DelineaError } from '../model/errors.js';
import { isEdge, keyText } from '../model/keys.js';
import { snakeCase } from '../model/names.js';
import type { Remedy } from '../model/remedy.js';
import type { EdgeResource, Resource } from '../model/resource.js';
import type { Values } from '../model/values.js';
import type { RemoteObject } from '../model/wire.js';
import { isListedByPrincipal, listedBy, principalKinds, scopeKind } from '../resources/edge-words.js';
import { labelOf } from '../resources/label.js';
import type { ConfiguredSurface } from '../settings/configured-surface.js';
import { homeValues, principalKindOf } from './home-values.js';
import { notVisible } from './id-translator.js';
import { loadObject } from './load-object.js';
import { singleFlight } from './single-flight.js';
import type { LiveEdge, TenantReader } from './tenant-reader.js';

/** Reads all live edges in the list that holds an edge: those of its container, or those of its principal. */
export async function edgesInScope(
  reader: TenantReader,
  resource: EdgeResource,
  values: Values,
): Promise<readonly LiveEdge[]> {
  const { surface } = reader.tenant.collection(resource.type);
  const selector: Record<string, unknown> = {};
  for (const name of listedBy(resource)) {
    const attribute = resource.attributes.find((candidate) => candidate.name === name)!;
    const [kind] = kindsMeant(attribute, values);
    const id = String(values[name]);
    selector[name] = kind === undefined ? values[name] : await reader.translator.toSurface(kind, id, surface);
    if (selector[name] === undefined) throw await notVisibleError(reader, String(kind), id, surface);
  }
  if (!(await scopeExists(reader, resource, values))) return [];
  return readEdges(reader, resource.type, selector);
}

/**
 * Reads the edges that a selector picks. Every edge of a container needs the same list: it is read and translated once.
 */
export function readEdges(reader: TenantReader, kind: string, selector: Values): Promise<readonly LiveEdge[]> {
  return singleFlight(reader.edges, `${kind} ${JSON.stringify(selector)}`, async () =>
    withHomeIds(reader, kind, await reader.snapshot.edges(kind, selector)),
  );
}

/** Translates the references of live edges to ids of home surfaces. */
export function withHomeIds(reader: TenantReader, kind: string, edges: readonly RemoteObject[]): Promise<LiveEdge[]> {
  const { resource } = reader.tenant.collection(kind);
  return Promise.all(
    edges.map(async (live) => {
      const values = await homeValues(reader, kind, live);
      return { live, values: isEdge(resource) ? withPrincipalKind(reader, resource, values) : values };
    }),
  );
}

/** Adds the principal's kind if the array of a group or other scope shows only ids. */
function withPrincipalKind(reader: TenantReader, resource: EdgeResource, values: Values): Values {
  const { type, id } = resource.edge.principal;
  if (values[type] !== undefined || values[id] === undefined) return values;
  return { ...values, [type]: principalKindOf(reader, principalKinds(resource), String(values[id])) };
}

/** Returns live edges as grants; without those of a principal that their list does not show. */
export function grantsOf(resource: EdgeResource, edges: readonly LiveEdge[]): Grant[] {
  return edges.flatMap(({ live, values }) => grantOf(resource, live.id, values) ?? []);
}

/** Returns the live edges between a principal and a scope: none, one, or several if the surface allows that. */
export async function edgesWithKey(
  reader: TenantReader,
  resource: EdgeResource,
  ends: Values,
): Promise<readonly LiveEdge[]> {
  const key = keyText(resource, ends);
  return (await edgesInScope(reader, resource, ends)).filter(({ values }) => keyText(resource, values) === key);
}

/**
 * Refuses to conclude that a recorded edge is gone from a list that the response leaves out: an empty list may be left out,
 * and so may one that the account cannot see.
 * @param remedy ways to continue without it
 * @throws DelineaError `incomplete_response`
 */
export async function refuseOmittedList(
  reader: TenantReader,
  resource: Resource,
  ends: Values,
  remedy: readonly Remedy[] = [],
): Promise<void> {
  if (!isEdge(resource) || !resource.edge.storedIn || isListedByPrincipal(resource)) return;
  const { array } = resource.edge.storedIn;
  const live = await loadObject(reader, scopeKind(resource), String(ends[resource.edge.scope]), [array]);
  if (!live || Array.isArray(live.values[array])) return;
  await reader.translator.loadEnds(resource, ends).catch(() => undefined);
  const label = edgeLabel(reader, resource.type, ends);
  throw new DelineaError(
    'incomplete_response',
    `the response leaves out ${snakeCase(array)}, although ${label} is known`,
    {
      hint: 'Nothing was changed. Check what the account of this run can see.',
      remedy,
    },
  );
}

/** Returns the error for several edges between one principal and one scope. */
export function ambiguousEdges(reader: TenantReader, resource: Resource, same: readonly LiveEdge[]): DelineaError {
  const named = same.map(({ live, values }) => `${edgeLabel(reader, resource.type, values)} (id ${live.id})`);
  return new DelineaError(
    'ambiguous',
    `${same.length} ${resource.plural} exist between the same principal and scope: ${named.join(', ')}`,
    {
      hint: 'Remove all but one in the tenant.',
    },
  );
}

/** Returns the display name of an edge: "Owner of sre on prod". */
export function edgeLabel(reader: TenantReader, kind: string, values: Values): string {
  return labelOf(kind, values, (value, kinds) => reader.translator.nameOf(kinds, String(value)) ?? String(value));
}

/** Explains why edges cannot be read. An object deleted on its home surface may still exist on the edges' surface. */
async function notVisibleError(
  reader: TenantReader,
  kind: string,
  id: string,
  surface: ConfiguredSurface,
): Promise<DelineaError> {
  const name = reader.translator.nameOf([kind], id) ?? id;
  if (await reader.snapshot.view(kind).byId(id)) return notVisible(kind, name, surface);
  const { title } = reader.tenant.home(kind);
  return new DelineaError(
    'incomplete_response',
    `${kind} ${name} was deleted on the ${title}, so its access on the ${surface.title} cannot be read`,
    {
      hint: `Check whether it was deleted on the ${surface.title} too.`,
      remedy: { kind: 'recordAgain' },
    },
  );
}

/**
 * Checks that a container is visible. The list of a hidden container is empty, which does not mean "no permissions"
 * (guide 004: visibility is ownership). @throws DelineaError `forbidden`
 */
async function scopeExists(reader: TenantReader, resource: EdgeResource, values: Values): Promise<boolean> {
  if (isListedByPrincipal(resource)) return true;
  const id = String(values[resource.edge.scope]);
  return (await reader.snapshot.view(scopeKind(resource)).byId(id)) !== undefined;
}

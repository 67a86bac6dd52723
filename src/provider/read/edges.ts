import { kindsMeant } from '../model/attribute.js';
import { DelineaError } from '../model/errors.js';
import { keyText } from '../model/keys.js';
import type { Principal } from '../model/principal.js';
import { attributeOf, type Resource } from '../model/resource.js';
import type { Values } from '../model/values.js';
import type { RemoteObject } from '../model/wire.js';
import { principalAttribute } from '../resources/edges.js';
import { labelOf } from '../resources/keys.js';
import type { ConfiguredSurface } from '../settings/configured-surface.js';
import { homeValues } from './home-values.js';
import { notVisible } from './id-translator.js';
import { singleFlight } from './single-flight.js';
import type { LiveEdge, TenantReader } from './tenant-reader.js';

/** An edge with ids of home surfaces; an end still to be created stands as the address of its declaration. */
export interface EdgeValues {
  readonly id: string;
  readonly values: Values;
}

/** For edges between the same ends, of which only one can be meant. */
export function ambiguousEdges(planning: TenantReader, resource: Resource, same: readonly LiveEdge[]): DelineaError {
  const named = same.map(({ live, values }) => `${edgeLabel(planning, resource.type, values)} (id ${live.id})`);
  return new DelineaError('ambiguous', `${same.length} ${resource.plural} exist for the same: ${named.join(', ')}`, {
    hint: 'Remove all but one in the tenant.',
  });
}

/** All live edges in the scope of one: the permissions of its container, or the roles of its principal. */
export async function edgesInScope(
  planning: TenantReader,
  resource: Resource,
  resolved: Values,
): Promise<readonly LiveEdge[]> {
  const kind = resource.type;
  const { wire, surface } = planning.tenant.collection(kind);
  const names = wire.scope === undefined ? [wire.element!.kindIn, wire.element!.idIn] : [wire.scope];
  const scope: Record<string, unknown> = {};
  for (const name of names) {
    const attribute = resource.attributes.find((candidate) => candidate.name === name);
    const [of] = attribute ? kindsMeant(attribute, resolved) : [];
    scope[name] =
      of === undefined ? resolved[name] : await planning.translator.toSurface(of, String(resolved[name]), surface);
    if (scope[name] === undefined) throw await notVisibleError(planning, String(of), String(resolved[name]), surface);
  }
  if (!(await scopeExists(planning, resource, resolved))) return [];
  return cachedEdges(planning, kind, scope, () => planning.snapshot.edges(kind, scope));
}

/**
 * Why the edges of what has no id on a surface cannot be read. Who is deleted at home may live on there, under no name that
 * we know.
 */
async function notVisibleError(
  planning: TenantReader,
  kind: string,
  id: string,
  surface: ConfiguredSurface,
): Promise<DelineaError> {
  const name = planning.translator.nameOf(id) ?? id;
  if (await planning.snapshot.view(kind).byId(id)) return notVisible(kind, name, surface);
  const { title } = planning.tenant.home(kind);
  return new DelineaError(
    'incomplete_response',
    `${kind} ${name} was deleted on the ${title}, so what it holds on the ${surface.title} cannot be told`,
    {
      hint: 'If it is gone there too, only the state need forget what it held; with Terraform: terraform state rm ADDRESS.',
    },
  );
}

/** Every edge of a container asks for the same ones: they are read and translated once. */
function cachedEdges(
  reading: TenantReader,
  kind: string,
  scope: Values,
  read: () => Promise<readonly RemoteObject[]>,
): Promise<readonly LiveEdge[]> {
  return singleFlight(reading.edges, `${kind} ${JSON.stringify(scope)}`, async () =>
    withHomeIds(reading, kind, await read()),
  );
}

/** Live edges with their references as ids of home surfaces. */
export function withHomeIds(reading: TenantReader, kind: string, lives: readonly RemoteObject[]): Promise<LiveEdge[]> {
  return Promise.all(lives.map(async (live) => ({ live, values: await homeValues(reading, kind, live) })));
}

/** All live edges of one principal, wherever they lead. What does not show on the surface holds nothing there. */
export async function edgesOfPrincipal(
  planning: TenantReader,
  resource: Resource,
  principal: Principal,
): Promise<readonly LiveEdge[]> {
  const name = principalAttribute(resource)!;
  const values = { [attributeOf(resource, name).refersBy!]: principal.kind, [name]: principal.id };
  const { wire, surface } = planning.tenant.collection(resource.type);
  if (wire.element) {
    return principal.kind in surface.serves ? edgesInScope(planning, resource, values) : [];
  }
  const id = await planning.translator.toSurface(principal.kind, principal.id, surface);
  if (id === undefined) return [];
  const scope = { ...values, [name]: id };
  return cachedEdges(planning, resource.type, scope, () => planning.snapshot.view(resource.type).within(scope));
}

/** The live edges between the same ends: none, one, or several where the surface lets that be. */
export async function edgesWithKey(
  planning: TenantReader,
  resource: Resource,
  ends: Values,
): Promise<readonly LiveEdge[]> {
  const key = keyText(resource, ends);
  return (await edgesInScope(planning, resource, ends)).filter(({ values }) => keyText(resource, values) === key);
}

/**
 * A list of what a container that cannot be seen holds is empty, which must not read as "nothing is there" (guide 004:
 * visibility is ownership). @throws DelineaError `forbidden` when the service says so
 */
async function scopeExists(planning: TenantReader, resource: Resource, resolved: Values): Promise<boolean> {
  const { wire } = planning.tenant.collection(resource.type);
  const kind = resource.attributes.find(({ name }) => name === wire.scope)?.refersTo[0];
  if (kind === undefined) return true;
  return (await planning.snapshot.view(kind).byId(String(resolved[wire.scope!]))) !== undefined;
}

/** "Owner of sre on prod". */
export function edgeLabel(planning: TenantReader, kind: string, values: Values): string {
  return labelOf(kind, values, (_, value) => planning.translator.nameOf(String(value)) ?? String(value));
}

import type { Stamps } from '../directory/records.js';
import { isObject, type Json, readBody } from '../http/body.js';
import { type Page, scimPage } from '../http/paging.js';
import { Refusal } from '../http/refusal.js';
import type { ScimService } from './scim-service.js';

const CORE = 'urn:ietf:params:scim:schemas:core:2.0:';
const PAM = 'urn:ietf:params:scim:schemas:pam:1.0:';

/** Schema URNs: RFC 7643 for users and groups, the PAM extension as vendors ship it (fact sheet 8). */
export const URN = {
  User: `${CORE}User`,
  Group: `${CORE}Group`,
  Enterprise: 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User',
  Container: `${PAM}Container`,
  ContainerPermission: `${PAM}ContainerPermission`,
  PrivilegedData: `${PAM}PrivilegedData`,
  /** An assumption. */
  Role: `${CORE}Role`,
  PatchOp: 'urn:ietf:params:scim:api:messages:2.0:PatchOp',
  ListResponse: 'urn:ietf:params:scim:api:messages:2.0:ListResponse',
} as const;

const TYPE = 'application/scim+json';

/**
 * Reads a SCIM write of one schema (RFC 7644, 3.1 and 3.3).
 * @throws {Refusal} 415 for a media type other than SCIM's or JSON's, 400 when `schemas` does not name the schema
 */
export async function readScim(request: Request, schema: string): Promise<Json> {
  const body = await readBody(request, [TYPE, 'application/json']);
  const named =
    Array.isArray(body.schemas) && body.schemas.some((urn) => String(urn).toLowerCase() === schema.toLowerCase());
  if (!named) throw new Refusal(400, `'schemas' must contain ${schema}.`, 'invalidSyntax');
  return body;
}

export function scimAnswer(body: object, status = 200, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(body), { status, headers: { 'content-type': TYPE, ...headers } });
}

/** Returns the `meta` of an object, which only the service sets (guide 004). */
export function meta(resourceType: string, { created, lastModified }: Stamps, location?: string): Json {
  return { resourceType, created, lastModified, ...(location && { location }) };
}

/** Returns the absolute URL of a path below the base of a service, on the host the client used. */
export function urlOf(request: Request, { base }: ScimService, path: string): string {
  return `${new URL(request.url).origin}${base}/${path}`;
}

/** Returns the `$ref` of a user, group or role. */
export function refOf(request: Request, service: ScimService, collection: string, id: string): string {
  return service.lowerCaseRefs
    ? pamRef(request, service, collection, id)
    : urlOf(request, service, `${collection}/${id}`);
}

/**
 * Returns the `$ref` in a container or a permission. As in the real service, its path is in lower case and its scheme is http,
 * even where the service uses https (fact sheet 4.2), so clients must not follow it.
 */
export function pamRef(request: Request, { base }: ScimService, collection: string, id: string): string {
  return `http://${new URL(request.url).host}${base}/${collection.toLowerCase()}/${id}`;
}

/**
 * Returns one page as a ListResponse. `itemsPerPage` is the requested size, not the returned one (fact sheet 4.2), and
 * `Resources` is left out of an empty result (RFC 7644, 3.4.2).
 */
export function scimList<Row>(
  query: URLSearchParams,
  { largestPage }: ScimService,
  find: (page: Page) => { rows: Row[]; total: number },
  render: (row: Row) => Json,
): Response {
  const page = scimPage(query, largestPage);
  const project = projection(query);
  const { rows, total } = find(page);
  return scimAnswer({
    schemas: [URN.ListResponse],
    totalResults: total,
    startIndex: page.skip + 1,
    itemsPerPage: page.take,
    ...(total > 0 && { Resources: rows.map((row) => project(render(row))) }),
  });
}

/**
 * Returns a function that applies `attributes` and `excludedAttributes` (RFC 7644, 3.9), by top-level attribute; `id`
 * and `schemas` are always returned.
 * @throws {Refusal} 400 when both are given
 */
export function projection(query: URLSearchParams): (resource: Json) => Json {
  const only = names(query.get('attributes'));
  const without = names(query.get('excludedAttributes'));
  if (only && without) throw new Refusal(400, 'Give attributes or excludedAttributes, not both.', 'invalidValue');
  if (!only && !without) return (resource) => resource;
  const keeps = (key: string) =>
    key === 'id' || key === 'schemas' || (only ? only.has(topLevel(key)) : !without?.has(topLevel(key)));
  return (resource) => Object.fromEntries(Object.entries(resource).filter(([key]) => keeps(key)));
}

function names(list: string | null): Set<string> | undefined {
  return list ? new Set(list.split(',').map((name) => topLevel(name.trim()))) : undefined;
}

/**
 * Returns the top-level name: `emails` for `emails.value`; an attribute of an extension selects the whole extension.
 */
function topLevel(name: string): string {
  const lower = name.toLowerCase();
  const enterprise = URN.Enterprise.toLowerCase();
  if (lower.startsWith(enterprise)) return enterprise;
  return lower.slice(lower.lastIndexOf(':') + 1).split('.')[0]!;
}

/** Returns the id in `{value: id}`. @throws {Refusal} 400 */
export function referenceOf(value: unknown, attribute: string): string {
  if (isObject(value) && typeof value.value === 'string') return value.value;
  throw new Refusal(400, `'${attribute}' must be {value: id}.`, 'invalidValue');
}

/** Returns the row. @throws {Refusal} 404 when it does not exist */
export function foundResource<Row>(row: Row | undefined, id: string): Row {
  if (row === undefined) throw new Refusal(404, `Resource '${id}' not found.`);
  return row;
}

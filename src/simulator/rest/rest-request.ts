import type { Context } from 'hono';
import type { Table } from '../directory/table.js';
import { type Json, readBody } from '../http/body.js';
import { restPage } from '../http/paging.js';
import { Refusal } from '../http/refusal.js';
import { queryOf } from '../http/routes.js';
import type { Tenant } from '../tenant.js';
import { restFilter } from './rest-filter.js';

export type RestEnv = { Variables: { scopes: readonly string[] } };
export type RestContext = Context<RestEnv>;

export const READ = 'delinea:api:read';
const WRITE = 'delinea:api:write';
const ADMIN = 'delinea:api:admin';

/**
 * Checks the scope of a request.
 * @throws {Refusal} 403 when the token lacks a scope; no scope includes another (guide 000)
 */
export function requireScope(context: RestContext, scope: string): void {
  if (!context.get('scopes').includes(scope)) {
    throw new Refusal(403, `The token lacks the scope ${scope}.`, 'InsufficientScope');
  }
}

/** Checks the scope of a DELETE, which has no body and always needs the write scope. */
export function requireWrite(context: RestContext): void {
  requireScope(context, WRITE);
}

/**
 * Reads a write and checks it: media type, scopes (`roles` needs admin, all else write), and that all
 * attributes are writable. Refusing unknown attributes is an assumption, the stricter one.
 * @throws {Refusal} 415, 400 or 403
 */
export async function readWrite(context: RestContext, writable: readonly string[]): Promise<Json> {
  const body = await readBody(context.req.raw, ['application/json']);
  const keys = Object.keys(body);
  if (keys.includes('roles')) requireScope(context, ADMIN);
  if (keys.length === 0 || keys.some((key) => key !== 'roles')) requireWrite(context);
  const alien = keys.find((key) => key !== 'roles' && !writable.includes(key));
  if (alien) throw new Refusal(400, `'${alien}' is unknown or read-only.`, 'InvalidAttribute');
  return body;
}

/**
 * Returns the role names of a body in canonical case.
 * @throws {Refusal} 400 for a role that does not exist (guide 000: names must match)
 */
export function readRoles(tenant: Tenant, body: Json): string[] | undefined {
  const roles = body.roles;
  if (roles === undefined) return undefined;
  if (!Array.isArray(roles)) throw new Refusal(400, "'roles' must be an array of role names.", 'InvalidAttribute');
  return [...new Set(roles.map((name) => knownRole(tenant, name)))];
}

function knownRole(tenant: Tenant, name: unknown): string {
  const role = typeof name === 'string' ? tenant.directory.role(name) : undefined;
  if (!role) throw new Refusal(400, `Unknown role ${JSON.stringify(name)}.`, 'UnknownRole');
  return role.name;
}

/** Returns one page in the REST envelope `{data, total, skip, take}` (guide 000). */
export function restList<Row extends { readonly id: string }>(
  context: RestContext,
  table: Table<Row>,
  filterOn: string,
  render: (row: Row) => object,
): Response {
  const query = queryOf(context);
  const page = restPage(query);
  const name = restFilter(query, filterOn);
  const found = name === undefined ? table.list(page.skip, page.take) : slice(table.seenByName(name), page);
  return envelope(found.rows.map(render), found.total, page);
}

export function slice<Row>(rows: Row[], { skip, take }: { skip: number; take: number }) {
  return { rows: rows.slice(skip, skip + take), total: rows.length };
}

export function envelope(data: object[], total: number, { skip, take }: { skip: number; take: number }): Response {
  return Response.json({ data, total, skip, take });
}

/** Returns the row. @throws {Refusal} 404 when it does not exist */
export function found<Row>(row: Row | undefined, what: string): Row {
  if (row === undefined) throw new Refusal(404, `${what} not found.`, 'NotFound');
  return row;
}

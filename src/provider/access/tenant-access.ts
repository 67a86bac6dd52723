import * as z from 'zod';
import { foldCase } from '../model/fold-case.js';
import { attributeOf, type EdgeResource } from '../model/resource.js';
import type { Values } from '../model/values.js';
import { principalOf, rightsIn, scopeKind } from '../resources/edge-words.js';
import { resources } from '../resources/index.js';

const kind = z.enum(resources.map(({ type }) => type));

/** A user, a group, a container or a role. `id` is that of the home surface; a role's is its name in lower case. */
const object = z.strictObject({ kind, id: z.string() });

const principal = object.extend({
  name: z.string(),
  /** Whether an account can log in. Unset: it was not read. A group has no status. */
  active: z.boolean().optional(),
  /** The direct members of a group. Unset: they were not read, or it is a user. */
  members: z.array(object).optional(),
});

const scope = object.extend({
  name: z.string(),
  parent: z.string().optional(),
  /** The container has the permissions of its parent instead of its own. */
  inherits: z.boolean().optional(),
});

const grant = z.strictObject({
  /** Kind of the edge: `container-permission`, `role-binding`. */
  kind,
  id: z.string(),
  principal: object,
  scope: object,
  /** The rights by attribute, such as `right: "Owner"`; none for a role, which a principal has or does not have. */
  rights: z.record(z.string(), z.string()),
});

/**
 * The access of a tenant as plain data: the input of effective access, and the content of a snapshot file. It may be
 * that of a live tenant, or that which a plan leaves behind.
 */
export const tenantAccess = z.strictObject({
  format: z.literal('access snapshot 1'),
  /** URL of the tenant. */
  tenant: z.string(),
  /** Time at which it was read, RFC 3339 in UTC. */
  taken: z.iso.datetime(),
  principals: z.array(principal),
  scopes: z.array(scope),
  grants: z.array(grant),
  /** Names of the accounts with which it was read. Unset: they are not known. */
  accounts: z.array(z.string()).optional(),
  /** The parts that were not read, as text. Unless empty, others may have access. */
  unread: z.array(z.string()),
});

export type TenantAccess = z.infer<typeof tenantAccess>;
/** The access of a tenant, or of the part of it that was read. */
export type KnownAccess = Pick<TenantAccess, 'principals' | 'scopes' | 'grants'>;
/** An object by kind and id. */
export type AccessObject = z.infer<typeof object>;
export type AccessPrincipal = TenantAccess['principals'][number];
export type AccessScope = TenantAccess['scopes'][number];
export type Grant = TenantAccess['grants'][number];

/** Returns the scope of an edge. A role is known by its name, in any case. @param value an id, or the name of a role */
export function scopeOf(resource: EdgeResource, value: unknown): AccessObject {
  const { caseless } = attributeOf(resource, resource.edge.scope);
  return { kind: scopeKind(resource), id: caseless ? foldCase(value) : String(value) };
}

/** Returns the grant of an edge; undefined if its principal is not known. */
export function grantOf(resource: EdgeResource, id: string, values: Values): Grant | undefined {
  const principal = principalOf(resource.type, values);
  if (!principal) return undefined;
  const scope = scopeOf(resource, values[resource.edge.scope]);
  return { kind: resource.type, id, principal, scope, rights: rightsIn(resource, values) };
}

/** Returns whether a principal can use its access: an account that is not inactive, or a group whose members were not read. */
export function isUsable({ active, members }: AccessPrincipal): boolean {
  return !members && active !== false;
}

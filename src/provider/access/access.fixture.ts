import type { AccessPrincipal, AccessScope, Grant, ObjectRef, TenantAccess } from './tenant-access.js';

/** Returns the access of a tenant with these objects. */
export function accessOf(parts: Partial<TenantAccess>): TenantAccess {
  return {
    format: 'delinea-iac snapshot 1',
    tenant: 'https://acme.example',
    taken: '2026-11-29T00:00:00Z',
    principals: [],
    scopes: [],
    grants: [],
    unread: [],
    ...parts,
  };
}

/** Returns an active user whose id is its name. */
export function userOf(name: string, more: Partial<AccessPrincipal> = {}): AccessPrincipal {
  return { kind: 'user', id: name, name, active: true, ...more };
}

/** Returns a group whose id is its name. */
export function groupOf(name: string, members: readonly ObjectRef[] = []): AccessPrincipal {
  return { kind: 'group', id: name, name, members: members.map(({ kind, id }) => ({ kind, id })) };
}

/** Returns a container whose id is its name. */
export function scopeOf(name: string, more: Partial<AccessScope> = {}): AccessScope {
  return { kind: 'container', id: name, name, ...more };
}

/** Returns a permission; its id is made of its parts. */
export function grantOf(principal: ObjectRef, scope: ObjectRef, right: string): Grant {
  return {
    kind: 'container-permission',
    id: `${principal.id}/${scope.id}/${right}`,
    principal: { kind: principal.kind, id: principal.id },
    scope: { kind: scope.kind, id: scope.id },
    rights: { right },
  };
}

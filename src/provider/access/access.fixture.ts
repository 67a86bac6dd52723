import fc from 'fast-check';
import type { AccessObject, AccessPrincipal, AccessScope, Grant, TenantAccess } from './tenant-access.js';

/** Returns the access of a tenant with these objects. */
export function accessOf(parts: Partial<TenantAccess>): TenantAccess {
  return {
    format: 'access snapshot 1',
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
export function groupOf(name: string, members: readonly AccessObject[] = []): AccessPrincipal {
  return { kind: 'group', id: name, name, members: members.map(({ kind, id }) => ({ kind, id })) };
}

/** Returns a container whose id is its name. */
export function scopeOf(name: string, more: Partial<AccessScope> = {}): AccessScope {
  return { kind: 'container', id: name, name, ...more };
}

/** Returns a permission; its id is made of its parts. */
export function grantOf(principal: AccessObject, scope: AccessObject, right: string): Grant {
  return {
    kind: 'container-permission',
    id: `${principal.id}/${scope.id}/${right}`,
    principal: { kind: principal.kind, id: principal.id },
    scope: { kind: scope.kind, id: scope.id },
    rights: { right },
  };
}

/** A random tenant: groups in each other, cycles included, members and scopes that were not read. */
export const tenants = fc
  .record({
    users: fc.integer({ min: 1, max: 4 }),
    groups: fc.integer({ min: 0, max: 5 }),
    scopes: fc.integer({ min: 1, max: 4 }),
  })
  .chain(({ users, groups, scopes }) => {
    const principals: AccessObject[] = [
      ...Array.from({ length: users }, (_, index) => ({ kind: 'user', id: String(index) })),
      ...Array.from({ length: groups }, (_, index) => ({ kind: 'group', id: String(index) })),
    ];
    const one = fc.constantFrom(...principals);
    return fc.record({
      principals: fc.tuple(
        ...principals.map(({ kind, id }) =>
          fc.record({
            kind: fc.constant(kind),
            id: fc.constant(id),
            name: fc.constant(`${kind}${id}`),
            members: kind === 'group' ? fc.array(one, { maxLength: 4 }) : fc.constant(undefined),
          }),
        ),
      ),
      scopes: fc.tuple(
        ...Array.from({ length: scopes }, (_, index) =>
          fc.record({
            kind: fc.constant('container'),
            id: fc.constant(String(index)),
            name: fc.constant(`c${index}`),
            parent: fc.option(fc.integer({ min: 0, max: scopes }).map(String), { nil: undefined }),
            inherits: fc.boolean(),
          }),
        ),
      ),
      grants: fc.array(
        fc.record({
          principal: one,
          scope: fc.integer({ min: 0, max: scopes }).map((id) => ({ kind: 'container', id: String(id) })),
          right: fc.constantFrom('View', 'Owner'),
        }),
        { maxLength: 8 },
      ),
    });
  })
  .map(({ principals, scopes, grants }) =>
    accessOf({
      principals,
      scopes,
      grants: grants.map(({ principal, scope, right }, index) => ({
        kind: 'container-permission',
        id: String(index),
        principal,
        scope,
        rights: { right },
      })),
    }),
  );

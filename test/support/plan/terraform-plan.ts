import type { TenantAccess } from '../../../src/provider/index.js';
import { type Holder, isGroup, type Stack } from '../generate/guarded-stack.js';

type Managed = Readonly<Record<string, unknown>> & { readonly id: string };

const kindOf = (holder: Holder) => (isGroup(holder) ? 'group' : 'user');

/** Returns the snapshot of a tenant that has what a stack declares. The id of a principal is its name in the stack. */
export function snapshotOf({ users, groups, rights, roles }: Stack, containers: readonly string[]): TenantAccess {
  const object = (holder: Holder) => ({ kind: kindOf(holder), id: holder }) as const;
  const roleNames = [...new Set([...roles.values()].map(({ scope }) => scope))];
  return {
    format: 'access snapshot 1',
    tenant: 'https://acme.example',
    taken: '2026-11-29T00:00:00Z',
    principals: [
      ...[...users.keys()].map((name) => ({ ...object(name), name, active: true })),
      ...[...groups].map(([name, members]) => ({ ...object(`group:${name}`), name, members: members.map(object) })),
    ],
    scopes: [
      ...[...new Set(containers)].map((name) => ({ kind: 'container' as const, id: name, name })),
      ...roleNames.map((name) => ({ kind: 'role' as const, id: name.toLowerCase(), name })),
    ],
    grants: [
      ...[...rights].map(([key, { scope, holder, right }]) => ({
        kind: 'container-permission' as const,
        id: key,
        principal: object(holder),
        scope: { kind: 'container' as const, id: scope },
        rights: { right },
      })),
      ...[...roles].map(([key, { scope, holder }]) => ({
        kind: 'role-binding' as const,
        id: key,
        principal: object(holder),
        scope: { kind: 'role' as const, id: scope.toLowerCase() },
        rights: {},
      })),
    ],
    unread: [],
  };
}

/** Returns the change from one stack to another as `terraform show -json` prints a plan. New objects refer to old ones only. */
export function terraformPlanOf(before: Stack, after: Stack): object {
  const [old, now] = [managedIn(before), managedIn(after)];
  const change = (address: string, actions: readonly string[], known: { before: unknown; after: unknown }) => {
    const type = address.slice(0, address.indexOf('.'));
    return { address, mode: 'managed', type, change: { actions, after_unknown: {}, ...known } };
  };
  const resource_changes = [...new Set([...old.keys(), ...now.keys()])].flatMap((address) => {
    const [was, is] = [old.get(address) ?? null, now.get(address) ?? null];
    if (JSON.stringify(was) === JSON.stringify(is)) return [];
    if (is === null) return [change(address, ['delete'], { before: was, after: null })];
    const { id: _, ...created } = is;
    if (was === null) return [change(address, ['create'], { before: null, after: created })];
    return [change(address, ['update'], { before: was, after: is })];
  });
  return { format_version: '1.2', terraform_version: '1.14.0', resource_changes };
}

/** Returns the objects of a stack by address. */
function managedIn({ users, groups, rights, roles }: Stack): Map<string, Managed> {
  const principal = (holder: Holder) => ({ principal_type: kindOf(holder), principal_id: holder });
  return new Map<string, Managed>([
    ...[...users.keys()].map((name) => [`delinea_user.${name}`, { id: name, user_name: name }] as const),
    ...[...groups].map(
      ([name, members]) =>
        [`delinea_group.${name}`, { id: `group:${name}`, display_name: name, members: [...members] }] as const,
    ),
    ...[...rights].map(
      ([key, { scope, holder, right }]) =>
        [`delinea_container_permission.${key}`, { id: key, container: scope, ...principal(holder), right }] as const,
    ),
    ...[...roles].map(
      ([key, { scope, holder }]) =>
        [`delinea_role_binding.${key}`, { id: key, role: scope, ...principal(holder) }] as const,
    ),
  ]);
}

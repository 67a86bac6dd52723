import type { Declaration, Reference } from '../../../src/provider/index.js';
import type { SimulatorData } from '../../../src/simulator/index.js';
import { declared } from '../tenant/declare.js';

/** The roles whose last active holder the guards protect. */
export const ADMIN_ROLES = ['Platform Admin', 'Vault Admin'];

/** The service user that a simulated tenant lets log in: the account of every run. */
export const OWN = 'scim.integration@example.com';

/** A user by name, a group as `group:NAME`. */
export type Holder = string;

/** The declarations of a stack as data. Other objects are not managed. */
export interface Stack {
  readonly users: ReadonlyMap<string, 'unset' | 'disabled' | 'reactivated'>;
  readonly groups: ReadonlyMap<string, readonly Holder[]>;
  /** Rights by container and holder. */
  readonly rights: ReadonlyMap<string, Right>;
  /** Role bindings by role and holder. */
  readonly roles: ReadonlyMap<string, Edge>;
  /** Containers that an authoritative set declares as retired. */
  readonly retired: ReadonlySet<string>;
}

export interface Edge {
  readonly scope: string;
  readonly holder: Holder;
}

export interface Right extends Edge {
  readonly right: string;
}

export const groupHolder = (name: string): Holder => `group:${name}`;
export const isGroup = (holder: Holder) => holder.startsWith('group:');
export const edgeKey = ({ scope, holder }: Edge) => `${scope} ${holder}`;

export function edgeMap<T extends Edge>(edges: readonly T[]): Map<string, T> {
  return new Map(edges.map((edge) => [edgeKey(edge), edge]));
}

/** Returns a tenant that has what a stack declares. */
export function tenantOf({ users, groups, rights, roles }: Stack) {
  const principal = (holder: Holder) => (isGroup(holder) ? { group: holder.slice(6) } : { user: holder });
  return {
    users: [...users].map(([userName, state]) => ({ userName, active: state !== 'disabled' })),
    groups: [...groups].map(([displayName, members]) => ({ displayName, members: [...members] })),
    containerPermissions: [...rights.values()].map(({ scope, holder, right }) => ({
      container: scope,
      right,
      ...principal(holder),
    })),
    roleBindings: [...roles.values()].map(({ scope, holder }) => ({ role: scope, ...principal(holder) })),
  } satisfies SimulatorData;
}

/** Returns what a tenant has, as a stack that declares all of it. */
export function stackOf({ users, groups, containerPermissions, roleBindings }: SimulatorData): Stack {
  const holderOf = ({ user, group }: { user?: string; group?: string }): Holder => user ?? groupHolder(group!);
  return {
    users: new Map(users!.map(({ userName, active }) => [userName, active === false ? 'disabled' : 'unset'])),
    groups: new Map(groups!.map(({ displayName, members = [] }) => [displayName, members])),
    rights: edgeMap(
      containerPermissions!.map((edge) => ({ scope: edge.container, holder: holderOf(edge), right: edge.right })),
    ),
    roles: edgeMap(roleBindings!.map((edge) => ({ scope: edge.role, holder: holderOf(edge) }))),
    retired: new Set(),
  };
}

/** Returns the declarations of a stack. Objects that exist and are not managed yet are taken over. */
export function declarationsFor({ users, groups, rights, roles, retired }: Stack): Declaration[] {
  const label = (holder: Holder) => addressPart(holder.replace('group:', '').replace(/@.*/, ''));
  const address = (holder: Holder) => `delinea_${isGroup(holder) ? 'group' : 'user'}.${label(holder)}`;
  const idOf = (holder: Holder): Reference => ({ ref: address(holder), attribute: 'id' });
  const principal = (holder: Holder) => ({
    principalType: isGroup(holder) ? 'group' : 'user',
    principalId: idOf(holder),
  });
  const state = { unset: {}, disabled: { active: false }, reactivated: { reactivate: 'T-1' } };
  return [
    ...[...users].map(([userName, is]) =>
      declared('user', label(userName), { userName, adopt: 'always', ...state[is] }),
    ),
    ...[...groups].map(([displayName, members]) =>
      declared('group', addressPart(displayName), {
        displayName,
        members: members.map(idOf),
        adopt: 'always',
        allowEmpty: true,
      }),
    ),
    ...[...rights.values()].map(({ scope, holder, right }) =>
      declared('container-permission', `${addressPart(scope)}_${label(holder)}`, {
        container: scope,
        right,
        ...principal(holder),
      }),
    ),
    ...[...roles.values()].map(({ scope, holder }) =>
      declared('role-binding', `${addressPart(scope)}_${label(holder)}`, { role: scope, ...principal(holder) }),
    ),
    ...[...retired].map((container) =>
      declared('container-permissions', addressPart(container), { container, retired: true, grants: [] }),
    ),
  ];
}

/** Returns a name without the characters that an address cannot hold. */
export function addressPart(name: string): string {
  return name.replace(/[^\w-]/gu, (sign) => `_${sign.codePointAt(0)}_`);
}

import type { Values } from '../../../src/provider/index.js';
import type { SimulatorData } from '../../../src/simulator/index.js';

/** Accounts and groups that the environment protects. The first is managed by the stack, the others are not. */
export const PROTECTED = ['chief@example.com', 'boss@example.com', 'admins'];
export const ADMIN_ROLES = ['Platform Admin'];
/** Most users, members, or rights of one folder that a run may remove without an allowance. */
export const MOST_REMOVED = 5;
export const MOST_REQUESTS = 400;

/** The tenant before the stack is applied. */
export const TENANT: SimulatorData = {
  users: [
    { userName: 'boss@example.com' },
    { userName: 'eve@example.com' },
    { userName: 'gone@example.com', active: false },
  ],
  groups: [{ displayName: 'admins', members: ['boss@example.com'] }],
  containers: ['prod', 'stage'],
  roles: ['Platform Admin', 'Auditor'],
  containerPermissions: [
    { container: 'stage', user: 'boss@example.com', right: 'Owner' },
    { container: 'prod', group: 'admins', right: 'Edit' },
  ],
};

const PEOPLE = ['chief', 'ann', 'bob', 'u0', 'u1', 'u2', 'u3', 'u4', 'u5', 'u6'];
const idOf = (name: string) => `\${delinea_user.${name}.id}`;
const principal = (name: string) => ({ principal_type: 'user', principal_id: idOf(name) });

/** Attributes by type and name. */
export type Resources = Readonly<Record<string, Readonly<Record<string, Values>>>>;

/** The stack of the base branch: one administrator and one Owner of prod, both named by nothing else. */
export const RESOURCES: Resources = {
  delinea_user: {
    ...Object.fromEntries(PEOPLE.map((name) => [name, { user_name: `${name}@example.com` }])),
    u4: { user_name: 'u4@example.com', lifecycle: { prevent_destroy: true } },
  },
  delinea_group: { sre: { display_name: 'sre', members: PEOPLE.slice(1, 9).map(idOf) } },
  delinea_container_permission: {
    ann: { container: 'prod', right: 'Owner', ...principal('ann') },
    bob: { container: 'stage', right: 'Edit', ...principal('bob') },
    sre: {
      container: 'prod',
      right: 'View',
      principal_type: 'group',
      principal_id: '${delinea_group.sre.id}',
    },
  },
  delinea_role_binding: {
    chief: { role: 'Platform Admin', ...principal('chief') },
    bob: { role: 'Auditor', ...principal('bob') },
  },
};

/** Returns the text of a stack, which both engines read. */
export function stackText(resource: Resources, provider: Values, blocks: Values): string {
  return JSON.stringify({
    '//': { metadata: { stackName: 'people' } },
    terraform: { required_providers: { delinea: { source: 'delinea-iac/delinea' } } },
    provider: { delinea: [provider] },
    resource,
    ...blocks,
  });
}

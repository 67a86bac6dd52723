import type { HostileChange } from './hostile-change.js';

const user = (name: string, values: object | null) => ({ delinea_user: { [name]: values as never } });
const MANY = ['u0', 'u1', 'u2', 'u3', 'u4', 'u5'];
const SOME = { members: ['${delinea_user.ann.id}', '${delinea_user.bob.id}'] };
const ofMany = (values: object | null) => ({
  delinea_user: Object.fromEntries(MANY.map((name) => [name, values as never])),
  delinea_group: { sre: SOME },
});
const grants = (principal_type: string, principal_id: string, right: string) => [
  { principal_type, principal_id, right },
];

/** Removals of access, also hidden in settings and blocks. `refused` is what a guard has to name. */
export const HOSTILE_REMOVALS: readonly HostileChange[] = [
  { name: 'a user leaves the code', resource: { ...user('u6', null) }, shown: 'u6@example.com' },
  { name: 'six users leave the code', resource: ofMany(null), refused: 'users' },
  { name: 'six users are disabled', resource: ofMany({ active: false }), refused: 'users' },
  { name: 'a protected user is disabled', resource: user('chief', { active: false }), refused: 'chief@example.com' },
  {
    name: 'a protected user leaves the code',
    resource: { ...user('chief', null), delinea_role_binding: { chief: null } },
    refused: 'chief@example.com',
  },
  {
    name: 'a protected user is handed to another name',
    resource: user('chief', { user_name: 'mallory@example.com' }),
    refused: 'chief@example.com',
  },
  {
    name: 'a protected user is renamed',
    resource: user('chief', { user_name: 'mallory@example.com', previous_names: ['chief@example.com'] }),
    refused: 'chief@example.com',
  },
  {
    name: 'the last administrator loses the role',
    resource: { delinea_role_binding: { chief: null } },
    refused: 'chief@example.com',
  },
  {
    name: 'the last Owner loses the folder',
    resource: { delinea_container_permission: { ann: null } },
    refused: 'prod',
  },
  {
    name: 'the last Owner becomes a viewer',
    resource: { delinea_container_permission: { ann: { right: 'View' } } },
    refused: 'prod',
  },
  { name: 'the last Owner is disabled', resource: user('ann', { active: false }), refused: 'prod' },
  {
    name: 'the last Owner becomes another user',
    resource: { delinea_container_permission: { ann: { principal_id: '${delinea_user.bob.id}' } } },
    shown: 'bob@example.com',
  },
  {
    name: 'a group is emptied',
    resource: { delinea_group: { sre: { members: [], allow_empty: true } } },
    refused: 'sre',
  },
  { name: 'a group is emptied without consent', resource: { delinea_group: { sre: { members: [] } } } },
  {
    name: 'an unmanaged group of protected people is emptied',
    resource: { delinea_group: { r: { display_name: 'admins', members: [], allow_empty: true, adopt: 'always' } } },
    refused: 'boss@example.com',
  },
  {
    name: 'a protected user is adopted and disabled',
    resource: user('r', { user_name: 'boss@example.com', active: false, adopt: 'always' }),
    refused: 'boss@example.com',
  },
  {
    name: 'a protected user is renamed through previous_names',
    resource: user('r', { user_name: 'mallory@example.com', previous_names: ['boss@example.com'], adopt: 'always' }),
    refused: 'boss@example.com',
  },
  {
    name: 'a protected user is imported and disabled',
    resource: user('r', { user_name: 'boss@example.com', active: false }),
    blocks: { import: [{ to: 'delinea_user.r', id: 'boss@example.com' }] },
  },
  {
    name: 'a folder gets an empty list of grants',
    resource: { delinea_container_permissions: { r: { container: 'stage', grants: [], allow_empty: true } } },
    refused: 'stage',
  },
  {
    name: 'a folder gets another Owner than the protected one',
    resource: {
      delinea_container_permissions: {
        r: { container: 'stage', grants: grants('user', '${delinea_user.u0.id}', 'Owner') },
      },
      delinea_container_permission: { bob: null },
    },
    refused: 'boss@example.com',
  },
  {
    name: 'an admin role gets an empty list of holders',
    resource: { delinea_role_bindings: { r: { role: 'Platform Admin', holders: [], allow_empty: true } } },
  },
  {
    name: 'on_removal = delete, to be removed later',
    resource: user('u5', { on_removal: 'delete' }),
    shown: 'on_removal',
  },
  {
    name: 'on_removal = delete and allow_delete',
    provider: { allow_delete: true },
    resource: user('u5', { on_removal: 'delete' }),
    shown: 'on_removal',
  },
  {
    name: 'a user is deleted in the same pull request',
    embeddedOnly: true,
    provider: { allow_delete: true },
    resource: user('u6', null),
    files: [
      {
        path: 'delinea-iac.people.json',
        find: '("address":"delinea_user.u6",.*?"key":)',
        put: '"onRemoval":"delete",$1',
      },
    ],
  },
  {
    name: 'adopt = always on everything',
    resource: user('r', { user_name: 'eve@example.com', title: 'Owner', adopt: 'always' }),
    shown: 'eve@example.com',
  },
  {
    name: 'allow_empty, to be emptied later',
    resource: { delinea_group: { sre: { allow_empty: true } } },
    shown: 'allow_empty',
  },
  {
    name: 'prevent_destroy is taken away',
    resource: user('u4', { lifecycle: { prevent_destroy: false } }),
    shown: 'prevent_destroy',
    embeddedOnly: true,
  },
  {
    name: 'ignore_changes hides drift',
    resource: user('u4', { lifecycle: { prevent_destroy: true, ignore_changes: 'all' } }),
    shown: 'ignore_changes',
    embeddedOnly: true,
  },
  {
    name: 'a disabled account is enabled',
    resource: user('r', { user_name: 'gone@example.com', active: true, adopt: 'always', reactivate: 'T-1' }),
    shown: 'gone@example.com',
  },
  {
    name: 'a user leaves the code without a removal',
    resource: user('u6', null),
    blocks: { removed: [{ from: 'delinea_user.u6', lifecycle: [{ destroy: false }] }] },
  },
  {
    name: 'a user moves to the address of another',
    resource: { delinea_user: { u6: null, r: { user_name: 'u5@example.com' } } },
    blocks: { moved: [{ from: 'delinea_user.u6', to: 'delinea_user.r' }] },
  },
];

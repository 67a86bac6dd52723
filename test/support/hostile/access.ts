import type { SimulatorState } from '../../../src/simulator/index.js';

/** One account that can log in, or one access of it or of a group. Names are those of the state. */
export interface Access {
  /** Equal in two states if it is the same access of the same object, whatever their names are. */
  readonly key: string;
  readonly kind: 'account' | 'member' | 'permission' | 'role';
  readonly holder: string;
  /** Group, folder or role; empty for an account. */
  readonly scope: string;
  readonly right: string;
}

/** Returns all access in a tenant, direct access only. */
export function accessIn({ users, groups, containerPermissions, roleBindings }: SimulatorState): Access[] {
  const ids = new Map<string, string>([
    ...users.map(({ id, userName }) => [`user ${userName}`, id] as [string, string]),
    ...groups.map(({ id, displayName }) => [`group ${displayName}`, id] as [string, string]),
  ]);
  const access = (kind: Access['kind'], holder: string, scope = '', right = ''): Access => {
    const name = holder.slice(holder.indexOf(' ') + 1);
    const scopeKey = kind === 'member' ? (ids.get(`group ${scope}`) ?? scope) : scope;
    return {
      key: JSON.stringify([kind, ids.get(holder) ?? holder, scopeKey, right]),
      kind,
      holder: name,
      scope,
      right,
    };
  };
  const who = ({ user, group }: { user?: string; group?: string }) =>
    user === undefined ? `group ${group}` : `user ${user}`;
  return [
    ...users.filter(({ active }) => active !== false).map(({ userName }) => access('account', `user ${userName}`)),
    ...groups.flatMap(({ displayName, members = [] }) =>
      members.map((member) => access('member', memberOf(member), displayName)),
    ),
    ...containerPermissions.map((row) => access('permission', who(row), row.container, row.right)),
    ...roleBindings.map((row) => access('role', who(row), row.role)),
  ];
}

const memberOf = (member: string) => (member.startsWith('group:') ? `group ${member.slice(6)}` : `user ${member}`);

/** Returns the access of the first state that the second lacks. */
export function lostAccess(before: SimulatorState, after: SimulatorState): Access[] {
  const left = new Set(accessIn(after).map(({ key }) => key));
  return accessIn(before).filter(({ key }) => !left.has(key));
}

/** Returns the names of active users who have an access directly or through groups. */
export function activeHolders(state: SimulatorState, wanted: (access: Access) => boolean): string[] {
  const all = accessIn(state);
  const active = new Set(all.filter(({ kind }) => kind === 'account').map(({ holder }) => holder));
  const reached = new Set(all.filter(wanted).map(({ holder }) => holder));
  for (let size = -1; size !== reached.size; ) {
    size = reached.size;
    for (const { kind, scope, holder } of all) if (kind === 'member' && reached.has(scope)) reached.add(holder);
  }
  return [...reached].filter((name) => active.has(name)).sort();
}

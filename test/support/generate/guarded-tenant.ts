import type { Declaration, Reference } from '../../../src/provider/index.js';
import type { SimulatorData } from '../../../src/simulator/index.js';
import { declared } from '../tenant/declare.js';
import type { Random } from './random.js';

/** A user by name, a group as `group:NAME`. */
export type Holder = string;

/** The declarations of a stack as data. Other objects are not managed. */
export interface Stack {
  readonly users: ReadonlyMap<string, 'unset' | 'disabled' | 'reactivated'>;
  readonly groups: ReadonlyMap<string, readonly Holder[]>;
  /** Rights by container and holder. */
  readonly rights: ReadonlyMap<string, Edge & { readonly right: string }>;
  /** Role bindings by role and holder. */
  readonly roles: ReadonlyMap<string, Edge>;
}

export interface Edge {
  readonly scope: string;
  readonly holder: Holder;
}

/** A tenant with unmanaged objects, a stack that matches it, and changed versions of that stack. */
export interface Case {
  readonly tenant: SimulatorData;
  readonly before: Stack;
  readonly after: readonly Stack[];
}

export const ADMIN_ROLES = ['Platform Admin', 'Vault Admin'];
const ROLES = [...ADMIN_ROLES, 'Auditor'];
const CONTAINERS = ['prod', 'stage', 'test', 'lab'];
const RIGHTS = ['Owner', 'Owner', 'Edit', 'View', 'Add Secret'];

const group = (name: string): Holder => `group:${name}`;
const isGroup = (holder: Holder) => holder.startsWith('group:');
export const edgeKey = ({ scope, holder }: Edge) => `${scope} ${holder}`;

function mapOf<T extends Edge>(edges: readonly T[]): Map<string, T> {
  return new Map(edges.map((edge) => [edgeKey(edge), edge]));
}

/** Draws small, large and nested groups, and folders and roles with many, few or no active holders. */
export function drawCase(random: Random, changes: number): Case {
  const people = Array.from({ length: 8 + random.pick([0, 0, 20, 50]) }, (_, index) => `p${index}@x`);
  const disabled = new Set(random.some(people, 0.15));
  const names = ['g0', 'g1', 'g2', 'g3'];
  const groups = new Map(
    names.map((name, index) => {
      const inner = names.slice(0, index).filter(() => random.chance(0.3));
      return [name, [...random.some(people, random.pick([0, 0.05, 0.3, 0.8])), ...inner.map(group)]];
    }),
  );
  const holders = [...names.map(group), ...random.some(people, random.pick([0.05, 0.3]))];
  const rights = CONTAINERS.flatMap((scope) =>
    random.some(holders, random.pick([0.1, 0.4, 0.9])).map((holder) => ({ scope, holder, right: random.pick(RIGHTS) })),
  );
  const roles = ROLES.flatMap((scope) =>
    random.some(holders, random.pick([0.05, 0.2, 0.9])).map((holder) => ({ scope, holder })),
  );
  const before: Stack = {
    users: new Map(people.map((name) => [name, disabled.has(name) ? 'disabled' : 'unset'])),
    groups,
    rights: mapOf(rights),
    roles: mapOf(roles),
  };
  return {
    tenant: tenantOf(before, drawStrangers(random, people)),
    before,
    after: Array.from({ length: changes }, () => drawAfter(before, random)),
  };
}

/** Draws unmanaged objects: a user, and a group with managed and unmanaged members, which may own the same folders. */
function drawStrangers(random: Random, people: readonly string[]): SimulatorData {
  const active = random.chance(0.6);
  const owners = [{ user: 's0@x' }, { group: 'strange' }].filter(() => random.chance(0.3));
  const owned = [...CONTAINERS, 'theirs'].filter(() => random.chance(0.3));
  return {
    users: [{ userName: 's0@x', active }],
    groups: [
      { displayName: 'strange', members: [...random.some(people, 0.1), ...(random.chance(0.3) ? ['s0@x'] : [])] },
    ],
    containerPermissions: owned.flatMap((container) =>
      owners.map((owner) => ({ container, right: 'Owner', ...owner })),
    ),
    roleBindings: random.chance(0.2) ? [{ role: ADMIN_ROLES[0]!, user: 's0@x' }] : [],
  };
}

function tenantOf({ users, groups, rights, roles }: Stack, strangers: SimulatorData): SimulatorData {
  const principal = (holder: Holder) => (isGroup(holder) ? { group: holder.slice(6) } : { user: holder });
  return {
    users: [...[...users].map(([userName, state]) => ({ userName, active: state === 'unset' })), ...strangers.users!],
    groups: [
      ...[...groups].map(([displayName, members]) => ({ displayName, members: [...members] })),
      ...strangers.groups!,
    ],
    containers: [...CONTAINERS, 'theirs'],
    containerPermissions: [
      ...[...rights.values()].map(({ scope, holder, right }) => ({ container: scope, right, ...principal(holder) })),
      ...strangers.containerPermissions!,
    ],
    roles: ROLES,
    roleBindings: [
      ...[...roles.values()].map(({ scope, holder }) => ({ role: scope, ...principal(holder) })),
      ...strangers.roleBindings!.filter(({ role, user }) => !roles.has(edgeKey({ scope: role, holder: user! }))),
    ],
  };
}

/** Draws a changed stack in which each kind of object loses its own random share, from nothing to everything. */
function drawAfter(before: Stack, random: Random): Stack {
  const share = () => random.pick([0, 0, 0.02, 0.1, 0.3, 0.8, 1]);
  const [lose, disable, leave, empty, revoke, lower, unbind] = Array.from({ length: 7 }, share) as number[];
  const users = new Map(
    [...before.users].flatMap(([name, state]) => {
      if (random.chance(lose!)) return [];
      if (random.chance(disable!)) return [[name, 'disabled' as const]];
      return [[name, state === 'disabled' && random.chance(0.2) ? ('reactivated' as const) : state]];
    }),
  );
  const joined = random.chance(0.5) ? ['n0@x', 'n1@x'] : [];
  for (const name of joined) users.set(name, random.chance(0.3) ? 'disabled' : 'unset');
  const kept = [...before.groups].filter(() => !random.chance(empty! / 2));
  const fresh: [string, readonly Holder[]][] = random.chance(0.3) ? [['g9', random.some([...users.keys()], 0.2)]] : [];
  const there = new Set([...kept, ...fresh].map(([name]) => group(name)));
  const exists = (holder: Holder) => (isGroup(holder) ? there.has(holder) : users.has(holder));
  const groups = new Map([
    ...kept.map(([name, members]) => {
      const stay = members.filter((member) => exists(member) && !random.chance(leave!));
      return [name, [...new Set([...stay, ...random.some(joined, 0.3)])]] as const;
    }),
    ...fresh,
  ]);
  const rights = [...before.rights.values()]
    .filter(({ holder }) => exists(holder) && !random.chance(revoke!))
    .map((edge) => (random.chance(lower!) ? { ...edge, right: random.pick(RIGHTS) } : edge));
  const roles = [...before.roles.values()].filter(({ holder }) => exists(holder) && !random.chance(unbind!));
  const added = [...there, ...users.keys()].filter(() => random.chance(0.04));
  return {
    users,
    groups,
    rights: new Map([
      ...mapOf(added.map((holder) => ({ scope: random.pick(CONTAINERS), holder, right: random.pick(RIGHTS) }))),
      ...mapOf(rights),
    ]),
    roles: new Map([...mapOf(added.map((holder) => ({ scope: random.pick(ROLES), holder }))), ...mapOf(roles)]),
  };
}

export function declarationsFor({ users, groups, rights, roles }: Stack): Declaration[] {
  const label = (holder: Holder) => holder.replace('group:', '').replace('@x', '');
  const address = (holder: Holder) => `delinea_${isGroup(holder) ? 'group' : 'user'}.${label(holder)}`;
  const idOf = (holder: Holder): Reference => ({ ref: address(holder), attribute: 'id' });
  const principal = (holder: Holder) => ({
    principalType: isGroup(holder) ? 'group' : 'user',
    principalId: idOf(holder),
  });
  const state = { unset: {}, disabled: { active: false }, reactivated: { reactivate: 'T-1' } };
  return [
    ...[...users].map(([userName, is]) => declared('user', label(userName), { userName, ...state[is] })),
    ...[...groups].map(([displayName, members]) =>
      declared('group', displayName, { displayName, members: members.map(idOf), allowEmpty: true }),
    ),
    ...[...rights.values()].map(({ scope, holder, right }) =>
      declared('container-permission', `${scope}_${label(holder)}`, { container: scope, right, ...principal(holder) }),
    ),
    ...[...roles.values()].map(({ scope, holder }) =>
      declared('role-binding', `${scope.replace(' ', '_')}_${label(holder)}`, { role: scope, ...principal(holder) }),
    ),
  ];
}

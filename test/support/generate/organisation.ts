import { readFileSync } from 'node:fs';
import type { Declaration, Reference } from '../../../src/provider/index.js';
import { declared } from '../tenant/declare.js';
import type { Random } from './random.js';

type Holder = { readonly user?: string; readonly group?: string };

/** The declared access of an organisation as data, from an example's file or drawn at random. */
export interface Organisation {
  readonly users: readonly { readonly userName: string }[];
  readonly groups: readonly {
    readonly displayName: string;
    readonly description?: string;
    readonly members: readonly string[];
    readonly previously?: readonly string[];
  }[];
  readonly containers: readonly string[];
  readonly containerPermissions: readonly (Holder & { readonly container: string; readonly right: string })[];
  readonly roleBindings: readonly (Holder & { readonly role: string })[];
}

export function readMonth(month: '2026-07' | '2026-08'): Organisation {
  return JSON.parse(readFileSync(`examples/kubernetes-org/data/${month}.json`, 'utf8')) as Organisation;
}

/** Returns the declarations of the organisation. Names that differ only in case give one declaration. */
export function declarationsOf(organisation: Organisation): Declaration[] {
  const label = (name: string) => name.toLowerCase().replace('@example.com', '');
  const users = organisation.users.map(({ userName }) => declared('user', label(userName), { userName }));
  const reference = (name: string): Reference => ({ ref: `delinea_user.${label(name)}`, attribute: 'id' });
  const groups = organisation.groups.map(({ displayName, description, members, previously }) => {
    const settings = previously ? { previousNames: previously } : {};
    const about = description === undefined ? {} : { description };
    return declared('group', displayName, { displayName, ...about, members: members.map(reference), ...settings });
  });
  const holder = ({ user, group }: Holder) =>
    user === undefined
      ? { principalType: 'group', principalId: { ref: `delinea_group.${group}`, attribute: 'id' } }
      : { principalType: 'user', principalId: reference(user) };
  const named = (edge: Holder) => edge.group ?? label(edge.user!);
  return [
    ...users,
    ...groups,
    ...organisation.containerPermissions.map((edge) =>
      declared('container-permission', `${edge.container}_${named(edge)}`, {
        container: edge.container,
        right: edge.right,
        ...holder(edge),
      }),
    ),
    ...organisation.roleBindings.map((edge) =>
      declared('role-binding', `${label(edge.role)}_${named(edge)}`.replaceAll(' ', '_'), {
        role: edge.role,
        ...holder(edge),
      }),
    ),
  ];
}

const RIGHTS = ['View', 'Edit', 'Add Secret', 'Owner'] as const;
export const ROLES = ['Platform Admin', 'Auditor'] as const;
const CONTAINERS = ['prod', 'stage', 'test'] as const;

/** Draws ten users in five groups with rights on three folders. */
export function drawOrganisation(random: Random): Organisation {
  const people = Array.from({ length: 10 }, (_, index) => `p${index}@example.com`);
  const groups = Array.from({ length: 5 }, (_, index) => ({
    displayName: `g${index}`,
    description: `Group ${random.below(3)}`,
    members: random.some(people, 0.5),
  }));
  const holders: Holder[] = [
    ...groups.map(({ displayName }) => ({ group: displayName })),
    ...random.some(people, 0.2).map((user) => ({ user })),
  ];
  return {
    users: people.map((userName) => ({ userName })),
    groups,
    containers: CONTAINERS,
    containerPermissions: CONTAINERS.flatMap((container) =>
      random.some(holders, 0.4).map((holder) => ({ container, right: random.pick(RIGHTS), ...holder })),
    ),
    roleBindings: ROLES.flatMap((role) => random.some(people, 0.3).map((user) => ({ role, user }))),
  };
}

/** Draws a changed organisation: users join and leave, groups appear, leave and change, rights and roles move. */
export function drawChange(before: Organisation, random: Random): Organisation {
  const stay = before.users.filter(() => random.chance(0.85));
  const joined = Array.from({ length: random.below(3) }, (_, index) => ({ userName: `n${index}@example.com` }));
  const users = [...stay, ...joined];
  const here = new Set(users.map(({ userName }) => userName));
  const people = [...here];
  const kept = before.groups
    .filter(() => random.chance(0.85))
    .map(({ displayName, description, members }) => {
      const changed = members.filter((name) => here.has(name) && random.chance(0.9)).concat(random.some(people, 0.1));
      return {
        displayName,
        description: random.chance(0.2) ? `Group ${random.below(9)}` : description!,
        members: [...new Set(changed)],
      };
    })
    // An empty list for a group with members is refused without allowEmpty, which has its own tests.
    .map((group) => ({ ...group, members: group.members.length > 0 ? group.members : people.slice(0, 1) }));
  const groups = random.chance(0.3)
    ? [...kept, { displayName: 'g9', description: 'New', members: random.some(people, 0.5) }]
    : kept;
  const there = new Set(groups.map(({ displayName }) => displayName));
  const exists = ({ user, group }: Holder) => (user === undefined ? there.has(group!) : here.has(user));
  const rights = before.containerPermissions
    .filter((edge) => exists(edge) && random.chance(0.85))
    .map((edge) => ({ ...edge, right: random.chance(0.3) ? random.pick(RIGHTS) : edge.right }));
  const roles = before.roleBindings.filter((edge) => exists(edge) && random.chance(0.85));
  const newcomer = random.pick(people);
  const fresh = (role: string) => !roles.some((edge) => edge.role === role && edge.user === newcomer);
  return {
    users,
    groups,
    containers: before.containers,
    containerPermissions: rights,
    roleBindings: [
      ...roles,
      ...ROLES.filter(fresh)
        .slice(0, random.below(2))
        .map((role) => ({ role, user: newcomer })),
    ],
  };
}

import type { Declaration, PlanInput, Values } from '../../../src/provider/index.js';
import type { SimulatorData, SimulatorOptions } from '../../../src/simulator/index.js';
import { bind, grant, group, membersOf, user } from '../tenant/declare.js';

/** Routing and tenant variant of a run, on which the effect of a fault depends. */
export interface Profile {
  readonly name: string;
  readonly tenant: Pick<SimulatorOptions, 'idSpaces' | 'leanLists' | 'uniquePermissions'>;
  readonly provider: Readonly<Record<string, unknown>>;
}

const routed = (users: string, groups: string) => ({
  routing: [
    { kind: 'user', surface: users },
    { kind: 'group', surface: groups },
  ],
});
const ONE_SPACE = { surfaces: [{ name: 'scim-cloud', idSpace: 'platform' }] };

export const PROFILES: readonly Profile[] = [
  {
    name: 'users over REST, split ids, lean lists, one at a time',
    tenant: { idSpaces: 'split', leanLists: true, uniquePermissions: true },
    provider: { concurrency: 1 },
  },
  {
    name: 'users over SCIM, split ids, one at a time',
    tenant: { idSpaces: 'split', leanLists: false, uniquePermissions: false },
    provider: { concurrency: 1, ...routed('platform-scim', 'platform-scim') },
  },
  {
    name: 'all over REST, shared ids, lean lists',
    tenant: { idSpaces: 'shared', leanLists: true, uniquePermissions: false },
    provider: { ...routed('platform-rest', 'platform-rest'), ...ONE_SPACE },
  },
  {
    name: 'users over SCIM, shared ids',
    tenant: { idSpaces: 'shared', leanLists: false, uniquePermissions: true },
    provider: { ...routed('platform-scim', 'platform-rest'), ...ONE_SPACE },
  },
];

/** One run from `start`, which tenant and ledger already match, to `target`. */
export interface Scenario {
  readonly name: string;
  readonly data: SimulatorData;
  readonly start: readonly Declaration[];
  readonly target: readonly Declaration[];
  readonly input?: Partial<PlanInput>;
}

/** Objects that no stack of these scenarios declares. */
const UNMANAGED = {
  users: [{ userName: 'stranger@example.com', title: 'Owner of everything' }],
  groups: [{ displayName: 'others', description: 'theirs', members: ['stranger@example.com'] }],
  containerPermissions: [{ container: 'prod', user: 'stranger@example.com', right: 'Owner' }],
  roleBindings: [{ role: 'Auditor', user: 'stranger@example.com' }],
};

function tenantWith({
  users = [],
  groups = [],
  containerPermissions = [],
  roleBindings = [],
}: SimulatorData): SimulatorData {
  return {
    users: [...users, ...UNMANAGED.users],
    groups: [...groups, ...UNMANAGED.groups],
    containers: ['prod', 'test'],
    containerPermissions: [...containerPermissions, ...UNMANAGED.containerPermissions],
    roleBindings: [...roleBindings, ...UNMANAGED.roleBindings],
    roles: ['Auditor', 'Admin'],
  };
}

/** Returns a user with its own externalId, which writes over SCIM need. */
const person = (name: string, values: Values = {}) => user(name, { externalId: `hr-${name}`, ...values });
const seeded = (name: string, more: object = {}) => ({
  userName: `${name}@example.com`,
  externalId: `hr-${name}`,
  ...more,
});

const jane = person('jane', { title: 'SRE' });
const tom = person('tom');
const sre = group('sre', { description: 'on call', ...membersOf(jane, tom) });

/** Jane and Tom in a group, with rights and roles of the users and of the group. */
const TEAM = [
  jane,
  tom,
  sre,
  grant('sre_prod', 'prod', sre, 'Edit'),
  grant('jane_test', 'test', jane, 'View'),
  bind('jane_auditor', 'Auditor', jane),
  bind('sre_admin', 'Admin', sre),
];
const TEAM_DATA = tenantWith({
  users: [seeded('jane', { title: 'SRE' }), seeded('tom')],
  groups: [{ displayName: 'sre', description: 'on call', members: ['jane@example.com', 'tom@example.com'] }],
  containerPermissions: [
    { container: 'prod', group: 'sre', right: 'Edit' },
    { container: 'test', user: 'jane@example.com', right: 'View' },
  ],
  roleBindings: [
    { role: 'Auditor', user: 'jane@example.com' },
    { role: 'Admin', group: 'sre' },
  ],
});

const team = { data: TEAM_DATA, start: TEAM };

/** Returns the team with changed declarations; `false` removes one. */
function teamWith(changes: Readonly<Record<string, Declaration | false>>): Declaration[] {
  const nameOf = ({ address }: Declaration) => address.slice(address.lastIndexOf('.') + 1);
  return TEAM.flatMap((declaration) => {
    const change = changes[nameOf(declaration)];
    return change === false ? [] : [change ?? declaration];
  });
}

export const SCENARIOS: readonly Scenario[] = [
  {
    name: 'create',
    data: tenantWith({}),
    start: [],
    target: [jane, tom, sre, grant('sre_prod', 'prod', sre, 'Edit'), bind('jane_auditor', 'Auditor', jane)],
  },
  {
    name: 'update',
    ...team,
    target: teamWith({
      jane: person('jane', { title: 'Lead', displayName: 'Jane' }),
      sre: group('sre', { description: 'by day', ...membersOf(jane) }),
    }),
  },
  {
    name: 'rename',
    ...team,
    target: teamWith({
      jane: person('jane', { title: 'SRE', userName: 'jane.doe@example.com', previousNames: ['jane@example.com'] }),
      sre: group('sre', { displayName: 'operations', description: 'on call', ...membersOf(jane, tom) }),
    }),
  },
  {
    name: 'replace',
    ...team,
    target: teamWith({
      sre_prod: grant('sre_prod', 'prod', sre, 'View'),
      jane_test: grant('jane_test', 'test', jane, 'Owner'),
    }),
  },
  { name: 'revoke', ...team, target: teamWith({ sre_prod: false, jane_test: false, sre_admin: false }) },
  {
    name: 'deactivate',
    ...team,
    target: [jane, group('sre', { description: 'on call', ...membersOf(jane) }), bind('jane_auditor', 'Auditor', jane)],
  },
  {
    name: 'reactivate',
    data: tenantWith({
      users: [seeded('jane', { title: 'SRE', active: false }), seeded('tom', { active: false })],
      groups: [{ displayName: 'sre', members: ['jane@example.com'] }],
      roleBindings: [{ role: 'Auditor', user: 'jane@example.com' }],
    }),
    start: [
      person('jane', { title: 'SRE', active: false }),
      person('tom', { active: false }),
      group('sre', membersOf(jane)),
      bind('jane_auditor', 'Auditor', jane),
    ],
    target: [
      person('jane', { title: 'SRE', active: true, reactivate: 'TICKET-7' }),
      person('tom', { title: 'back', active: true }),
      group('sre', membersOf(jane, tom)),
      bind('jane_auditor', 'Auditor', jane),
    ],
    input: { reactivate: ['tom@example.com'] },
  },
];

/** All kinds on Secret Server, which changes rights in place and has members and roles in lists of their own. */
export const SECRET_SERVER: Profile = {
  name: 'all on Secret Server, one at a time',
  tenant: {},
  provider: { concurrency: 1, profile: 'secret-server' },
};

/** The scenarios with the attributes that Secret Server has. It cannot rename a user, so `rename` is left out. */
export const SECRET_SERVER_SCENARIOS: readonly Scenario[] = SCENARIOS.filter(({ name }) => name !== 'rename').map(
  ({ start, target, data, ...scenario }) => ({
    ...scenario,
    data: { ...data, users: (data.users ?? []).map(onSecretServer) },
    start: start.map((each) => ({ ...each, values: onSecretServer(each.values) })),
    target: target.map((each) => ({ ...each, values: onSecretServer(each.values) })),
  }),
);

/** Returns values with the display name instead of the title, and with a secret right that changes with the right. */
function onSecretServer<V extends Values>({ title, externalId: _, description: __, ...values }: V) {
  const { right } = values;
  return {
    ...values,
    ...(title !== undefined && { displayName: title }),
    ...(right !== undefined && { secretRight: right === 'View' ? 'List' : 'Edit' }),
  };
}

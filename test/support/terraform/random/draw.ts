import type { SimulatorData } from '../../../../src/simulator/index.js';
import type { Random } from '../../generate/random.js';
import type { Block, HclValue } from './configuration.js';

/** The tenant before the first apply. */
export const BEFORE = {
  users: [
    live('boss@example.com', { displayName: 'Boss' }),
    live('Known0@Example.com', { title: 'Old', emails: [{ value: 'K0@example.com', primary: true }] }),
    live('known1@example.com', { department: 'Old', manager: 'boss@example.com' }),
  ],
  groups: [
    { displayName: 'Others', description: 'Not ours', members: ['boss@example.com'] },
    { displayName: 'Known Group', description: 'Old', members: ['boss@example.com'] },
  ],
  containers: [
    'Prod',
    'stage',
    { name: 'db', parent: 'Prod' },
    { name: 'logs', parent: 'Prod' },
    { name: 'logs', parent: 'stage' },
  ],
  containerPermissions: [
    { container: 'Prod', user: 'boss@example.com', right: 'Owner' },
    { container: 'stage', user: 'boss@example.com', right: 'Owner' },
  ],
  roles: ['Auditor', 'Night Watch'],
  roleBindings: [{ role: 'Auditor', user: 'boss@example.com' }],
} satisfies SimulatorData;

interface LiveUser {
  displayName?: string;
  title?: string;
  department?: string;
  manager?: string;
  emails?: { value: string; primary: boolean }[];
}

function live(
  userName: string,
  { emails = [], ...more }: LiveUser,
): LiveUser & { userName: string; emails: NonNullable<LiveUser['emails']> } {
  return { userName, emails, ...more };
}

export const BOSS = { ref: 'data.delinea_user.boss.id' };

/** Each container in the spellings that code may use; the first is that of the tenant. */
const CONTAINERS = [
  ['Prod', 'prod', '/Prod', '1'],
  ['stage', 'STAGE', '2'],
  ['db', '/prod/DB'],
  ['/Prod/logs'],
  ['/stage/logs'],
] as const;
const ROLES = [
  ['Auditor', 'AUDITOR'],
  ['Night Watch', 'night watch'],
] as const;
const RIGHTS = ['View', 'Edit', 'Add Secret', 'Owner'] as const;
const TEXTS = ['Ops', 'ops', 'Zoë Łukasz 🦊', 'Zoe\u0308', '100% ${x} %{y}', ' two  spaces ', 'a"b\\c', '0'] as const;

/** Draws unset, null, empty or, in half of the cases, a text. */
function drawText(random: Random, prefixes: readonly HclValue[] = []): HclValue | undefined {
  const way = random.below(10);
  if (way < 3) return undefined;
  if (way === 3) return null;
  if (way === 4) return '';
  return way === 5 && prefixes.length > 0 ? random.pick(prefixes) : random.pick(TEXTS);
}

/** @param others addresses of users whose ids an e-mail address may contain, so that it is unknown at first */
function drawEmails(random: Random, others: readonly string[]): HclValue | undefined {
  const way = random.below(8);
  if (way < 2) return undefined;
  if (way === 2) return null;
  if (way === 3) return [];
  const addresses = random.some(['a@example.com', 'B@Example.com', 'c@example.com', 'ü@example.com'], 0.6);
  const first = random.below(4);
  const made = random
    .some(others.slice(0, 1), 0.2)
    .map((one): HclValue => ({ fields: { value: { prefix: 'm-', ref: `${one}.id` } } }));
  const written = addresses.map((value, index): HclValue => {
    const primary = index === first ? true : random.pick([undefined, false, null]);
    return {
      fields: {
        value: random.chance(0.2) ? value.toUpperCase() : value,
        ...(primary === undefined ? {} : { primary }),
      },
    };
  });
  return [...made, ...written];
}

function drawPhones(random: Random): HclValue | undefined {
  if (random.chance(0.6)) return random.pick([undefined, null, []]);
  return random.some(['+1 1', '+49 30'], 0.7).map((value) => ({
    fields: { value, ...(random.chance(0.5) ? { type: random.pick(['work', 'mobile']) } : {}) },
  }));
}

/** Draws the attributes of a user except name and settings. @param others addresses of users it may refer to */
export function drawUserValues(random: Random, others: readonly string[]): Record<string, HclValue | undefined> {
  const prefixes = others.map((address) => ({ prefix: 'by ', ref: `${address}.id` }));
  const manager = random.pick<HclValue | undefined>([
    undefined,
    undefined,
    null,
    '',
    BOSS,
    ...others.map((one) => ({ ref: `${one}.id` })),
  ]);
  return {
    display_name: drawText(random, prefixes),
    given_name: drawText(random),
    family_name: drawText(random),
    title: drawText(random, prefixes),
    department: drawText(random),
    emails: drawEmails(random, others),
    phone_numbers: drawPhones(random),
    manager,
    active: random.pick([undefined, undefined, null, true, false]),
  };
}

export function drawMembers(random: Random, principals: readonly HclValue[]): HclValue | undefined {
  const way = random.below(6);
  if (way === 0) return undefined;
  if (way === 1) return null;
  return random.some(principals, 0.5);
}

export interface Principal {
  readonly kind: 'user' | 'group';
  readonly id: HclValue;
}

export function drawConfiguration(random: Random): Block[] {
  const blocks: Block[] = [];
  const users: string[] = [];
  const add = (type: string, name: string, values: Record<string, HclValue | undefined>) => {
    blocks.push({ type, name, values: defined(values) });
    return `${type}.${name}`;
  };
  for (let index = 0; index < 2 + random.below(4); index++) {
    const external = random.pick([undefined, undefined, `key-${index}`]);
    users.push(
      add('delinea_user', `u${index}`, {
        user_name: random.pick([`p${index}@example.com`, `P${index}@Example.com`, `ö${index}@example.com`]),
        ...drawUserValues(random, users),
        external_id: external,
        on_removal: random.pick([undefined, undefined, null, 'deactivate', 'retain', 'delete']),
        previous_names: random.pick<HclValue | undefined>([undefined, undefined, null, [`old${index}@example.com`]]),
      }),
    );
  }
  for (const index of random.some([0, 1], 0.4)) {
    users.push(
      add('delinea_user', `k${index}`, {
        user_name: `known${index}@example.com`,
        ...drawUserValues(random, users),
        active: random.pick([undefined, null, true]),
        adopt: 'always',
        on_removal: random.pick([undefined, 'retain']),
      }),
    );
  }
  const members: HclValue[] = [BOSS, ...users.map((one) => ({ ref: `${one}.id` }))];
  const groups: string[] = [];
  for (let index = 0; index < 1 + random.below(3); index++) {
    const known = index === 2;
    groups.push(
      add('delinea_group', `g${index}`, {
        display_name: known ? 'known group' : random.pick([`Group ${index}`, `grüppe ${index}`]),
        description: drawText(
          random,
          users.slice(0, 1).map((one) => ({ prefix: 'of ', ref: `${one}.id` })),
        ),
        members: drawMembers(random, members),
        allow_empty: true,
        on_removal: random.pick([undefined, null, 'deactivate', 'retain', 'delete']),
        ...(known ? { adopt: 'always' } : {}),
      }),
    );
    members.push({ ref: `${groups.at(-1)}.id` });
  }
  const principals = [
    ...users.map((one): Principal => ({ kind: 'user', id: { ref: `${one}.id` } })),
    ...groups.map((one): Principal => ({ kind: 'group', id: { ref: `${one}.id` } })),
  ];
  CONTAINERS.forEach((ways, scope) => {
    const container = random.pick(ways);
    if (random.chance(0.3))
      add('delinea_container_permissions', `c${scope}`, {
        container,
        grants: drawGrants(random, principals),
        adopt: 'always',
        allow_empty: true,
        on_removal: drawEdgeRemoval(random),
      });
    else {
      for (const [index, { kind, id }] of principals.entries()) {
        if (!random.chance(0.25)) continue;
        add('delinea_container_permission', `c${scope}_${index}`, {
          container: random.pick(ways),
          principal_type: kind,
          principal_id: id,
          right: random.pick(RIGHTS),
          adopt: 'always',
          on_removal: drawEdgeRemoval(random),
        });
      }
    }
  });
  ROLES.forEach((ways, scope) => {
    const role = random.pick(ways);
    if (random.chance(0.3))
      add('delinea_role_bindings', `r${scope}`, {
        role,
        holders: drawHolders(random, principals),
        adopt: 'always',
        allow_empty: true,
        on_removal: drawEdgeRemoval(random),
      });
    else {
      for (const [index, { kind, id }] of principals.entries()) {
        if (random.chance(0.25))
          add('delinea_role_binding', `r${scope}_${index}`, {
            role: random.pick(ways),
            principal_type: kind,
            principal_id: id,
            on_removal: drawEdgeRemoval(random),
          });
      }
    }
  });
  return blocks;
}

export function drawEdgeRemoval(random: Random): HclValue | undefined {
  return random.pick([undefined, undefined, null, 'revoke', 'retain']);
}

export function drawRight(random: Random): HclValue {
  return random.pick(RIGHTS);
}

export function drawGrants(random: Random, principals: readonly Principal[]): HclValue {
  const boss: Principal[] = random.chance(0.7) ? [{ kind: 'user', id: BOSS }] : [];
  return [...boss, ...random.some(principals, 0.4)].map(({ kind, id }) => ({
    fields: { principal_type: kind, principal_id: id, right: drawRight(random) },
  }));
}

export function drawHolders(random: Random, principals: readonly Principal[]): HclValue {
  return random.some(principals, 0.4).map(({ kind, id }) => ({ fields: { principal_type: kind, principal_id: id } }));
}

/** Returns the values without undefined ones. */
export function defined(values: Readonly<Record<string, HclValue | undefined>>): Record<string, HclValue> {
  return Object.fromEntries(
    Object.entries(values).filter((entry): entry is [string, HclValue] => entry[1] !== undefined),
  );
}

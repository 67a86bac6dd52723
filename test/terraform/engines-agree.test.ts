import { describe, expect, jest } from '@jest/globals';
import type { Simulator, SimulatorData } from '../../src/simulator/index.js';
import { type Blocks, openTwoEngines, type TwoEngines } from '../support/tenant/two-engines.js';
import { oneLine as outputOf } from '../support/terraform/tenant.js';
import { terraformTest } from '../support/terraform/terraform-test.js';

jest.setTimeout(120_000);

const DATA: SimulatorData = {
  users: [{ userName: 'idle@example.com', active: false }, { userName: 'bob@example.com' }],
  containers: ['prod', 'old'],
  roles: ['Auditor'],
};

const id = (type: string, name: string) => `\${delinea_${type}.${name}.id}`;
const to = (name: string, type = 'user') => ({ principal_type: type, principal_id: id(type, name) });
const users = (count: number, more: object = {}) =>
  Object.fromEntries(
    Array.from({ length: count }, (_, index) => [`u${index}`, { user_name: `u${index}@example.com`, ...more }]),
  );
const groups = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`g${index}`, { display_name: `g${index}` }]));
const jane = { user_name: 'jane@example.com' };

/** One stack that both engines refuse, or warn about, in the same words. */
interface Scenario {
  readonly settings?: object;
  /** Applied by both engines first. */
  readonly before?: Blocks;
  /** What happens in the tenant afterwards. */
  readonly outside?: (sim: Simulator) => void;
  readonly after: Blocks;
  /** Beside the resources, for example import blocks. */
  readonly more?: (sim: Simulator) => object;
  /** Messages that both engines have. A plain text is the message of both. */
  readonly messages: readonly (string | ((sim: Simulator) => string))[];
  /** What each front end proposes. */
  readonly remedies?: { readonly cli: string; readonly terraform: string };
}

const SCENARIOS: Readonly<Record<string, Scenario>> = {
  'two declarations of one name in different case': {
    after: { delinea_user: { a: jane, b: { user_name: 'JANE@example.com' } } },
    messages: ['@example.com is declared twice'],
  },
  'two declarations of one live object': {
    after: {
      delinea_user: Object.fromEntries(
        ['ann', 'bea'].map((name) => [
          name,
          { user_name: `${name}@example.com`, previous_names: ['bob@example.com'], adopt: 'always' },
        ]),
      ),
    },
    messages: ['@example.com: two declarations refer to this object'],
  },
  'one scope with an authoritative and an additive resource': {
    before: { delinea_user: { a: jane } },
    after: {
      delinea_user: { a: jane },
      delinea_container_permissions: { all: { container: 'prod', grants: [{ ...to('a'), right: 'Owner' }] } },
      delinea_container_permission: { one: { container: '/prod', ...to('a'), right: 'View' } },
    },
    messages: ['is managed both by an authoritative resource and individually'],
  },
  'a list of members and a membership of one group': {
    before: {
      delinea_user: { a: jane, b: { user_name: 'joe@example.com' } },
      delinea_group: { g: { display_name: 'g' } },
    },
    after: {
      delinea_user: { a: jane, b: { user_name: 'joe@example.com' } },
      delinea_group: { g: { display_name: 'g', members: [id('user', 'a')] } },
      delinea_group_membership: { one: { group: id('group', 'g'), ...to('b') } },
    },
    messages: ['is managed both by an authoritative resource and individually'],
  },
  'one principal twice in an authoritative set': {
    before: { delinea_user: { a: jane } },
    after: {
      delinea_user: { a: jane },
      delinea_container_permissions: {
        all: {
          container: 'prod',
          grants: [
            { ...to('a'), right: 'Owner' },
            { ...to('a'), right: 'View' },
          ],
        },
      },
    },
    messages: [' on prod is declared twice; the other declaration is '],
  },
  'an import whose text is the name of one user and the id of another': {
    outside: (sim) => {
      sim.admin.addUser({ userName: idOf(sim, 'bob@example.com') });
    },
    after: { delinea_user: { bob: { user_name: 'bob@example.com' } } },
    more: (sim) => ({ import: [{ to: 'delinea_user.bob', id: idOf(sim, 'bob@example.com') }] }),
    messages: [(sim) => `"${idOf(sim, 'bob@example.com')}" is the name of one and the id of another user`],
  },
  'members that the response leaves out': {
    before: {
      delinea_user: users(2),
      delinea_group: { g: { display_name: 'g', members: [id('user', 'u0'), id('user', 'u1')] } },
    },
    outside: (sim) =>
      sim.faults.set({ faults: [{ kind: 'dropFields', method: 'GET', path: '/Groups', fields: ['members'] }] }),
    after: { delinea_user: users(2), delinea_group: { g: { display_name: 'g', members: [id('user', 'u0')] } } },
    messages: ['the response leaves out members, although 2 are known'],
  },
  'more missing objects than may be': {
    before: { delinea_group: groups(10) },
    outside: (sim) => {
      for (let index = 0; index < 4; index++) sim.admin.deleteGroup(`g${index}`);
    },
    after: { delinea_group: groups(10) },
    messages: ['4 of 10 managed groups are not visible on the Platform SCIM'],
    remedies: { cli: '--allow-missing 4', terraform: 'DELINEA_ALLOW_MISSING=4' },
  },
  'a mass removal': {
    before: { delinea_user: users(8) },
    after: { delinea_user: users(2) },
    messages: ['6 of 8 users would be disabled or removed'],
    remedies: { cli: '--allow-removals 6', terraform: 'DELINEA_ALLOW_REMOVALS=6' },
  },
  'a protected principal': {
    settings: { protected_principals: ['jane@example.com'] },
    before: { delinea_user: { a: jane } },
    after: { delinea_user: { a: { ...jane, active: false } } },
    messages: ['jane@example.com would be disabled or removed'],
    remedies: {
      cli: '--allow-principal "jane@example.com"',
      terraform: `DELINEA_ALLOW_PRINCIPALS='["jane@example.com"]'`,
    },
  },
  'the last Owner of a container': {
    before: {
      delinea_user: { a: jane },
      delinea_container_permission: { own: { container: 'prod', ...to('a'), right: 'Owner' } },
    },
    after: { delinea_user: { a: jane } },
    messages: ['container prod would be left without an active Owner'],
    remedies: { cli: '--allow-orphan "prod"', terraform: `DELINEA_ALLOW_ORPHANS='["prod"]'` },
  },
  'a disabled account without consent': {
    after: { delinea_user: { idle: { user_name: 'idle@example.com', active: true } } },
    messages: ['idle@example.com is disabled'],
    remedies: { cli: 'reactivate = "<ticket or date>"', terraform: 'reactivate = "<ticket or date>"' },
  },
  'an account that was deleted outside of code': {
    before: { delinea_user: { a: jane, b: { user_name: 'tom@example.com' } } },
    outside: (sim) => sim.admin.deleteUser('jane@example.com'),
    after: { delinea_user: { a: jane, b: { user_name: 'tom@example.com' } } },
    messages: ['was deleted outside of code and is not created again without consent'],
    remedies: { cli: 'reactivate = "<ticket or date>"', terraform: 'reactivate = "<ticket or date>"' },
  },
  'an account that is handed to another name': {
    before: { delinea_user: { lead: jane } },
    after: { delinea_user: { lead: { user_name: 'joiner@example.com' } } },
    messages: [
      'jane@example.com would be renamed to joiner@example.com, with its login, permissions and roles',
      'add jane@example.com to previous_names',
    ],
  },
  'an existing permission that would be lowered': {
    before: { delinea_user: { a: jane } },
    outside: (sim) => sim.admin.grant('prod', { user: 'jane@example.com' }, 'Owner'),
    after: {
      delinea_user: { a: jane },
      delinea_container_permission: { p: { container: 'prod', ...to('a'), right: 'View' } },
    },
    messages: ['Owner of jane@example.com on prod exists already, is not managed, and would become View'],
    remedies: { cli: 'adopt = "always"', terraform: 'adopt = "always"' },
  },
  'a new authoritative set that would take access away': {
    before: { delinea_user: { a: jane } },
    outside: (sim) => sim.admin.bindRole('Auditor', { user: 'bob@example.com' }),
    after: {
      delinea_user: { a: jane },
      delinea_role_bindings: { all: { role: 'Auditor', holders: [to('a')] } },
    },
    messages: ['access exists already and is not managed: Auditor of bob@example.com would be revoked'],
    remedies: { cli: 'adopt = "always"', terraform: 'adopt = "always"' },
  },
  'a container whose name is nearly that of another': {
    before: { delinea_user: { a: jane } },
    after: {
      delinea_user: { a: jane },
      delinea_container_permission: { p: { container: 'prd', ...to('a'), right: 'View' } },
    },
    messages: ['there is no container "prd" on the SCIM Cloud Connector'],
    remedies: { cli: 'Did you mean "prod"', terraform: 'Did you mean "prod"' },
  },
  'an account of an identity provider': {
    outside: (sim) => {
      sim.admin.addUser({ userName: 'eva@example.com', externalId: 'idp-eva', displayName: 'Eva' });
    },
    after: { delinea_user: { eva: { user_name: 'eva@example.com', display_name: 'Other', adopt: 'always' } } },
    messages: ['"idp-eva"'],
  },
};

function idOf(sim: Simulator, userName: string): string {
  return sim.state().users.find((user) => user.userName === userName)!.id;
}

const oneLine = (text: string) => text.replace(/\s+/g, ' ');

interface Refused {
  readonly sim: Simulator;
  readonly text: string;
}

/** Brings a tenant of its own to where both engines are asked. */
async function refusedBy(
  { settings, before, outside, after, more }: Scenario,
  first: (engines: TwoEngines) => Promise<number | null>,
  asked: (engines: TwoEngines) => Promise<{ code: number | null; text: string }>,
  check: (refused: Refused) => void,
): Promise<void> {
  const engines = await openTwoEngines({ data: DATA }, settings);
  try {
    if (before) {
      engines.declare(before);
      expect(await first(engines)).toBe(0);
    }
    outside?.(engines.sim);
    engines.declare(after, more?.(engines.sim));
    engines.sim.resetRequests();
    const { code, text } = await asked(engines);
    expect({ code: code === 0, text }).toEqual({ code: false, text });
    expect({ text, writes: engines.sim.requests.writes }).toEqual({ text, writes: 0 });
    check({ sim: engines.sim, text });
  } finally {
    await engines.close();
  }
}

const APPLY = ['--auto-approve'] as const;

describe('both engines refuse alike', () => {
  for (const [name, scenario] of Object.entries(SCENARIOS)) {
    terraformTest(name, async () => {
      const expectAlike =
        (remedy: string | undefined) =>
        ({ sim, text }: Refused) => {
          for (const message of scenario.messages)
            expect(text).toContain(typeof message === 'string' ? message : message(sim));
          if (remedy !== undefined) expect(text).toContain(remedy);
        };
      await refusedBy(
        scenario,
        async ({ cli, folder }) => (await cli('apply', folder.path, ...APPLY, '--init-ledger')).code,
        async ({ cli, folder }) => {
          const { code, out, err } = await cli(
            'apply',
            folder.path,
            ...APPLY,
            ...(scenario.before ? [] : ['--init-ledger']),
          );
          return { code, text: oneLine(`${out}\n${err}`) };
        },
        expectAlike(scenario.remedies?.cli),
      );
      await refusedBy(
        scenario,
        async ({ folder }) => {
          const { code, out, err } = await folder.run(['apply', '-auto-approve', '-no-color']);
          if (code !== 0) throw new Error(out + err);
          return code;
        },
        async ({ folder }) => outputOf(await folder.run(['plan', '-no-color'])),
        expectAlike(scenario.remedies?.terraform),
      );
    });
  }
});

describe('both engines announce alike', () => {
  const people = { a: jane };
  const group = (members: readonly string[]) => ({ g: { display_name: 'g', members, allow_empty: true } });
  const rights = {
    own: { container: 'prod', ...to('a'), right: 'View' },
    through: { container: 'prod', ...to('g', 'group'), right: 'Edit' },
  };
  const before: Blocks = {
    delinea_user: people,
    delinea_group: group([id('user', 'a')]),
    delinea_container_permission: rights,
  };
  const planned = (members: readonly string[]): Blocks => ({
    ...before,
    delinea_user: { a: { ...jane, reactivate: 'T-1' } },
    delinea_group: group(members),
  });
  const plans = {
    cli: async ({ cli, folder }: TwoEngines) => oneLine((await cli('plan', folder.path)).out),
    terraform: async ({ folder }: TwoEngines) => outputOf(await folder.run(['plan', '-no-color'])).text,
  };

  for (const [engine, plan] of Object.entries(plans)) {
    terraformTest(`${engine}: the access that an account regains, as the plan leaves it`, async () => {
      const engines = await openTwoEngines({ data: DATA });
      try {
        engines.declare(before);
        const { folder } = engines;
        if (engine === 'cli') await engines.cli('apply', folder.path, ...APPLY, '--init-ledger');
        else await folder.run(['apply', '-auto-approve']);
        engines.sim.admin.setActive('jane@example.com', false);
        engines.declare(planned([id('user', 'a')]));
        const stays = await plan(engines);
        for (const access of ['View of jane@example.com on prod', 'member of g', 'Edit of g on prod']) {
          expect(stays).toContain(access);
        }
        engines.declare(planned([]));
        const leaves = await plan(engines);
        expect(leaves).toContain('View of jane@example.com on prod');
        for (const access of ['member of g', 'Edit of g on prod']) expect(leaves).not.toContain(access);
      } finally {
        await engines.close();
      }
    });
  }
});

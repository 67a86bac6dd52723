import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { settingAttributes, snakeCase } from '../../src/provider/index.js';
import { watchSockets } from '../support/hostile/connections.js';
import { embeddedEngine, embeddedTenants } from '../support/hostile/embedded-engine.js';
import { LEDGER, LOG } from '../support/hostile/files-catalogue.js';
import type { HostileChange, HostilePullRequest } from '../support/hostile/hostile-change.js';
import type { Observation } from '../support/hostile/observation.js';
import { observe } from '../support/hostile/observe.js';
import { problemsIn } from '../support/hostile/observer.js';
import { hostilePullRequests } from '../support/hostile/pull-requests.js';
import { HOSTILE_VALUES } from '../support/hostile/settings-catalogue.js';
import type { Tenants } from '../support/hostile/tenants.js';
import { terraformEngine, terraformTenants } from '../support/hostile/terraform-engine.js';
import { type Environment, trustedEnvironment } from '../support/hostile/trusted-environment.js';
import { type Count, countCases } from '../support/sweep/count-cases.js';
import { terraformTest } from '../support/terraform/terraform-test.js';

const PULL_REQUESTS = hostilePullRequests(150, 12).map((pullRequest, turn) => ({ pullRequest, turn }));
/** One in so many runs as a process of its own. */
const PROCESSES = 16;

jest.setTimeout(1_800_000);

const nameOf = ({ pullRequest }: (typeof PULL_REQUESTS)[number]) => pullRequest.name;
const inTurn =
  (turn: number): Environment =>
  (sim) =>
    trustedEnvironment(sim, turn);

function printHeld(engine: string, { ran, failed }: Count): void {
  process.stdout.write(`hostile pull requests, ${engine}: ${ran} tried, ${ran - failed.length} held\n`);
}

let embedded: Tenants;
let terraform: Tenants;
let unwatch: () => void;
beforeAll(() => {
  [embedded, terraform, unwatch] = [embeddedTenants(), terraformTenants(), watchSockets()];
});
afterAll(async () => {
  unwatch();
  await embedded.close();
  await terraform.close();
});

test('catalogue of settings: has a hostile value of every setting', () => {
  const settings = settingAttributes.map(({ name }) => snakeCase(name));
  expect(Object.keys(HOSTILE_VALUES).sort()).toEqual(settings.sort());
});

describe('observer: notices an attack that succeeds', () => {
  /** An environment that trusts the decoy, as one that its owner got wrong. */
  const weak: Environment = (sim, decoy) => ({
    ...trustedEnvironment(sim, 0),
    DELINEA_ALLOWED_HOSTS: new URL(decoy).host,
  });
  const attack = (tokenUrl: string, files: HostileChange['files'] = []): HostilePullRequest => ({
    name: tokenUrl,
    changes: [{ name: tokenUrl, provider: { surfaces: [{ name: 'platform-rest', token_url: tokenUrl }] }, files }],
  });
  /** The ledger is bound to its origins. */
  const WITHOUT_LEDGER = [LEDGER, LOG].map((path) => ({ path, removed: true as const }));
  const stolen = [
    expect.stringMatching(/^network: sent to the decoy: "POST \/token/),
    expect.stringMatching(/^secrets: a secret shows: cl!e/),
  ];
  const [BY_ADDRESS, BY_NAME] = ['<decoy>/token', 'https://localhost:1/token'];
  const named: Environment = (sim) => ({ ...trustedEnvironment(sim, 0), DELINEA_ALLOWED_HOSTS: 'localhost:1' });

  test('embedded engine, in an environment that names the decoy', async () => {
    const problems = (tokenUrl: string, environment: Environment) => {
      const pullRequest = attack(tokenUrl, WITHOUT_LEDGER);
      return embedded.use(async (tenant) =>
        problemsIn(await observe(pullRequest, embeddedEngine(pullRequest, environment), tenant)),
      );
    };
    expect(await problems(BY_ADDRESS, weak)).toEqual(expect.arrayContaining(stolen));
    expect(await problems(BY_NAME, named)).toContain('network: a connection to localhost:1');
  });

  terraformTest('Terraform, in an environment that names the decoy', async () => {
    const problems = (tokenUrl: string, environment: Environment) =>
      terraform.use(async (tenant) =>
        problemsIn(await observe(attack(tokenUrl), terraformEngine(environment), tenant)),
      );
    expect(await problems(BY_ADDRESS, weak)).toEqual(expect.arrayContaining(stolen));
    expect(await problems(BY_NAME, named)).toContain('network: a connection to localhost:1');
  });

  test('forged outcomes', async () => {
    const title = { delinea_user: { bob: { title: 'Lead' } } };
    const pullRequest: HostilePullRequest = { name: 'none', changes: [{ name: 'title', resource: title }] };
    const seen = await embedded.use((tenant) => observe(pullRequest, embeddedEngine(pullRequest, inTurn(0)), tenant));
    expect(problemsIn(seen)).toEqual([]);
    const { before, after, outside } = seen;
    const [first] = seen.commands;
    const users = (change: (user: (typeof after.users)[number]) => object | undefined) => ({
      after: { ...after, users: after.users.flatMap((user) => (change(user) ?? []) as typeof user) },
    });
    const ending = (more: object) => ({ commands: [{ ...first!, ...more }] });
    const forged: readonly [Partial<Observation>, string][] = [
      [{ scopes: ['delinea:api:admin'] }, 'a token for delinea:api:admin to read'],
      [{ outside: { ...outside, after: outside.after.slice(1) } }, 'changed or removed'],
      [{ outside: { ...outside, after: [...outside.after, '/home/.bashrc'] } }, 'written: /home/.bashrc'],
      [{ kept: { ...seen.kept, after: [] } }, 'changed or removed'],
      [{ leftovers: ['.x.tmp'] }, 'left over: .x.tmp'],
      [{ read: after }, 'a command that only reads changed the tenant'],
      [users((user) => (user.userName === 'u0@example.com' ? undefined : user)), 'deleted permanently'],
      [
        users((user) => ({ ...user, active: user.userName !== 'chief@example.com' && user.active })),
        'protected, and lost',
      ],
      [users((user) => ({ ...user, active: !user.userName.startsWith('u') })), '7 removed of account'],
      [
        users((user) => ({ ...user, active: user.userName !== 'ann@example.com' && user.active })),
        'without an active holder: prod',
      ],
      [users((user) => ({ ...user, userName: user.userName.replace('boss', 'x') })), 'protected, and renamed'],
      [
        {
          after: {
            ...after,
            containerPermissions: [
              ...after.containerPermissions,
              { id: '99', container: 'prod', right: 'Owner', user: 'eve@example.com' },
            ],
          },
        },
        'not in the plan: ["permission"',
      ],
      [{ after: { ...after, roleBindings: [] } }, 'without an active holder: Platform Admin'],
      [ending({ out: '::add-mask::x' }), 'has a command for GitHub'],
      [ending({ out: 'a\u202eb' }), 'has an unseen character'],
      [ending({ code: 1, out: '', err: '' }), 'ended with 1 and no error'],
      [ending({ code: null }), 'was killed'],
      [ending({ seconds: 61 }), 'took 61 s'],
      [ending({ requests: 401 }), 'sent 401 requests'],
      [{ secrets: ['secret'] }, 'a secret shows'],
      [
        { pullRequest: { name: '', changes: [{ name: '', refused: 'url' }] }, after: before },
        'not refused by name: url',
      ],
    ];
    for (const [change, problem] of forged) expect(problemsIn({ ...seen, ...change }).join('\n')).toContain(problem);
  });
});

describe('hostile pull request: takes nothing, weakens no guard, hides no grant and is refused by name', () => {
  test('embedded engine', async () => {
    const count = await countCases(PULL_REQUESTS, 3, nameOf, ({ pullRequest, turn }) =>
      embedded.use(async (tenant) => {
        const engine = embeddedEngine(pullRequest, inTurn(turn), turn % PROCESSES === 0);
        return problemsIn(await observe(pullRequest, engine, tenant));
      }),
    );
    printHeld('embedded engine', count);
    expect(count.failed).toEqual([]);
    expect(count.ran).toBeGreaterThanOrEqual(500);
  });

  terraformTest('Terraform', async () => {
    const cases = PULL_REQUESTS.filter(({ pullRequest }) => pullRequest.changes.every((each) => !each.embeddedOnly));
    const count = await countCases(cases, 3, nameOf, ({ pullRequest, turn }) =>
      terraform.use(async (tenant) => problemsIn(await observe(pullRequest, terraformEngine(inTurn(turn)), tenant))),
    );
    printHeld('Terraform', count);
    expect(count.failed).toEqual([]);
    expect(count.ran).toBeGreaterThanOrEqual(300);
  });
});

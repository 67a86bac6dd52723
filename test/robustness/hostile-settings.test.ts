import { createServer, type Server } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { openProject, type Project } from '../support/cli/project.js';
import { withTenant } from '../support/terraform/tenant.js';
import { terraformTest } from '../support/terraform/terraform-test.js';

/** A host of the attacker, which counts the connections that it gets. */
let decoy: Server;
let decoyUrl: string;
let connections = 0;
beforeAll(async () => {
  decoy = createServer((socket) => {
    connections++;
    socket.destroy();
  });
  await new Promise<void>((resolve) => decoy.listen(0, '127.0.0.1', resolve));
  decoyUrl = `http://127.0.0.1:${(decoy.address() as { port: number }).port}`;
});
afterAll(() => void decoy.close());
beforeEach(() => {
  connections = 0;
});

const surface = (more: object) => ({ surfaces: [{ name: 'platform-rest', ...more }] });
const JANE = { delinea_user: { jane: { user_name: 'jane@example.com' } } };

/** Provider blocks that would send the credentials of the environment elsewhere, or use them for more. */
const THEFTS: [string, () => object, string][] = [
  ['the URL', () => ({ url: decoyUrl }), 'url'],
  ['the tenant', () => ({ tenant: 'attacker' }), 'tenant'],
  ['the base URL of an API', () => surface({ base_url: `${decoyUrl}/api/v1` }), 'surfaces.base_url'],
  ['the token URL of an API', () => surface({ token_url: `${decoyUrl}/token` }), 'surfaces.token_url'],
  ['a certificate authority', () => ({ ca_file: '/etc/hosts' }), 'ca_file'],
  ['a wider scope for reads', () => surface({ read_scope: 'delinea:api:admin' }), 'surfaces.read_scope'],
  ['the ids of another API', () => surface({ id_space: 'scim-cloud' }), 'surfaces.id_space'],
];

describe('command line: provider block of a pull request', () => {
  let project: Project;
  afterEach(() => project?.close());

  const declareWith = (block: object, resources = JANE) =>
    project.declare(resources, { provider: { delinea: [block] } });

  test.each(THEFTS)('no request is sent when it sets %s', async (_, block, setting) => {
    project = await openProject();
    declareWith(block());
    for (const command of ['plan', 'drift']) {
      const { code, err } = await project.run(command);
      expect([code, err]).toEqual([1, expect.stringContaining(`provider setting "${setting}"`)]);
    }
    expect([connections, project.sim.requests.total, project.sim.requests.tokens]).toEqual([0, 0, 0]);
  });

  test('a plan asks for no token with more than the read scope', async () => {
    project = await openProject({ data: { users: [{ userName: 'old@example.com' }] } });
    declareWith({});
    expect((await project.run('plan')).code).toBe(2);
    await project.run('drift');
    const scopes = project.sim.log.flatMap(({ scope }) => (scope === undefined ? [] : [scope]));
    expect([...new Set(scopes)]).toEqual(['delinea:api:read']);
  });

  test.each(['allow_removals', 'allow_missing'])('%s in code is an error', async (name) => {
    project = await openProject();
    declareWith({ [name]: 99 });
    const { code, err } = await project.run('plan');
    expect([code, err]).toEqual([1, expect.stringContaining('an allowance in code would let its own change through')]);
  });

  test('the guards of the environment hold beside weaker ones of code', async () => {
    project = await openProject({
      provider: { protected_principals: ['jane@example.com'], max_requests: 500 },
    });
    declareWith({});
    expect(await project.run('apply', '--auto-approve', '--init-ledger')).toMatchObject({ code: 0 });
    const weaker = { protected_principals: [], admin_roles: [], max_requests: 100_000, allow_delete: true };
    declareWith(weaker, { delinea_user: {} } as typeof JANE);
    const { code, err } = await project.run('apply', '--auto-approve');
    expect([code, err]).toEqual([3, expect.stringContaining('jane@example.com would be disabled or removed')]);
    expect(project.sim.state().users).toMatchObject([{ active: true }]);
    const allowed = await project.run('apply', '--auto-approve', '--allow-principal', 'jane@example.com');
    expect(allowed.out).toContain('allowed by the command line: jane@example.com would be disabled or removed');
    expect(project.sim.state().users).toMatchObject([{ active: false }]);
  });

  test('deletion needs the environment as well', async () => {
    project = await openProject();
    const deleted = { delinea_user: { jane: { user_name: 'jane@example.com', on_removal: 'delete' } } };
    declareWith({ allow_delete: true }, deleted);
    expect(await project.run('apply', '--auto-approve', '--init-ledger')).toMatchObject({ code: 0 });
    declareWith({ allow_delete: true }, { delinea_user: {} } as typeof JANE);
    const { out } = await project.run('plan');
    expect(out).toContain('DELINEA_ALLOW_DELETE=true');
    expect((await project.run('apply', '--auto-approve')).code).not.toBe(0);
    expect(project.sim.state().users).toHaveLength(1);
  });

  test.each([
    ['a word of the plan', 'deleted permanently'],
    ['a name', 'jane@example.com'],
  ])('a plan is an error, and an apply writes nothing, when a secret in code equals %s', async (_, secret) => {
    project = await openProject({ provider: { allow_delete: true } });
    const block = { allow_delete: true, routing: [{ kind: 'group', surface: 'platform-rest' }] };
    declareWith(block, {
      delinea_user: { jane: { user_name: 'jane@example.com', on_removal: 'delete' } },
    } as typeof JANE);
    expect(await project.run('apply', '--auto-approve', '--init-ledger')).toMatchObject({ code: 0 });
    declareWith({ ...block, scim_token: secret }, { delinea_user: {} } as typeof JANE);
    for (const args of [['plan'], ['plan', '--json', '--out', 'p.json'], ['drift'], ['apply', '--auto-approve']]) {
      const { code, out, err, writes } = await project.run(...args);
      const isInText = out.includes('[secret]');
      expect([args[0], isInText ? [code, err, writes] : 'whole']).toEqual([
        args[0],
        isInText ? [5, expect.stringContaining('equals a secret of this run and was hidden'), 0] : 'whole',
      ]);
      if (args[0] !== 'drift' && !args.includes('--json')) expect(isInText).toBe(true);
    }
    expect(project.read('p.json') ?? '').not.toContain('[secret]');
    expect(project.sim.state().users).toMatchObject([{ active: true }]);
  });

  test.each([
    ['an address', { url: 'https://acme.delinea.app' }],
    ['a guard', { admin_roles: ['Platform Admin'] }],
    ['a limit', { concurrency: 1 }],
    ['a surface', { routing: [{ kind: 'user', surface: 'platform-scim' }] }],
  ])('DELINEA_LOCKED refuses a block that sets %s', async (_, block) => {
    project = await openProject();
    declareWith(block);
    const { code, err } = await project.runWith({ DELINEA_LOCKED: '1' }, 'plan');
    expect([code, err]).toEqual([1, expect.stringContaining('because DELINEA_LOCKED is set')]);
    expect(project.sim.requests.total).toBe(0);
  });
});

describe('Terraform: provider block of a pull request', () => {
  const hcl = (block: object) =>
    Object.entries(block)
      .map(([name, value]) => `${name} = ${JSON.stringify(value).replace(/"(\w+)":/g, '$1 = ')}`)
      .join('\n');
  const USER = 'resource "delinea_user" "jane" {\n  user_name = "jane@example.com"\n}\n';

  terraformTest('no request is sent when it sets an address, an authority, a scope or an id space', () =>
    withTenant({}, async ({ declare, refused, sim }) => {
      for (const [, block, setting] of THEFTS) {
        declare(USER, hcl(block()));
        expect(await refused('plan')).toContain(`provider setting "${setting}"`);
      }
      expect([connections, sim.requests.total, sim.requests.tokens]).toEqual([0, 0, 0]);
    }),
  );

  terraformTest('an allowance in code is an error unless the environment permits it by name', () =>
    withTenant({}, async ({ declare, refused, plan, env }) => {
      env.DELINEA_ALLOW_IN_CODE = 'allow_missing';
      declare(USER, 'allow_removals = 99');
      expect(await refused('plan')).toContain('DELINEA_ALLOW_IN_CODE=allow_removals');
      env.DELINEA_ALLOW_IN_CODE = 'allow_removals';
      await plan();
    }),
  );

  terraformTest('what an allowance lets through is a warning of the plan', () =>
    withTenant({}, async ({ declare, apply, plan, env }) => {
      env.DELINEA_PROTECTED_PRINCIPALS = 'jane@example.com';
      declare(USER);
      await apply();
      env.DELINEA_ALLOW_PRINCIPALS = 'jane@example.com';
      declare('', 'protected_principals = []');
      expect(await plan()).toContain('allowed by the environment: jane@example.com would be disabled or removed');
    }),
  );

  terraformTest('DELINEA_LOCKED refuses a block that sets an address, a guard or a limit', () =>
    withTenant({}, async ({ declare, refused, env, sim }) => {
      env.DELINEA_LOCKED = '1';
      for (const setting of [`url = "${sim.url}"`, 'admin_roles = []', 'concurrency = 2']) {
        declare(USER, `visibility_seconds = 2\n${setting}`);
        expect(await refused('plan')).toContain('because DELINEA_LOCKED is set');
      }
      expect(sim.requests.total).toBe(0);
    }),
  );
});

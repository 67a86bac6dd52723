import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { openProject, type Project } from '../support/cli/project.js';

const JANE = 'jane@example.com';
const TOM = 'tom@example.com';
const ANN = 'ann@example.com';
const data = {
  users: [{ userName: JANE }, { userName: TOM }, { userName: ANN }],
  groups: [{ displayName: 'Ops, EU', members: [TOM] }],
  containers: ['Production'],
  containerPermissions: [
    { container: 'Production', user: JANE, right: 'Owner' },
    { container: 'Production', user: TOM, right: 'Owner' },
  ],
  roles: ['Platform Admin'],
};

let project: Project;

/** Declares jane, her right and another user, with a provider block. */
const declare = (provider: object = {}, more: object = {}) =>
  project.declare(
    {
      delinea_user: { jane: { user_name: JANE, ...more }, new: { user_name: 'new@example.com' } },
      delinea_container_permission: {
        owner: {
          container: 'Production',
          principal_type: 'user',
          principal_id: '${delinea_user.jane.id}',
          right: 'Owner',
        },
      },
    },
    { provider: { delinea: [provider] } },
  );
const run = (env: NodeJS.ProcessEnv, ...args: string[]) => project.runWith(env, ...args);

beforeEach(async () => {
  project = await openProject({ data, seedUsers: 500, provider: { retries: 0 } });
  declare();
  expect(await project.run('apply', '--auto-approve', '--init-ledger')).toMatchObject({ code: 0 });
});
afterEach(() => project.close());

describe('a name in the settings of the guards that nothing has', () => {
  const unknown = (setting: string, source: string, name: string, kinds = 'user or group') =>
    `"${name}" in ${setting}, set by ${source}: there is no ${kinds} with this name in the tenant or in code`;

  test.each([
    ['DELINEA_PROTECTED_PRINCIPALS', 'jane@exmaple.com', 'user or group', `Did you mean "${JANE}"`],
    ['DELINEA_ADMIN_ROLES', 'Platfrom Admin', 'role', 'Did you mean "Platform Admin"'],
    ['DELINEA_ALLOW_PRINCIPALS', 'tom@example.con', 'user or group', `Did you mean "${TOM}"`],
    ['DELINEA_ALLOW_ORPHANS', 'Prodction', 'container or role', 'Did you mean "Production"'],
  ])('in %s is an error of plan and apply, before any write', async (variable, name, kinds, hint) => {
    const setting = variable.replace('DELINEA_', '').toLowerCase();
    // The plan of one of these runs removes something, the other removes nothing.
    for (const more of [{ active: false }, { title: 'SRE' }]) {
      declare({}, more);
      for (const command of [['plan'], ['apply', '--auto-approve']]) {
        const attempt = await run({ [variable]: name }, ...command);
        expect(attempt).toMatchObject({ code: 1, writes: 0, ledger: 'as before' });
        expect(attempt.err).toContain(unknown(setting, 'the environment', name, kinds));
        expect(attempt.err).toContain(hint);
      }
    }
  });

  test('is an error in the provider block and on the command line, and each is reported', async () => {
    declare({ protected_principals: ['nobody@example.com'], admin_roles: ['Nothing'] });
    const { code, err } = await run({}, 'plan', '--allow-principal', 'xx', '--allow-orphan', 'yy');
    expect(code).toBe(1);
    expect(err).toContain(unknown('protected_principals', 'the provider block', 'nobody@example.com'));
    expect(err).toContain(unknown('admin_roles', 'the provider block', 'Nothing', 'role'));
    expect(err).toContain(unknown('allow_principals', 'the command line', 'xx'));
    expect(err).toContain(unknown('allow_orphans', 'the command line', 'yy', 'container or role'));
  });

  test('is an error when a list without JSON splits a name at its comma, and the hint has the JSON', async () => {
    const split = await run({ DELINEA_PROTECTED_PRINCIPALS: 'Ops, EU' }, 'plan');
    expect(split.code).toBe(1);
    expect(split.err).toContain(unknown('protected_principals', 'the environment', 'Ops'));
    expect(split.err).toContain(`A name with a comma needs JSON: DELINEA_PROTECTED_PRINCIPALS='["Ops, EU"]'.`);
    const json = await run({ DELINEA_PROTECTED_PRINCIPALS: `["Ops, EU", "${JANE}"]` }, 'plan');
    expect(json).toMatchObject({ code: 0, err: '' });
    const broken = await run({ DELINEA_ALLOW_ORPHANS: '["Production"' }, 'plan');
    expect([broken.code, broken.err]).toEqual([1, expect.stringContaining('DELINEA_ALLOW_ORPHANS is not valid JSON')]);
  });

  test('is a warning of an off-boarding, which an old name must not stop', async () => {
    const { code, out } = await run(
      { DELINEA_PROTECTED_PRINCIPALS: 'gone@example.com' },
      'offboard',
      TOM,
      '--auto-approve',
    );
    expect(code).toBe(2);
    expect(out).toContain(`Warning: ${unknown('protected_principals', 'the environment', 'gone@example.com')}`);
    expect(project.sim.state().users.find(({ userName }) => userName === TOM)?.active).toBe(false);
  });

  test('stops an off-boarding when it is that of an admin role, before any write', async () => {
    const stopped = await run({ DELINEA_ADMIN_ROLES: 'Nothing' }, 'offboard', TOM, '--auto-approve');
    expect(stopped).toMatchObject({ code: 1, writes: 0, err: expect.stringContaining('there is no role "Nothing"') });
  });
});

test('a name in the settings of the guards may be declared in the same code, and its case does not matter', async () => {
  const provider = { protected_principals: ['later@example.com', JANE.toUpperCase()] };
  project.declare(
    { delinea_user: { jane: { user_name: JANE }, later: { user_name: 'Later@example.com' } } },
    { provider: { delinea: [provider] } },
  );
  expect(await run({ DELINEA_ALLOW_ORPHANS: '["production"]' }, 'plan')).toMatchObject({ code: 2, err: '' });
});

test('a name that cannot be looked up is a finding, not an error', async () => {
  project.sim.faults.set({ faults: [{ kind: 'status', status: 403, path: '/Groups' }] });
  const { code, out } = await run({ DELINEA_PROTECTED_PRINCIPALS: `ops,${JANE}` }, 'plan');
  expect(code).toBe(0);
  expect(out).toContain('not checked whether "ops" in protected_principals exists: ');
  expect(out).not.toContain(`whether "${JANE}"`);
});

test('names in the settings of the guards cost at most one request each', async () => {
  const requests = async (env: NodeJS.ProcessEnv) => {
    project.sim.resetRequests();
    expect(await run(env, 'plan')).toMatchObject({ code: 0 });
    return project.sim.requests.total;
  };
  const before = await requests({});
  expect(await requests({ DELINEA_PROTECTED_PRINCIPALS: JANE })).toBe(before);
  expect(await requests({ DELINEA_PROTECTED_PRINCIPALS: ANN })).toBeLessThanOrEqual(before + 1);
});

import { afterEach, describe, expect, test } from '@jest/globals';
import type { Declaration } from '../../src/provider/index.js';
import type { SimulatorData } from '../../src/simulator/index.js';
import { factsOf, stepsOf, userOf } from '../support/assert/facts.js';
import { bind, declared, grant, group, idOf, looked, membersOf, user } from '../support/tenant/declare.js';
import { openWorkbench, type Workbench, type WorkbenchOptions } from '../support/tenant/workbench.js';

let bench: Workbench;
afterEach(() => bench?.close());

const open = async (options: WorkbenchOptions = {}) => {
  bench = await openWorkbench({ data, provider: { profile: 'secret-server' }, ...options });
};

const data: SimulatorData = {
  users: [{ userName: 'stranger@example.com' }],
  groups: [{ displayName: 'bystanders', members: ['stranger@example.com'] }],
  roles: ['Auditor'],
  containers: ['prod', 'stage', { name: 'web', parent: 'prod', inherits: true }],
  containerPermissions: [
    { container: 'prod', user: 'stranger@example.com', right: 'Edit', secretRight: 'View' },
    { container: 'prod', group: 'bystanders', right: 'View' },
  ],
};

const [jane, tom] = [
  user('jane', { displayName: 'Jane Doe', emails: [{ value: 'jane@example.com' }], active: true }),
  user('tom'),
] as const;
const sre = group('sre', membersOf(jane, tom));
const everything: Declaration[] = [
  jane,
  tom,
  sre,
  grant('sre_on_prod', 'prod', sre, 'Owner', { secretRight: 'Owner' }),
  grant('jane_on_stage', 'stage', jane, 'Add Secret', { secretRight: 'List' }),
  bind('jane_auditor', 'Auditor', jane),
  bind('sre_user', 'user', sre),
];

/** The writes of a run: `PATCH /SecretServer/api/v1/groups/3/users`. */
const writes = () =>
  bench.sim.log.flatMap(({ method, path, surface }) =>
    method === 'GET' || surface === 'token' || path.includes('oauth2') ? [] : [`${method} ${path}`],
  );

async function converge(declarations: readonly Declaration[]) {
  bench.sim.resetRequests();
  const result = await bench.converge(declarations);
  expect(result.failures).toEqual([]);
  expect(result.converged).toBe(true);
  return result;
}

describe('Secret Server REST', () => {
  test('apply: creates everything, and the second plan is empty', async () => {
    await open();
    await converge(everything);
    expect(factsOf(bench.sim.state())).toEqual(
      expect.arrayContaining([
        'group sre: ',
        'group:sre has Owner on prod',
        'group:sre is User',
        'jane@example.com has Add Secret on stage',
        'jane@example.com in sre',
        'jane@example.com is Auditor',
        'tom@example.com in sre',
        'user tom@example.com active',
      ]),
    );
    expect(userOf(bench.sim.state(), 'tom')).toMatchObject({ displayName: 'tom@example.com' });
    const again = await bench.plan(everything);
    expect(stepsOf(again)).toEqual([]);
    expect(again.delinea.findings.filter(({ level }) => level === 'error')).toEqual([]);
  });

  test('apply: changes rights in place, members in one request, and roles as an exact set', async () => {
    await open();
    await converge(everything);
    const changed = [
      user('jane', { ...jane.values, displayName: 'Jane D.', emails: [{ value: 'j.doe@example.com' }] }),
      tom,
      group('sre', membersOf(jane)),
      grant('sre_on_prod', 'prod', sre, 'Owner', { secretRight: 'Edit' }),
      grant('jane_on_stage', 'stage', jane, 'Owner', { secretRight: 'List' }),
      bind('jane_auditor', 'User', jane),
    ];
    await converge(changed);
    expect(
      writes()
        .map((line) => line.replace(/\d+/g, (number, at: number) => (line[at - 1] === 'v' ? number : 'N')))
        .sort(),
    ).toEqual([
      'PATCH /SecretServer/api/v1/groups/N/users',
      'PATCH /SecretServer/api/v1/users/N',
      'PUT /SecretServer/api/v1/folder-permissions/N',
      'PUT /SecretServer/api/v1/folder-permissions/N',
      'PUT /SecretServer/api/v1/users/N/roles',
      'PUT /SecretServer/api/v1/users/N/roles',
      'PUT /SecretServer/api/v2/groups/N/roles',
    ]);
    expect(stepsOf(await bench.plan(changed))).toEqual([]);
    expect(userOf(bench.sim.state(), 'jane')).toMatchObject({
      displayName: 'Jane D.',
      emails: [{ value: 'j.doe@example.com' }],
    });
  });

  test('apply: a group of 500 members costs one write', async () => {
    const names = Array.from({ length: 500 }, (_, index) => `user${String(index + 1).padStart(5, '0')}`);
    await open({ seedUsers: 500 });
    const members = names.map((name) => looked('user', name, { userName: `${name}@example.com` }));
    await converge([...members, group('all', membersOf(...members))]);
    expect(writes()).toEqual(['POST /SecretServer/api/v1/groups', expect.stringMatching(/^PATCH .*\/users$/)]);
    expect(bench.sim.state().groups.find(({ displayName }) => displayName === 'all')?.members).toHaveLength(500);
  });

  test('plan: adopts what is there already, with members and rights', async () => {
    await open();
    const stranger = user('stranger');
    const bystanders = group('bystanders', membersOf(stranger));
    const { delinea, resource_changes } = await bench.plan([
      stranger,
      bystanders,
      grant('b', 'prod', bystanders, 'View'),
    ]);
    expect(delinea.findings.filter(({ level }) => level === 'error')).toEqual([]);
    expect(resource_changes.map((change) => change.delinea.operation)).toEqual(['adopt', 'adopt', 'adopt']);
  });

  test('plan: the permissions of many folders are one list', async () => {
    const names = Array.from({ length: 12 }, (_, index) => `folder${index}`);
    await open({ data: { containers: names, containerPermissions: [] } });
    const grants = names.map((name) => grant(name, name, tom, 'View'));
    await converge([tom, ...grants]);
    bench.sim.resetRequests();
    expect(stepsOf(await bench.plan([tom, ...grants]))).toEqual([]);
    const reads = bench.sim.log
      .slice(-bench.sim.requests.total)
      .filter(({ path }) => path.endsWith('/folder-permissions'));
    expect(reads).toHaveLength(1);
  });

  test('apply: a role that was renamed since the plan is refused', async () => {
    await open();
    await converge([tom]);
    const plan = await bench.plan([tom, bind('tom_auditor', 'Auditor', tom)]);
    const { url, env } = bench.sim;
    const login = { username: env.DELINEA_SECRET_SERVER_USER!, password: env.DELINEA_SECRET_SERVER_PASSWORD! };
    const body = new URLSearchParams({ grant_type: 'password', ...login });
    const granted = await fetch(`${url}/SecretServer/oauth2/token`, { method: 'POST', body });
    const { access_token: token } = (await granted.json()) as { access_token: string };
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const roles = `${url}/SecretServer/api/v1/roles`;
    const { records } = (await (await fetch(`${roles}?take=100`, { headers })).json()) as {
      records: { id: number; name: string }[];
    };
    const { id } = records.find(({ name }) => name === 'Auditor')!;
    const change = JSON.stringify({ data: { name: { dirty: true, value: 'Auditors' } } });
    expect((await fetch(`${roles}/${id}`, { method: 'PATCH', headers, body: change })).status).toBe(200);
    const { failures } = await bench.apply(plan);
    expect(failures.map(({ error }) => error.code)).toEqual(['reference_unresolved']);
  });

  test('apply: removes what left the code: users are disabled, groups emptied, rights revoked', async () => {
    await open();
    await converge(everything);
    await converge([]);
    expect(factsOf(bench.sim.state()).filter((fact) => /jane|sre|tom/.test(fact))).toEqual([
      'group sre: ',
      'user jane@example.com disabled',
      'user tom@example.com disabled',
    ]);
    expect(stepsOf(await bench.plan([]))).toEqual([]);
  });

  test('apply: a disabled account is found, and is enabled only with consent', async () => {
    await open();
    bench.sim.admin.editUser('stranger@example.com', { active: false });
    const stranger = (values = {}) => user('stranger', { active: true, adopt: 'always', ...values });
    const { delinea } = await bench.plan([stranger()]);
    expect(delinea.findings.map(({ code }) => code)).toContain('consent_missing');
    await converge([stranger({ reactivate: 'TICKET-1' })]);
    expect(factsOf(bench.sim.state())).toContain('user stranger@example.com active');
  });

  test('password: is random, long, and in no log, event or plan', async () => {
    await open();
    const { plan, events } = await converge([tom]);
    const request = bench.sim.log.find(({ method, path }) => method === 'POST' && path.endsWith('/users'));
    expect(request).toBeDefined();
    expect(JSON.stringify([plan, events])).not.toMatch(/password/i);
  });
});

describe('Secret Server REST: what a plan refuses', () => {
  const errorsOf = async (declarations: readonly Declaration[]) => {
    const plan = await bench.plan(declarations);
    return plan.delinea.findings.filter(({ level }) => level === 'error');
  };

  test('rename of a user: the service has none', async () => {
    await open();
    await converge([tom]);
    const renamed = user('tom', { userName: 'thomas@example.com', previousNames: ['tom@example.com'] });
    expect(await errorsOf([renamed])).toMatchObject([
      { code: 'immutable', message: expect.stringContaining('user_name cannot be changed after creation') },
    ]);
  });

  test('nested group, second e-mail, attribute without a place: one error each, before any write', async () => {
    await open();
    const odd = [
      user('jane', { emails: [{ value: 'a@x' }, { value: 'b@x' }], title: 'Cook' }),
      group('inner'),
      group('outer', { members: [idOf(group('inner'))] }),
    ];
    await expect(bench.plan(odd)).rejects.toMatchObject({
      errors: [
        { code: 'unserved', message: 'the Secret Server REST has no second element in emails for a user' },
        { code: 'unserved', message: 'the Secret Server REST has no title for a user' },
        { code: 'unserved', message: 'the Secret Server REST has no group in members for a group' },
      ],
    });
  });

  test('grant on a folder that inherits: shows what ends, and needs break_inheritance', async () => {
    await open();
    const on = (values = {}) => grant('tom_on_web', 'web', tom, 'View', values);
    expect(await errorsOf([tom, on()])).toMatchObject([
      {
        code: 'guarded',
        message:
          'container web inherits its permissions: a write would copy 2 of them, which then no longer follow the parent',
        remedy: [{ kind: 'set', attribute: 'breakInheritance', value: true, on: 'resource' }],
      },
    ]);
    await converge([tom, on({ breakInheritance: true })]);
    expect(factsOf(bench.sim.state())).toContain('tom@example.com has View on web');
    expect(stepsOf(await bench.plan([tom, on({ breakInheritance: true })]))).toEqual([]);
  });

  test('write to a user or group that the Platform keeps', async () => {
    await open({ secretServer: 'mirror' });
    const stranger = user('stranger', { displayName: 'Changed', adopt: 'always' });
    const [error] = await errorsOf([stranger]);
    expect(error).toMatchObject({
      code: 'not_ours',
      message: expect.stringContaining('is kept by another product or directory'),
    });
    expect(writes()).toEqual([]);
  });

  test('permanent deletion: a DELETE only disables', async () => {
    await open();
    const gone = user('tom', { onRemoval: 'delete' });
    await converge([gone]);
    expect(await errorsOf([])).toMatchObject([
      { code: 'guarded', message: expect.stringContaining('cannot delete a user, only disable it') },
    ]);
  });

  test('lowered secret right: counts as a loss and needs adoption', async () => {
    await open();
    const stranger = looked('user', 'stranger', { userName: 'stranger@example.com' });
    const lower = declared('container-permission', 'lower', {
      container: 'prod',
      principalType: 'user',
      principalId: idOf(stranger),
      right: 'Edit',
      secretRight: 'List',
    });
    expect(await errorsOf([stranger, lower])).toMatchObject([{ code: 'not_ours' }]);
  });
});

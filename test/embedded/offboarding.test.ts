import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { OwnedObject } from '../../src/provider/index.js';
import { type Attempt, LEDGER, openProject, type Project, type ProjectOptions } from '../support/cli/project.js';

const JANE = 'jane@example.com';
const TOM = 'tom@example.com';
const GO = ['offboard', JANE, '--auto-approve'] as const;

/** A user with every form of access: direct, through a group, through a nested group. */
const data = {
  users: [
    { userName: JANE, displayName: 'Jane', externalId: 'idp-1' },
    { userName: TOM },
    { userName: 'june@example.com' },
  ],
  groups: [
    { displayName: 'sre', members: [JANE, TOM] },
    { displayName: 'all', members: ['group:sre', TOM] },
  ],
  containers: ['Production', 'Stage', 'Vault'],
  containerPermissions: [
    { container: 'Production', user: JANE, right: 'Owner' },
    { container: 'Production', user: TOM, right: 'Owner' },
    { container: 'Stage', user: JANE, right: 'View' },
    { container: 'Vault', group: 'all', right: 'Edit' },
  ],
  roleBindings: [
    { role: 'Platform Admin', user: JANE },
    { role: 'Auditor', group: 'sre' },
  ],
};

let project: Project;

/** Replaces the project by one with another tenant or provider block. */
async function reopen(options: ProjectOptions): Promise<void> {
  await project.close();
  project = await openProject({ data, ...options });
  project.declare({});
}

beforeEach(async () => {
  project = await openProject({ data });
  project.declare({});
});
afterEach(() => project.close());

const userOf = (name: string) => project.sim.state().users.find(({ userName }) => userName === name);
const run = (...args: string[]): Promise<Attempt> => project.run(...args);
const lines = (file = 'apply.jsonl') =>
  project
    .read(file)!
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
const untouched = (attempt: Attempt) => {
  expect(attempt.writes).toBe(0);
  expect(userOf(JANE)?.active).toBe(true);
};

describe('offboard without --revoke', () => {
  test('disables the login, changes nothing else and lists the remaining access', async () => {
    const { code, out, writes } = await run(...GO);
    expect([code, writes, userOf(JANE)?.active]).toEqual([2, 1, false]);
    expect(out).toContain(`
Access that ${JANE} still has:
  - OWNER: Owner of ${JANE} on Production
  - member of sre
  - member of all, through sre
  - View of ${JANE} on Stage
  - Edit of all on Vault, through sre, all
  - Platform Admin of ${JANE}
  - Auditor of sre, through sre
`);
    expect(out).toContain(
      `Off-boarding is not complete: the login of ${JANE} is disabled and read back; 7 items left.\n`,
    );
    expect(project.sim.state().containerPermissions).toHaveLength(4);
  });

  test('writes nothing and reports the same when run again', async () => {
    await run(...GO);
    const { code, out, writes } = await run(...GO);
    expect([code, writes]).toEqual([2, 0]);
    expect(out).toContain(`Note: ${JANE} is already disabled\n`);
    expect(out).toContain('7 items left');
  });
});

describe('offboard with --revoke', () => {
  test('removes all access, leaves that of others and exits with 0', async () => {
    const { code, out, writes } = await run(...GO, '--revoke');
    expect([code, out]).toEqual([0, expect.stringContaining('Applied: 5 steps done and read back.\n')]);
    expect(out).toContain(
      `Off-boarding is complete: the login of ${JANE} is disabled and read back; no visible access is left`,
    );
    expect(writes).toBe(5);
    expect(project.sim.state()).toMatchObject({
      groups: [
        { displayName: 'all', members: ['group:sre', TOM] },
        { displayName: 'sre', members: [TOM] },
      ],
      containerPermissions: [
        { container: 'Production', user: TOM, right: 'Owner' },
        { container: 'Vault', group: 'all', right: 'Edit' },
      ],
      roleBindings: [{ role: 'Auditor', group: 'sre' }],
    });
    expect(userOf(JANE)).toMatchObject({ active: false, externalId: 'idp-1', displayName: 'Jane' });
    const again = await run(...GO, '--revoke');
    expect([again.code, again.writes]).toEqual([0, 0]);
    expect(again.out).toContain('Nothing to remove.\n');
  });

  test.each([
    ['shared', [{ kind: 'group', surface: 'scim-cloud' }]],
    ['split', [{ kind: 'group', surface: 'scim-cloud' }]],
    ['split', [{ kind: 'user', surface: 'platform-scim' }]],
    ['split', ['user', 'group'].map((kind) => ({ kind, surface: 'scim-cloud' }))],
  ] as const)('removes all access with %s ids and routing %j', async (idSpaces, routing) => {
    await reopen({ idSpaces, provider: { routing } });
    expect(await run(...GO, '--revoke')).toMatchObject({ code: 0, writes: 5 });
    const [all, sre] = project.sim.state().groups;
    expect([userOf(JANE)?.active, all?.members, sre?.members]).toEqual([false, ['group:sre', TOM], [TOM]]);
  });

  test('finishes in the next run when it was killed', async () => {
    project.sim.faults.set({ latencyMs: 40 });
    const { child, ended } = project.start(...GO, '--revoke');
    while (project.sim.requests.writes === 0 && child.exitCode === null) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    child.kill('SIGKILL');
    await ended;
    project.sim.faults.clear();
    expect((await run(...GO, '--revoke')).code).toBe(0);
    expect(lines().filter(({ event }) => event === 'offboard')).toMatchObject([
      { left: [], unread: [], disabled: true },
    ]);
    expect((await run('verify-log')).code).toBe(0);
  });

  test('completes the rest and lists the remaining access when the service refuses a revocation', async () => {
    project.sim.faults.set({
      faults: [{ kind: 'status', status: 403, method: 'DELETE', path: 'ContainerPermissions' }],
    });
    const { code, out } = await run(...GO, '--revoke');
    expect(code).toBe(4);
    expect(out).toContain('3 steps done and read back, 2 not done');
    expect(out).toContain(`OWNER: Owner of ${JANE} on Production\n`);
    expect(userOf(JANE)?.active).toBe(false);
  });

  test('reads back instead of repeating a write when the connection breaks after it', async () => {
    project.sim.faults.set({
      faults: [{ kind: 'resetAfter', method: 'DELETE|PATCH', path: 'ContainerPermissions|Groups|users' }],
    });
    expect(await run(...GO, '--revoke')).toMatchObject({ code: 0, writes: 5 });
  });
});

describe('offboard with open sessions', () => {
  test('lists sessions and check-outs until they are closed', async () => {
    project.sim.admin.openSession(JANE);
    project.sim.admin.openSession(JANE);
    project.sim.admin.openCheckout(JANE);
    project.sim.admin.openCheckout(TOM);
    const { code, out } = await run(...GO, '--revoke');
    expect([code, out]).toEqual([2, expect.stringContaining('  - sessions: 2 open (')]);
    expect(out).toContain('  - check-outs: 1 open (Simulated secret 1)\n');
    project.sim.admin.endSessions(JANE);
    expect((await run(...GO, '--revoke')).code).toBe(2);
    project.sim.admin.endCheckouts(JANE);
    expect((await run(...GO, '--revoke')).code).toBe(0);
  });

  test('exits with 5 when the list of sessions cannot be read', async () => {
    project.sim.faults.set({ faults: [{ kind: 'status', status: 403, path: '/recorded-sessions' }] });
    const { code, out } = await run(...GO, '--revoke');
    expect(code).toBe(5);
    expect(out).toMatch(/Could not be read, so not known:\n {2}- sessions: /);
    expect(userOf(JANE)?.active).toBe(false);
  });
});

describe('offboard before the first write', () => {
  test('refuses the own account unless --allow-principal names it', async () => {
    await reopen({ credentials: { clientId: JANE, clientSecret: 'long enough to be secret' } });
    const refused = await run(...GO);
    expect([refused.code, refused.err]).toEqual([3, expect.stringContaining(`--allow-principal "${JANE}"`)]);
    untouched(refused);
    expect((await run(...GO, '--allow-principal', JANE)).writes).toBe(1);
  });

  test('refuses the only Owner of a container and the only holder of an admin role', async () => {
    await reopen({ provider: { admin_roles: ['Platform Admin'] } });
    project.sim.admin.revoke('Production', { user: TOM });
    for (const revoke of [[], ['--revoke']]) {
      const refused = await run(...GO, ...revoke, '--allow-orphan', 'Platform Admin');
      expect([refused.code, refused.err]).toEqual([3, expect.stringContaining('--allow-orphan "Production"')]);
      expect(refused.err).toContain(
        `${JANE} can still log in: refused before the first write: container Production would be left without an active Owner`,
      );
      untouched(refused);
    }
    const allowed = ['--allow-orphan', 'Production', '--allow-orphan', 'Platform Admin'];
    expect(await run(...GO, '--revoke', ...allowed)).toMatchObject({ code: 0, writes: 5 });
  });

  test('refuses an unknown and an ambiguous user name', async () => {
    const unknown = await run('offboard', 'jan@example.com', '--auto-approve');
    expect([unknown.code, unknown.err]).toEqual([1, expect.stringContaining(`Did you mean "${JANE}"`)]);
    project.sim.admin.addUser({ userName: 'JANE@example.com' });
    const several = await run(...GO);
    expect([several.code, several.err]).toEqual([1, expect.stringContaining('2 accounts are named')]);
    untouched(several);
  });

  test('refuses to run without confirmation and with a missing ledger', async () => {
    for (const args of [
      ['offboard', JANE],
      ['offboard', JANE, '--json'],
      [...GO, '--ledger', 'gone.json'],
    ]) {
      const refused = await run(...args);
      expect(refused.code).toBe(1);
      untouched(refused);
    }
    expect(project.read('apply.jsonl')).toBeUndefined();
  });
});

describe('offboard with incomplete reads', () => {
  test('disables the login and exits with 5 when permissions cannot be read', async () => {
    project.sim.faults.set({ faults: [{ kind: 'status', status: 403, path: 'ContainerPermissions' }] });
    const { code, out, writes } = await run(...GO, '--revoke');
    expect([code, writes]).toEqual([5, 3]);
    expect(out).toContain('container permissions are not revoked: ');
    expect(out).toMatch(/Could not be read, so not known:\n {2}- container permissions: /);
    expect(userOf(JANE)?.active).toBe(false);
  });

  test('disables the login and exits with 5 when credentials for groups are missing', async () => {
    const { code, out } = await project.runWith({ DELINEA_SCIM_TOKEN: '' }, ...GO);
    expect([code, out]).toEqual([5, expect.stringMatching(/not known:\n {2}- groups: /)]);
    expect(userOf(JANE)?.active).toBe(false);
  });

  test('does nothing and exits with 5 when users cannot be read', async () => {
    project.sim.faults.set({ faults: [{ kind: 'status', status: 403, path: '/api/v1/users' }] });
    const refused = await run(...GO);
    expect(refused.code).toBe(5);
    untouched(refused);
  });
});

describe('offboard with a ledger', () => {
  const code = (more: object = {}) =>
    project.declare({
      delinea_user: { jane: { user_name: JANE }, tom: { user_name: TOM } },
      delinea_group: {
        team: { display_name: 'team', members: ['${delinea_user.jane.id}', '${delinea_user.tom.id}'] },
      },
      delinea_role_binding: {
        b: { role: 'Platform Admin', principal_type: 'user', principal_id: '${delinea_user.jane.id}' },
      },
      ...more,
    });
  const owned = () => (JSON.parse(project.read(LEDGER)!) as { objects: OwnedObject[] }).objects;

  test('forgets removed objects, updates changed ones and names the code that still declares them', async () => {
    code();
    expect((await run('apply', '--auto-approve', '--init-ledger')).code).toBe(0);
    const before = owned();
    const { code: exit, out } = await run(...GO, '--revoke');
    expect(exit).toBe(0);
    expect(out).toContain('# delinea_role_binding.b will be revoked');
    expect(out).toContain(
      'still declared in code: delinea_user.jane, delinea_group.team members, delinea_role_binding.b principal_id\n',
    );
    const gone = ['delinea_user.jane', 'delinea_role_binding.b'];
    const [team, tom] = before.filter(({ address }) => !gone.includes(address));
    expect(owned()).toEqual([{ ...team, managedMembers: { members: [tom?.id] } }, tom]);
    // An unchanged stack restores nothing: the account is disabled and has no consent.
    const next = await run('apply', '--auto-approve');
    expect(next.code).not.toBe(0);
    expect(userOf(JANE)?.active).toBe(false);
  });

  test('removes the account from an authoritative set', async () => {
    const holders = [{ principal_type: 'user', principal_id: '${delinea_user.jane.id}' }];
    project.declare({
      delinea_user: { jane: { user_name: JANE } },
      delinea_role_bindings: { admins: { role: 'Platform Admin', holders } },
    });
    expect(await run('apply', '--auto-approve', '--init-ledger')).toMatchObject({ code: 0 });
    const { code: exit, out } = await run(...GO, '--revoke');
    expect(exit).toBe(0);
    expect(out).toContain('still declared in code: delinea_user.jane, delinea_role_bindings.admins holders\n');
    expect(owned()).toEqual([]);
  });

  test('uses the ledger of --ledger and the log beside it when there is no stack', async () => {
    code();
    await run('apply', '--auto-approve', '--init-ledger');
    const env = project.sim.env;
    project.write('cdk.tf.json', '');
    const elsewhere = await openProject({ data: {} });
    try {
      const attempt = await elsewhere.runWith(env, ...GO, '--ledger', project.path(LEDGER));
      expect([attempt.code, attempt.err]).toEqual([2, '']);
      expect(elsewhere.read('apply.jsonl')).toBeUndefined();
    } finally {
      await elsewhere.close();
    }
    expect(owned().map(({ address }) => address)).not.toContain('delinea_user.jane');
    expect(lines().filter(({ event }) => event === 'offboard')).toHaveLength(1);
  });
});

describe('offboard of an account of an identity provider', () => {
  test('reports that the provider may enable it again', async () => {
    const { out } = await run(...GO);
    expect(out).toContain(
      `${JANE} belongs to an identity provider (external_id "idp-1"), which may enable the account again`,
    );
    const other = await run('offboard', TOM, '--auto-approve');
    expect(other.out).not.toContain('identity provider');
  });
});

describe('offboard record', () => {
  test('is in the log with every write and the remaining access, and the log chain verifies', async () => {
    await run(...GO);
    const [start, sending, written, verified, record, end] = lines();
    expect(start).toMatchObject({ event: 'start', command: 'offboard', plan: expect.stringMatching(/^[0-9a-f]{64}$/) });
    const step = { event: 'step', operation: 'deactivate', label: JANE, id: userOf(JANE)?.id };
    expect([sending, written, verified]).toMatchObject([
      { ...step, outcome: 'sending', changed: ['active'] },
      { ...step, outcome: 'written' },
      { ...step, outcome: 'verified' },
    ]);
    expect(record).toMatchObject({
      event: 'offboard',
      account: { kind: 'user', id: userOf(JANE)?.id, name: JANE },
      disabled: true,
      unread: [],
      work: [
        { what: 'sessions', open: 0 },
        { what: 'check-outs', open: 0 },
      ],
    });
    expect(((record?.left ?? []) as { label: string }[]).map(({ label }) => label)).toContain('member of all');
    expect(end).toMatchObject({ event: 'end', converged: true, done: 1, failed: 0 });
    expect((await run('verify-log')).code).toBe(0);
  });

  test('is the only output with --json, and the log is in the working directory without a stack', async () => {
    const elsewhere = await openProject({ data: {} });
    try {
      const { code, out, err } = await elsewhere.runWith(project.sim.env, ...GO, '--revoke', '--json');
      expect(code).toBe(0);
      expect(err).toContain('Applied: 5 steps done and read back.');
      expect(JSON.parse(out)).toMatchObject({
        command: 'offboard',
        account: { name: JANE },
        disabled: true,
        left: [],
        unread: [],
        inCode: [],
        failed: [],
        converged: true,
        steps: expect.arrayContaining([expect.objectContaining({ operation: 'update', outcome: 'verified' })]),
        log: '<folder>/apply.jsonl',
      });
      expect(elsewhere.read('apply.jsonl')).toContain('"event":"offboard"');
    } finally {
      await elsewhere.close();
    }
  });
});

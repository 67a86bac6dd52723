import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { secretServer } from '../../src/simulator/test-client.js';
import { openProject, type Project, type ProjectOptions } from '../support/cli/project.js';

const JANE = 'jane@example.com';
const INIT = ['apply', '--auto-approve', '--init-ledger'] as const;
const TIME = String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z`;

let project: Project;
afterEach(() => project.close());

const sre = { delinea_group: { sre: { display_name: 'sre', members: ['${delinea_user.jane.id}'] } } };

async function open(options: ProjectOptions = {}) {
  project = await openProject({
    data: { users: [{ userName: 'mallory' }], containers: ['prod'], roles: ['Auditor'] },
    ...options,
  });
  project.declare({ delinea_user: { jane: { user_name: JANE, display_name: 'Jane' } }, ...sre });
  expect((await project.run(...INIT)).code).toBe(0);
}

const drift = async (...args: string[]) => {
  const { out, code, writes } = await project.run('drift', '--who', ...args);
  expect([code, writes]).toEqual([2, 0]);
  return out;
};

describe('drift --who: Platform', () => {
  beforeEach(() => open());

  test('shows the latest event about each object, with its number', async () => {
    const { admin } = project.sim;
    admin.editUser(JANE, { displayName: 'Root' });
    admin.addMember('sre', 'mallory');
    admin.audit('eve@example.com', 'Delinea.Identity.User.Updated', { user: JANE }, '2026-01-01T00:00:00.000Z');
    const before = new Date(Date.now() - 60_000).toISOString();
    admin.audit('tom@example.com', 'Delinea.Identity.User.Updated', { user: JANE }, before);
    admin.audit('mallory', 'Delinea.Identity.User.Renamed', { user: JANE });
    admin.audit('mallory', 'Delinea.Identity.User.Viewed', { user: 'mallory' });
    const out = await drift();
    expect(out).toMatch(
      new RegExp(
        `audit of user ${JANE}: Delinea\\.Identity\\.User\\.Renamed by mallory at ${TIME}, the latest of 2 events since ${TIME}\n`,
      ),
    );
    expect(out).toMatch(new RegExp(`audit of group sre: no audit event found since ${TIME}\n`));
    expect(out).not.toContain('eve@example.com');
    expect(project.sim.log.filter(({ path }) => path.startsWith('/audit'))).toHaveLength(1);
  });

  test('is in the JSON output, by address', async () => {
    project.sim.admin.editUser(JANE, { displayName: 'Root' });
    project.sim.admin.audit('mallory', 'Changed', { user: JANE });
    const { delinea } = JSON.parse(await drift('--json')) as { delinea: { audit: object } };
    expect(delinea.audit).toMatchObject({
      'delinea_user.jane': [
        { object: `user ${JANE}`, count: 1, latest: { who: 'mallory', action: 'Changed', when: expect.any(String) } },
      ],
    });
  });

  test('without --who, the audit is not read', async () => {
    project.sim.admin.editUser(JANE, { displayName: 'Root' });
    const { out } = await project.run('drift');
    expect(out).not.toContain('audit');
    expect(project.sim.log.filter(({ path }) => path.startsWith('/audit'))).toEqual([]);
  });

  test('a user that was deleted is found by the id of the ledger', async () => {
    project.sim.admin.audit('mallory', 'Delinea.Identity.User.Deleted', { user: JANE });
    project.sim.admin.deleteUser(JANE);
    const { out } = await project.run('drift', '--who');
    expect(out).toContain('User.Deleted by mallory at');
  });

  test.each([
    [
      '403',
      { kind: 'status', status: 403 },
      /audit not read: .*403.*It needs the permission "delinea.platform\/audit\/event\/read"\n/,
    ],
    ['a page of a proxy', { kind: 'html502' }, /audit not read: /],
    [
      'fields without a total',
      { kind: 'dropFields', fields: ['totalCount'] },
      /audit not read: audit: not a list with/,
    ],
  ] as const)('%s: the audit is not read, and the drift is shown', async (_, fault, expected) => {
    project.sim.admin.editUser(JANE, { displayName: 'Root' });
    project.sim.faults.set({ faults: [{ ...fault, path: '^/audit/' }] });
    const out = await drift();
    expect(out).toMatch(expected);
    expect(out).toContain('~ display_name = "Jane" -> "Root"');
    expect(out).not.toContain('no audit event found');
  });

  test('hostile names are one visible line', async () => {
    project.sim.admin.editUser(JANE, { displayName: 'Root' });
    project.sim.admin.audit('eve\n::error::x\u001b[2J\u202e', '##[group]Changed', { user: JANE });
    const out = await drift();
    expect(out).toContain('\\u0023#[group]Changed by eve\\n\\u003a:error::x\\u001b[2J\\u202e at ');
    for (const hidden of ['\u001b', '\u202e', '\n::']) expect(out).not.toContain(hidden);
    const { delinea } = JSON.parse(await drift('--json')) as { delinea: { audit: object } };
    expect(JSON.stringify(delinea.audit)).toContain('##[group]Changed');
  });
});

describe('drift --who: Secret Server', () => {
  test('shows who changed a user, a group, a folder and a role', async () => {
    await open({ provider: { profile: 'secret-server' } });
    const grant = { container: 'prod', principal_type: 'user', principal_id: '${delinea_user.jane.id}' };
    const bind = { role: 'Auditor', principal_type: 'user', principal_id: '${delinea_user.jane.id}' };
    project.declare({
      delinea_user: { jane: { user_name: JANE, display_name: 'Jane' } },
      ...sre,
      delinea_container_permission: { p: { ...grant, right: 'View' } },
      delinea_role_binding: { b: bind },
    });
    expect((await project.run('apply', '--auto-approve')).code).toBe(0);
    const send = await secretServer(project.sim);
    const ids = (list: { userName?: string; id: number }[]) => list.find(({ userName }) => userName === JANE)!.id;
    const jane = ids((await send('GET', '/v1/users')).body.records);
    await send('PATCH', `/v1/users/${jane}`, { displayName: { dirty: true, value: 'Root' } });
    project.sim.admin.addMember('sre', 'mallory');
    project.sim.admin.revoke('prod', { user: JANE });
    project.sim.admin.unbindRole('Auditor', { user: JANE });
    const out = await drift();
    const by = project.sim.credentials.secretServerUser;
    expect(out).toMatch(new RegExp(`audit of user ${JANE}: UPDATE by ${by} at ${TIME}, the latest of 2 events since`));
    expect(out).toMatch(new RegExp(`audit of group sre: UPDATE MEMBERS by ${by} at`));
    expect(out).toMatch(new RegExp(`audit of container prod: CREATE PERMISSION by ${by} at`));
    expect(out).toMatch(new RegExp(`audit of role Auditor: ASSIGN by ${by} at`));
  });

  test('finds the events of a renamed group under its new name', async () => {
    await open({ provider: { profile: 'secret-server' } });
    const send = await secretServer(project.sim);
    const { records } = (await send('GET', '/v1/groups')).body as { records: { name: string; id: number }[] };
    const { id } = records.find(({ name }) => name === 'sre')!;
    const renamed = await send('PATCH', `/v1/groups/${id}`, { data: { name: { dirty: true, value: 'crew' } } });
    const emptied = await send('PUT', `/v1/groups/${id}/users`, { userIds: [] });
    expect([renamed.status, emptied.status]).toEqual([200, 200]);
    const by = project.sim.credentials.secretServerUser;
    expect(await drift()).toMatch(
      new RegExp(`audit of group sre: UPDATE MEMBERS by ${by} at ${TIME}, the latest of 4 events`),
    );
  });

  test('names the permission when the audit of a user is refused', async () => {
    await open({ provider: { profile: 'secret-server' } });
    project.sim.admin.editUser(JANE, { displayName: 'Root' });
    project.sim.faults.set({ faults: [{ kind: 'status', status: 403, path: '/users/\\d+/audit' }] });
    expect(await drift()).toMatch(/audit of user \S+: audit not read: .*403.*It needs the permission "View Users"\n/);
  });
});

import { afterEach, describe, expect, test } from '@jest/globals';
import { openProject, type Project, type ProjectOptions } from '../support/cli/project.js';

let project: Project;
/** Closing searches the output for secrets. */
afterEach(() => project.close());

const data = {
  users: [{ userName: 'jane@example.com' }, { userName: 'tom@example.com', active: false }, { userName: '=cmd|x' }],
  groups: [
    { displayName: 'dba', members: ['jane@example.com', 'tom@example.com'] },
    { displayName: 'sre', members: ['=cmd|x'] },
  ],
  roles: ['Auditor'],
  containers: ['prod', 'stage'],
  containerPermissions: [
    { container: 'prod', group: 'dba', right: 'Owner' },
    { container: 'prod', user: 'jane@example.com', right: 'View' },
    { container: 'stage', group: 'sre', right: 'Edit' },
  ],
};

const open = async (options: ProjectOptions = {}) => {
  project = await openProject({ data, ...options });
};

const answered = (text: string) => text.slice(0, text.indexOf('reads ')).replace(/read \S+Z/, 'read <time>');

describe('access', () => {
  test('who: the highest rights first, with status and path', async () => {
    await open();
    const { code, out, writes } = await project.run('access', 'who', 'prod');
    expect(answered(out)).toBe(`Access to container prod, <tenant>, read <time>

Right  Principal              Status    Through
Owner  group dba              -         itself
Owner  user jane@example.com  active    dba
Owner  user tom@example.com   inactive  dba
View   user jane@example.com  active    itself

Objects that the account of the run cannot see are not included.
`);
    expect([code, writes]).toEqual([0, 0]);
  });

  test('what, why: of one principal', async () => {
    await open();
    expect(answered((await project.run('access', 'what', 'JANE@example.com')).out)).toContain(`
Right  On              Through
Owner  container prod  dba
View   container prod  itself

Groups: dba
`);
    const why = await project.run('access', 'why', 'jane@example.com', 'stage');
    expect(answered(why.out)).toContain('\nNone was found.\n');
  });

  test('JSON and CSV: nothing else on standard output, and no formula in a cell', async () => {
    await open();
    const json = await project.run('access', 'who', 'stage', '--json');
    expect(JSON.parse(json.out)).toMatchObject({
      command: 'access',
      scope: { kind: 'container', name: 'stage' },
      access: [
        { principal: { kind: 'group', name: 'sre' }, right: 'Edit', paths: 1, routes: [{ through: [] }] },
        { principal: { kind: 'user', name: '=cmd|x' }, routes: [{ through: [{ name: 'sre' }] }] },
      ],
      unread: [],
    });
    const { out } = await project.run('access', 'who', 'stage', '--csv');
    expect(out.split('\r\n')[2]).toBe('"user","\'=cmd|x","active","Edit","container","stage","sre","","1"');
  });

  test('a part that cannot be read is listed, and the exit code is 5', async () => {
    await open({ faults: { faults: [{ kind: 'status', status: 403, path: 'ContainerPermissions' }] } });
    const { code, out } = await project.run('access', 'who', 'prod');
    expect(code).toBe(5);
    expect(out).toContain('None was found in the parts that were read.\n');
    expect(out).toMatch(/Could not be read, so there may be more access:\n {2}- container permissions: .*403/);
  });

  test('a name that may belong to something unread is not "unknown": the part is listed, and the exit code is 5', async () => {
    await open({ faults: { faults: [{ kind: 'status', status: 403, path: 'Containers' }] } });
    const { code, err } = await project.run('access', 'who', 'prod');
    expect([code, err]).toEqual([5, expect.stringMatching(/parts could not be read: .*containers: .*403/)]);
  });

  test('a name that means nothing or several objects is an error', async () => {
    await open();
    const unknown = await project.run('access', 'who', 'prodd');
    expect([unknown.code, unknown.err]).toEqual([1, expect.stringContaining('Did you mean "prod"?')]);
    expect((await project.run('access', 'what', 'nobody')).code).toBe(1);
  });
});

describe('snapshot', () => {
  test('access is the same from a snapshot, without a request; and another file is not replaced', async () => {
    await open();
    const saved = await project.run('snapshot', '--out', 'live.json');
    expect(saved.out).toContain(
      'Snapshot saved: 5 users and groups, 6 containers and roles, 3 permissions and role bindings.\n',
    );
    const [live, kept] = [
      await project.run('access', 'who', 'prod'),
      await project.run('access', 'who', 'prod', '--snapshot', 'live.json'),
    ];
    expect(answered(kept.out)).toBe(answered(live.out));
    expect(kept.out).toContain('reads 0 ');
    project.write('other.json', '{}');
    expect((await project.run('snapshot', '--out', 'other.json')).err).toContain('is not a snapshot of delinea-iac');
    expect((await project.run('access', 'who', 'prod', '--snapshot', 'other.json')).err).toContain(
      'the snapshot cannot be used',
    );
    expect(project.read('other.json')).toBe('{}');
  });

  test('--after: the access that a plan leaves equals that after its apply', async () => {
    await open();
    project.declare({
      delinea_group: {
        dba: { display_name: 'dba', members: ['${delinea_user.nina.id}', '${delinea_group.ops.id}'], adopt: 'always' },
        ops: { display_name: 'ops', members: ['${delinea_user.nina.id}'] },
      },
      delinea_user: { nina: { user_name: 'nina@example.com' } },
      delinea_container_permission: {
        ops: { container: 'prod', principal_type: 'group', principal_id: '${delinea_group.ops.id}', right: 'Edit' },
      },
      delinea_role_binding: {
        nina: { role: 'Auditor', principal_type: 'user', principal_id: '${delinea_user.nina.id}' },
      },
    });
    await project.run('snapshot', '--out', 'live.json');
    await project.run('plan', '--out', 'plan.json');
    const after = await Promise.all(
      ['prod', 'Auditor'].map((scope) =>
        project.run('access', 'who', scope, '--snapshot', 'live.json', '--after', 'plan.json'),
      ),
    );
    const applied = await project.run('apply', '--auto-approve', '--init-ledger', '--allow-removals', '2');
    expect(applied).toMatchObject({ code: 0, err: '' });
    const now = await Promise.all(['prod', 'Auditor'].map((scope) => project.run('access', 'who', scope)));
    expect(after.map(({ out }) => answered(out))).toEqual(now.map(({ out }) => answered(out)));
    expect(now[0]!.out).toMatch(/^Edit +user nina@example.com +active +ops$/m);
  });

  test('--after: a plan of another tenant is refused', async () => {
    await open();
    project.declare({ delinea_user: { nina: { user_name: 'nina@example.com' } } });
    await project.run('snapshot', '--out', 'live.json');
    await project.run('plan', '--out', 'plan.json');
    project.write('live.json', project.read('live.json')!.replace(project.sim.url, 'https://other.example'));
    const { code, err } = await project.run('access', 'who', 'prod', '--snapshot', 'live.json', '--after', 'plan.json');
    expect([code, err]).toEqual([1, expect.stringContaining('and the access that of https://other.example')]);
  });
});

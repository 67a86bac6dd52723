import { mkdirSync, readFileSync } from 'node:fs';
import { afterEach, describe, expect, test } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { openProject, type Project } from '../support/cli/project.js';
import { junitFaults } from '../support/sarif/validate.js';

let project: Project;
/** Closing searches the output for secrets. */
afterEach(() => project.close());

const isReview = new Ajv2020({ strict: true }).compile(JSON.parse(readFileSync('review.schema.json', 'utf8')));
const id = (type: string, name: string) => `\${delinea_${type}.${name}.id}`;
const grant = (container: string, type: string, name: string, right: string) => ({
  container,
  principal_type: type,
  principal_id: id(type, name),
  right,
});

async function open(): Promise<void> {
  project = await openProject({
    data: {
      groups: [{ displayName: 'all' }],
      users: [{ userName: 'tom@example.com' }],
      roles: ['Auditor'],
      containers: ['prod', 'stage'],
      containerPermissions: [{ container: 'prod', user: 'tom@example.com', right: 'Owner' }],
    },
  });
  project.declare({
    delinea_user: {
      nina: { user_name: 'nina@example.com' },
      ext: { user_name: 'ext-`x`<script>@example.com' },
    },
    delinea_group: { dba: { display_name: 'dba', members: [id('user', 'nina')] } },
    delinea_container_permission: {
      prod: grant('prod', 'group', 'dba', 'Owner'),
      stage: grant('stage', 'user', 'ext', 'View'),
    },
  });
  await project.run('plan', '--out', 'plan.json', '--live', 'live.json');
  mkdirSync(project.path('policies'));
}

const reviewed = (...args: string[]) => project.run('review', 'plan.json', '--live', 'live.json', ...args);
const copyExample = (name: string) => project.write(name, readFileSync(`examples/review/${name}`, 'utf8'));

describe('policies', () => {
  test('those that ship warn in every review with a snapshot, and do not change the exit code', async () => {
    await open();
    const { code, out } = await reviewed();
    expect(code).toBe(0);
    expect(out).toContain(`Policies:
  ! warning: noDirectGrants: ext-\`x\`<script>@example.com gets View on container stage directly, not through a group (at delinea_container_permission.stage)
  ! warning: newAccessGate: 1 new ownership or role without the label new-access, of nina@example.com
`);
    expect((await reviewed('--label', 'new-access')).out).not.toContain('newAccessGate');
    expect((await project.run('review', 'plan.json')).out).not.toContain('Policies');
  });

  test('own ones of a folder: an error means exit code 3, in every form', async () => {
    await open();
    copyExample('policies/people.ts');
    project.write('policies/notes.txt', 'not a policy');
    project.write(
      'policies/last.mjs',
      "export default () => [{ level: 'warning', message: '::set-output name=x::\\u001b[31m' }]",
    );
    const { code, out } = await reviewed('--policies', 'policies');
    expect(code).toBe(3);
    const section = out.split('Policies:\n')[1]!.split('\n\n')[0]!;
    expect(section.split('\n').map((line) => line.replace(/ (on|of|contractor) .*/, ''))).toEqual([
      '  ! error: noDirectGrants: ext-`x`<script>@example.com gets View',
      '  ! warning: last: \\u003a:set-output name=x::\\u001b[31m',
      '  ! warning: contractors:',
      '  ! warning: everyRight: 2 new rights without the label access-approved,',
    ]);
    const markdown = await reviewed('--policies', 'policies', '--markdown');
    expect([markdown.code, markdown.out]).toEqual([3, expect.stringContaining('### Policies\n')]);
    expect(markdown.out).not.toContain('<script>');
    const json = await reviewed('--policies', 'policies', '--json');
    const review = JSON.parse(json.out);
    expect([isReview(review), isReview.errors]).toEqual([true, null]);
    expect(review.policies[0]).toEqual({
      policy: 'noDirectGrants',
      level: 'error',
      message: expect.stringContaining('gets View'),
      key: expect.any(String),
      address: 'delinea_container_permission.stage',
    });
    expect(isReview({ ...review, policies: [{ policy: 'x' }] })).toBe(false);
  });

  test('one that fails, and --policies without --live: an error, and no review', async () => {
    await open();
    project.write('policies/a.ts', "export const broken = () => { throw new Error('::set-output boom'); };");
    const { code, err, out } = await reviewed('--policies', 'policies');
    expect([code, out]).toEqual([1, expect.not.stringContaining('Access')]);
    expect(err).toContain('Error: the policy broken failed: \\u003a:set-output boom\n  at: policies/a.ts\n');
    const declared = await project.run('review', 'plan.json', '--policies', 'policies');
    expect([declared.code, declared.err]).toEqual([1, expect.stringContaining('--policies needs --live')]);
  });

  test('console output of a policy is escaped, and not on standard output', async () => {
    await open();
    project.write(
      'policies/a.ts',
      "console.log('loaded'); export const a = () => { console.log('::set-output x\\n::y'); return []; };",
    );
    const { code, err, out } = await reviewed('--policies', 'policies', '--json');
    expect([code, isReview(JSON.parse(out))]).toEqual([0, true]);
    expect(err).toContain('  > loaded\n  > \\u003a:set-output x\n  > \\u003a:y\n');
  });
});

describe('assertions in TypeScript', () => {
  test('are checked as those of access.yaml', async () => {
    await open();
    copyExample('access.ts');
    const { code, out } = await reviewed('--assert', 'access.ts');
    expect([code, out]).toEqual([
      3,
      expect.stringContaining('no new Owner on * without access-approved: nina@example.com has'),
    ]);
    expect(out).toContain('nobody outside dba reaches prod with Owner: tom@example.com has Owner on container prod');
  });
});

describe('drift with rules', () => {
  test('a violated rule comes before drift, and is shown in text and JSON', async () => {
    await open();
    await project.run('apply', '--auto-approve', '--init-ledger');
    project.write(
      'access.yaml',
      'assertions: [{ nobodyOutside: dba, reaches: prod }, { noNew: View, on: prod, withoutLabel: x }]',
    );
    project.write(
      'policies/direct.ts',
      "import { noDirectGrants } from 'delinea-iac/review';\nexport default noDirectGrants();",
    );
    const rules = ['--assert', 'access.yaml', '--policies', 'policies'];
    const { code, out } = await project.run('drift', ...rules);
    expect([code, out]).toEqual([3, expect.stringContaining('Drift: 1 not in code.')]);
    expect(out).toContain(`
Violated assertions:
  ! nobody outside dba reaches prod: tom@example.com has Owner on container prod, and is not in dba
Policies:
  ! warning: direct: tom@example.com gets Owner on container prod directly, not through a group
  ! warning: direct: ext-\`x\`<script>@example.com gets View on container stage directly, not through a group
1 with noNew not checked: run review --assert.
Rules on access: 2 rules checked, 3 found.
`);
    project.sim.resetRequests();
    const { delinea } = JSON.parse((await project.run('drift', '--json', '--junit', 'drift.xml', ...rules)).out);
    const once = project.sim.requests.total;
    const junit = project.read('drift.xml')!;
    expect(await junitFaults(junit)).toEqual([]);
    expect(junit).toMatch(/name="nobody outside dba reaches prod">\s*<failure message="[^"]*: tom/);
    expect(junit).toContain('name="Everything in the tenant could be read"/>');
    project.sim.resetRequests();
    await project.run('drift', '--html', 'drift.html', ...rules);
    // The page and the rules need the same access.
    expect(project.sim.requests.total).toBe(once);
    expect(delinea).toMatchObject({ violations: [{ isOld: false }], policies: [{ policy: 'direct' }, {}], unread: [] });
    expect((await project.run('drift', '--policies', 'policies')).code).toBe(2);
    project.sim.admin.addMember('dba', 'tom@example.com');
    const drifted = await project.run('drift', ...rules);
    expect([drifted.code, drifted.out]).toEqual([2, expect.not.stringContaining('Violated')]);
    expect((await project.run('drift')).out).not.toContain('Rules on access');
  });
});

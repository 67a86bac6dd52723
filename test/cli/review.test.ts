import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { ROOT } from '../support/cdktf/synth-process.js';
import { openProject, type Project } from '../support/cli/project.js';
import { junitFaults, sarifFaults } from '../support/sarif/validate.js';

interface Result {
  readonly ruleId: string;
  readonly locations: readonly [
    {
      readonly physicalLocation: {
        readonly artifactLocation: { readonly uri: string };
        readonly region: { readonly startLine: number };
      };
      readonly logicalLocations: readonly [{ readonly fullyQualifiedName: string }];
    },
  ];
}

let project: Project;
/** Closing searches the output for secrets. */
afterEach(() => project.close());

const crowd = Array.from({ length: 60 }, (_, index) => `u${String(index).padStart(2, '0')}@example.com`);
const id = (type: string, name: string) => `\${delinea_${type}.${name}.id}`;
const grant = (container: string, group: string, right: string) => ({
  container,
  principal_type: 'group',
  principal_id: id('group', group),
  right,
});

async function open(): Promise<void> {
  project = await openProject({
    data: {
      users: [...crowd.map((userName) => ({ userName })), { userName: 'idle@example.com', active: false }],
      groups: [{ displayName: 'all', members: crowd }],
      roles: ['Auditor'],
      containers: ['prod', 'stage', 'dev'],
      containerPermissions: [{ container: 'prod', user: crowd[0]!, right: 'Owner' }],
    },
  });
  project.declare({
    delinea_group: {
      all: { display_name: 'all', adopt: 'always' },
      dba: { display_name: 'dba', members: ['${delinea_user.nina.id}'] },
    },
    delinea_user: { nina: { user_name: 'nina@example.com' } },
    delinea_container_permission: {
      prod: grant('prod', 'dba', 'Owner'),
      stage: grant('stage', 'all', 'View'),
      dev: grant('dev', 'all', 'View'),
    },
  });
  await project.run('plan', '--out', 'plan.json', '--live', 'live.json');
}

const reviewed = (...args: string[]) => project.run('review', 'plan.json', ...args);

describe('review', () => {
  test('text: totals, what to look at first, and people with one path as one line', async () => {
    await open();
    const { code, out, writes } = await reviewed('--live', 'live.json');
    expect([code, writes]).toEqual([0, 0]);
    expect(out.replace(/read \S+Z/, 'read <time>').replace(/reads .*\n/, '')).toBe(`Access after this plan, <tenant>
Compared with the tenant as read <time>.
The plan file was not verified: anybody who can write it can change this review.
61 people gain access, 0 people lose access, on 3 containers and roles.
Ownerships and roles: 1 gained, 0 lost.

Policies:
  ! warning: newAccessGate: 1 new ownership or role without the label new-access, of nina@example.com

Look at these first:
  ! new Owner of container prod: nina@example.com
  ! 60 people get View on container stage through all
  ! 60 people get View on container dev through all
  ! delinea_group.all: adopt becomes "always", was null

+ nina@example.com gains Owner on container prod through dba
+ 60 people gain View on containers dev, stage through all
    people: ${crowd.slice(0, 10).join(', ')} and 50 more
`);
  });

  test('without a snapshot, the first lines state it', async () => {
    await open();
    const { code, out } = await reviewed();
    expect(code).toBe(0);
    expect(out.split('\n')[1]).toBe(
      'Declared objects only: other access of the same people is not known. Pass --live for a whole review.',
    );
    expect(out).toContain('+ nina@example.com gains Owner on container prod through dba\n');
  });

  test('JSON: every person, and nothing else on standard output', async () => {
    await open();
    const review = JSON.parse((await reviewed('--live', 'live.json', '--json')).out);
    expect(review).toMatchObject({
      command: 'review',
      basis: 'live',
      totals: { peopleGaining: 61, peopleLosing: 0, scopes: 3, privilegedGained: 1, privilegedLost: 0, unknown: 0 },
      entries: [
        { change: 'gained', right: 'Owner', privileged: true, scopes: [{ name: 'prod' }], through: [{ name: 'dba' }] },
        { change: 'gained', right: 'View', privileged: false },
      ],
    });
    expect(review.entries[1].people.map(({ name }: { name: string }) => name)).toEqual(crowd);
  });

  test('Markdown: a comment that a second run can find, with people that can be opened', async () => {
    await open();
    const { out } = await reviewed('--live', 'live.json', '--markdown');
    expect(out.startsWith('<!-- delinea-iac review -->\n')).toBe(true);
    expect(out).toContain(
      '<details><summary>🟢 60 people gain <code>View</code> on 2 containers through <code>all</code></summary>',
    );
    expect(out).toContain('```mermaid\ngraph LR\n');
    expect(out).not.toMatch(/[^&;#\d]@/);
  });

  test('SARIF and JUnit: beside the text, with the line of each declaration; only own files are replaced', async () => {
    await open();
    project.write('access.yaml', 'assertions: [{ nobodyOutside: dba, reaches: prod }]');
    project.write('cdk.tf.json', JSON.stringify(JSON.parse(project.read('cdk.tf.json')!), null, 1));
    const forms = ['--live', 'live.json', '--assert', 'access.yaml', '--sarif', 'out.sarif', '--junit', 'out.xml'];
    for (const _ of ['first', 'again']) {
      const { code, out, writes } = await reviewed(...forms);
      expect([code, writes]).toEqual([3, 0]);
      expect(out).toContain('Violated assertions:\n');
    }
    const sarif = project.read('out.sarif')!;
    expect(sarifFaults(sarif)).toEqual([]);
    expect(await junitFaults(project.read('out.xml')!)).toEqual([]);
    const lines = project.read('cdk.tf.json')!.split('\n');
    const { results } = JSON.parse(sarif).runs[0];
    const placed = results.filter(({ locations: [{ logicalLocations }] }: Result) => logicalLocations);
    expect(placed.map(({ ruleId }: Result) => ruleId)).toEqual([
      ...['new_owner', 'large_group', 'large_group', 'setting_changed', 'gained', 'gained'],
    ]);
    for (const { locations } of placed) {
      const [{ physicalLocation, logicalLocations }] = locations as Result['locations'];
      expect(physicalLocation.artifactLocation.uri).toBe('cdk.tf.json');
      const [, name] = logicalLocations[0].fullyQualifiedName.split('.');
      expect(lines[physicalLocation.region.startLine - 1]).toContain(`"${name}": {`);
    }
    project.write('notes.xml', '<notes/>');
    const other = await reviewed('--junit', 'notes.xml');
    expect([other.code, project.read('notes.xml')]).toEqual([1, '<notes/>']);
    const absent = await reviewed('--sarif', 'out.sarif', '--source', join(ROOT, 'examples/resources/delinea_user'));
    expect([absent.code, absent.err]).toEqual([1, expect.stringContaining('the root of the repository')]);
  });

  test('a plan is verified with the key of the environment: unsigned and edited ones are refused', async () => {
    await open();
    const withKey = (...args: string[]) => project.runWith({ DELINEA_PLAN_KEY: 'k'.repeat(64) }, ...args);
    await withKey('plan', '--out', 'signed.json');
    const review = async (file: string) => {
      const { code, out, err } = await withKey('review', file, '--live', 'live.json');
      return [code, /was not verified/.test(out), /^Error: .*/m.exec(err)?.[0] ?? ''];
    };
    expect(await review('signed.json')).toEqual([0, false, '']);
    project.write('edited.json', project.read('signed.json')!.replaceAll('nina@', 'nila@'));
    expect(await review('edited.json')).toEqual([1, false, expect.stringContaining('does not match DELINEA_PLAN_KEY')]);
    expect(await review('plan.json')).toEqual([1, false, expect.stringContaining('the plan is not signed')]);
  });

  test('HTML: a page beside the other forms, which replaces a page but no other file', async () => {
    await open();
    for (const form of ['--json', '--markdown']) {
      const { code, out } = await reviewed('--live', 'live.json', form, '--html', 'review.html');
      expect([code, out]).toEqual([0, (await reviewed('--live', 'live.json', form)).out]);
    }
    const page = project.read('review.html')!;
    expect(page.startsWith('<!doctype html>\n<!-- delinea-iac access page -->\n')).toBe(true);
    for (const name of ['nina@example.com', ...crowd]) expect(page.split(`"${name}"`)).toHaveLength(2);
    project.write('mine.html', '<p>mine</p>');
    const { code, err } = await reviewed('--html', 'mine.html');
    expect([code, err]).toEqual([1, expect.stringContaining('the file exists and is not a page of delinea-iac')]);
    expect(project.read('mine.html')).toBe('<p>mine</p>');
  });

  test('a disabled person, a loss, and a plan of another tenant', async () => {
    await open();
    await project.run('apply', '--auto-approve', '--init-ledger');
    project.declare(
      {
        delinea_group: {
          all: { display_name: 'all' },
          dba: { display_name: 'dba', members: ['${data.delinea_user.idle.id}'] },
        },
        delinea_user: { nina: { user_name: 'nina@example.com' } },
        delinea_container_permission: { prod: grant('prod', 'dba', 'Owner') },
      },
      { data: { delinea_user: { idle: { user_name: 'idle@example.com' } } } },
    );
    await project.run('snapshot', '--out', 'live.json');
    await project.run('plan', '--out', 'plan.json');
    const { out } = await reviewed('--live', 'live.json');
    expect(out).toContain('  ! inactive accounts get Owner on container prod: idle@example.com\n');
    expect(out).toContain('  ! no access is left to nina@example.com, ');
    expect(out).toContain('- nina@example.com loses Owner on container prod through dba\n');
    project.write('live.json', project.read('live.json')!.replace(project.sim.url, 'https://other.example'));
    const other = await reviewed('--live', 'live.json');
    expect([other.code, other.err]).toEqual([1, expect.stringContaining('and the snapshot of https://other.example')]);
  });

  test('a plan whose steps do something else than its actions state is refused', async () => {
    await open();
    const plan = project.read('plan.json')!;
    project.write('plan.json', plan.replaceAll(/"operation": "create"/g, '"operation": "none"'));
    const { code, err } = await reviewed('--live', 'live.json');
    expect([code, err]).toEqual([1, expect.stringContaining('does something else than its actions state')]);
  });

  test('a file that is not a plan', async () => {
    await open();
    for (const [name, text] of [
      ['empty.json', ''],
      ['other.json', '{}'],
      ['list.json', '[]'],
    ] as const) {
      project.write(name, text);
      const { code, err } = await project.run('review', name);
      expect([code, err]).toEqual([1, expect.stringContaining('the plan cannot be used')]);
    }
    expect((await project.run('review', 'absent.json')).err).toContain('it cannot be read (ENOENT)');
  });
});

describe('a plan that was edited by hand', () => {
  test('is refused with the place of the mistake, and without an internal error', async () => {
    await open();
    const text = project.read('plan.json')!;
    type Part = Record<string, unknown>;
    type Edited = { readonly delinea: Part; readonly resource_changes: readonly { readonly delinea: Part }[] };
    const edits: readonly [string, (plan: Edited) => unknown][] = [
      ['delinea.accounts', ({ delinea }) => delete delinea.accounts],
      ['delinea.names.container.1', ({ delinea }) => Object.assign(delinea, { names: { container: { 1: null } } })],
      [
        'settingChanges.0',
        ({ resource_changes: [first] }) => Object.assign(first!.delinea, { settingChanges: [null] }),
      ],
    ];
    for (const [place, edit] of edits) {
      const plan = JSON.parse(text);
      edit(plan);
      project.write('plan.json', JSON.stringify(plan));
      const { code, err } = await reviewed('--live', 'live.json');
      expect([code, err]).toEqual([1, expect.stringContaining('the plan cannot be used: ')]);
      expect(err).toContain(place);
    }
    const group = JSON.parse(text);
    const { delinea } = group.resource_changes.find(
      ({ address }: { address: string }) => address === 'delinea_group.dba',
    );
    delinea.desired.members = [{ ref: 7, attribute: 'id' }];
    project.write('plan.json', JSON.stringify(group));
    expect((await reviewed('--live', 'live.json')).out).toContain('+ 7 gains Owner on container prod through dba\n');
  });
});

describe('assertions', () => {
  const ASSERTIONS = `assertions:
  - nobodyOutside: dba        # a comment
    reaches: prod
  - { noNew: View, on: 's*', withoutLabel: access-approved }
`;

  test('review: a violated one fails with its path, unless the label allows it', async () => {
    await open();
    project.write('access.yaml', ASSERTIONS);
    const { code, out } = await reviewed('--live', 'live.json', '--assert', 'access.yaml');
    expect(code).toBe(3);
    expect(out).toContain(`Violated assertions:
  ! nobody outside dba reaches prod: u00@example.com has Owner on container prod, and is not in dba
  ! no new View on s* without access-approved: u00@example.com has View on container stage through all, which is new
`);
    const labelled = await reviewed('--live', 'live.json', '--assert', 'access.yaml', '--label', 'access-approved');
    expect(labelled.out).not.toContain('no new View');
    const declared = await reviewed('--assert', 'access.yaml');
    expect([declared.code, declared.err]).toEqual([1, expect.stringContaining('--assert needs --live')]);
  });

  test('access check: of the live tenant; review: after a plan', async () => {
    await open();
    project.write('access.yaml', 'assertions: [{ principal: all, keeps: View, on: stage }]');
    const live = await project.run('access', 'check', 'access.yaml');
    expect([live.code, live.out]).toEqual([3, expect.stringContaining('1 assertion checked, 1 violation.\n')]);
    project.write('new.yaml', 'assertions: [{ noNew: Owner, on: prod, withoutLabel: approved }]');
    const fresh = await project.run('access', 'check', 'new.yaml');
    expect([fresh.code, fresh.out]).toEqual([
      0,
      expect.stringContaining('1 with noNew not checked: run review --assert.\n0 assertions checked'),
    ]);
    const after = await reviewed('--live', 'live.json', '--assert', 'access.yaml', '--json');
    expect([after.code, JSON.parse(after.out)]).toMatchObject([0, { violations: [], unread: [] }]);
  });

  test.each([
    ['a key twice', 'assertions: []\nassertions: []', 'unique'],
    ['no list', '- a', 'file: '],
    ['another form', 'assertions: [{ nobody: x }]', 'assertions.0'],
    ['many aliases', `a: &a [x, x]\nb: &b [${'*a,'.repeat(60)}]\nassertions: [${'*b,'.repeat(60)}]`, ''],
    ['an unknown right', 'assertions: [{ principal: x, keeps: Onwer, on: y }]', 'assertions.0'],
  ])('a file with %s is refused', async (_, text, expected) => {
    await open();
    project.write('access.yaml', text);
    const { code, err } = await project.run('access', 'check', 'access.yaml');
    expect([code, err]).toEqual([1, expect.stringContaining('the assertions cannot be used: ')]);
    expect(err).toContain(expected);
  });
});

import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { ROOT } from '../support/cdktf/synth-process.js';
import { LEDGER, openProject, type Project } from '../support/cli/project.js';

jest.setTimeout(120_000);

const APPLY = ['apply', '--auto-approve'] as const;
const user = (name: string, more: Record<string, unknown> = {}) => ({
  [name]: { user_name: `${name}@example.com`, ...more },
});
const people = (...users: readonly ReturnType<typeof user>[]) => ({
  delinea_user: Object.fromEntries(users.flatMap((each) => Object.entries(each))),
});

let project: Project;
beforeEach(async () => {
  project = await openProject({ data: { users: [{ userName: 'eve@example.com' }] } });
});
afterEach(() => project.close());

interface Ledger {
  objects: Record<string, unknown>[];
  usedConsents?: unknown[];
  [name: string]: unknown;
}

const ledger = () => JSON.parse(project.read(LEDGER)!) as Ledger;
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const events = () =>
  (project.read('apply.jsonl') ?? '')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Record<string, unknown>);

/** Applies jane and tom for the first time. */
async function start(): Promise<void> {
  project.declare(people(user('jane'), user('tom')));
  expect(await project.run(...APPLY, '--init-ledger')).toMatchObject({ code: 0, err: '' });
}

/** Changes the ledger as a text editor would. */
function edit(change: (content: Ledger) => void): void {
  const content = ledger();
  change(content);
  project.write(LEDGER, JSON.stringify(content, null, 2));
}

const entry = (content: Ledger, name: string) =>
  content.objects.find(({ address }) => address === `delinea_user.${name}`)!;
const foreign = (content: Ledger) => {
  const { id } = project.sim.state().users.find(({ userName }) => userName === 'eve@example.com')!;
  content.objects.push({
    address: 'delinea_user.eve',
    kind: 'user',
    id,
    surface: 'platform-rest',
    key: { userName: 'eve@example.com' },
  });
};

test('ledger: its digest is in the log after each apply, and an unchanged one is accepted', async () => {
  await start();
  expect(events().at(-1)).toMatchObject({ event: 'end', ledger: sha256(project.read(LEDGER)!) });
  project.declare(people(user('jane', { title: 'Chief' }), user('tom')));
  expect(await project.run('plan')).toMatchObject({ code: 2, err: '' });
  expect(await project.run(...APPLY)).toMatchObject({ code: 0, err: '' });
  expect(
    events()
      .filter(({ event }) => event === 'ledger')
      .at(-1),
  ).toMatchObject({
    file: LEDGER,
    digest: sha256(project.read(LEDGER)!),
  });
  // Line ends and blanks, as git may change them, are no edit.
  project.write(LEDGER, project.read(LEDGER)!.replaceAll('\n', '\r\n'));
  const { code, out } = await project.run('plan');
  expect([code, out]).toEqual([0, expect.stringContaining('No changes.')]);
  expect(out).not.toContain('Note');
});

/** Attacks by an edit: the purpose, the edit, and the text of the error. */
const EDITS: readonly [string, (content: Ledger) => void, string][] = [
  ['a foreign object is added, so that it would be removed', foreign, 'added delinea_user.eve'],
  [
    'an entry is removed, so that its removal would be skipped',
    ({ objects }) => void objects.splice(1, 1),
    'removed delinea_user.tom',
  ],
  [
    'on_removal becomes delete',
    (content) => Object.assign(entry(content, 'tom'), { onRemoval: 'delete' }),
    'changed delinea_user.tom',
  ],
  [
    'an id becomes that of another object',
    (content) => {
      foreign(content);
      entry(content, 'jane').id = content.objects.pop()!.id;
    },
    'changed delinea_user.jane',
  ],
  [
    'recorded settings are removed, so that a change of them would not show',
    (content) => void delete entry(content, 'jane').settings,
    'changed delinea_user.jane',
  ],
  [
    'the heading is changed',
    (content) => Object.assign(content, { accounts: ['somebody else'] }),
    'changed stack, tenant, origins or accounts',
  ],
];

describe('an edited ledger', () => {
  test('is refused, and the error names what differs', async () => {
    await start();
    const whole = project.read(LEDGER)!;
    for (const [purpose, change, text] of EDITS) {
      edit(change);
      const { code, writes, err } = await project.run('plan');
      expect([purpose, code, writes, err]).toEqual([
        purpose,
        1,
        0,
        expect.stringContaining(`Error: the ledger was edited since the last apply: ${text}\n`),
      ]);
      project.write(LEDGER, whole);
    }
    expect(await project.run('plan')).toMatchObject({ code: 0, err: '' });
  });

  test('is refused by every command before the first request', async () => {
    await start();
    edit(foreign);
    const requests = project.sim.requests.total;
    for (const command of [['drift'], [...APPLY], ['export-terraform'], ['offboard', 'jane@example.com']]) {
      const attempt = await project.run(...command);
      expect(attempt).toMatchObject({ code: 1, writes: 0, ledger: 'as before' });
      expect(attempt.err).toContain('Error: the ledger was edited since the last apply: added delinea_user.eve\n');
    }
    expect(project.sim.requests.total).toBe(requests);
  });

  test('is refused when it is missing although the log has it', async () => {
    await start();
    rmSync(project.path(LEDGER));
    for (const command of ['plan', 'drift']) {
      const { code, err } = await project.run(command);
      expect([code, err]).toEqual([
        1,
        expect.stringContaining('the ledger does not exist, but the log beside it has one'),
      ]);
    }
    expect(await project.run(...APPLY, '--init-ledger')).toMatchObject({ code: 0, err: '' });
    expect(await project.run('plan')).toMatchObject({ code: 0, err: '' });
  });

  test('is accepted by its digest on the command line only, and the log records by whom', async () => {
    await start();
    edit(({ objects }) => void objects.splice(1, 1));
    const { err } = await project.run('plan');
    const digest = /accept-ledger ([\da-f]{64})/.exec(err)![1]!;
    const other = await project.run('accept-ledger', '0'.repeat(64));
    expect([other.code, other.err]).toEqual([1, expect.stringContaining(`the ledger has another digest: ${digest}`)]);
    const accepted = await project.run('accept-ledger', digest);
    expect([accepted.code, accepted.out]).toEqual([0, expect.stringContaining('removed delinea_user.tom')]);
    expect(events().filter(({ command }) => command === 'accept-ledger')).toHaveLength(1);
    expect(await project.run('verify-log')).toMatchObject({ code: 0 });
    const plan = await project.run('plan');
    expect([plan.code, plan.out]).toEqual([2, expect.stringContaining('delinea_user.tom will be adopted')]);
  });
});

describe('a log that is changed with the ledger', () => {
  const ofLog = () => project.read('apply.jsonl')!;
  const newDigest = async () => /accept-ledger ([\da-f]{64})/.exec((await project.run('plan')).err)![1]!;

  test('is refused by every command that compares the ledger with it', async () => {
    await start();
    const [log, digest] = [ofLog(), sha256(project.read(LEDGER)!)];
    edit(({ objects }) => void objects.splice(1, 1));
    project.declare(people(user('jane')));
    const edited = log.replaceAll(digest, await newDigest());
    const requests = project.sim.requests.total;
    for (const text of [
      edited,
      log.replace(/^.*"event":"ledger".*\n/gm, ''),
      edited.replaceAll(/"prev":"\w+",/g, ''),
    ]) {
      project.write('apply.jsonl', text);
      for (const command of text === edited ? [['plan'], ['drift'], [...APPLY], ['export-terraform']] : [['plan']]) {
        const { code, writes, err } = await project.run(...command);
        expect([command, code, writes, err]).toEqual([
          command,
          1,
          0,
          expect.stringMatching(
            /^Error: the log does not hold, so the ledger cannot be checked against it: line \d+ .+\n {2}at: .+\n {2}do: Run: delinea-iac verify-log\./,
          ),
        ]);
      }
      expect(ofLog()).toBe(text);
    }
    expect(project.sim.requests.total).toBe(requests);
  });

  test('is a warning when it holds and does not know the ledger', async () => {
    await start();
    const warning =
      'Warning: the log of applies beside the ledger does not know it: the log is older, its lines were removed, or the ledger is another one';
    // A stack with another name and a ledger that nobody has applied, beside an honest log.
    project.declare(people(user('jane')), { '//': { metadata: { stackName: 'robots' } } });
    project.write('delinea-iac.robots.json', project.read(LEDGER)!.replace('"stack":"people"', '"stack":"robots"'));
    for (const command of ['plan', 'drift']) {
      const { code, out } = await project.run(command);
      expect([code, out]).toEqual([2, expect.stringContaining(warning)]);
    }
    // A log without these lines, chained again.
    project.declare(people(user('jane'), user('tom')));
    let prev = '0'.repeat(64);
    const chained = events()
      .filter(({ event }) => event !== 'ledger')
      .map((event) => {
        const line = JSON.stringify({ ...event, prev });
        prev = sha256(line);
        return `${line}\n`;
      });
    project.write('apply.jsonl', chained.join(''));
    expect(await project.run('verify-log')).toMatchObject({ code: 0 });
    const { code, out } = await project.run('plan');
    expect([code, out]).toEqual([0, expect.stringContaining(warning)]);
  });
});

test('ledger: each state that a killed apply may leave is accepted, and an edit of it is not', async () => {
  await start();
  project.declare(people(user('jane'), user('tom'), ...Array.from({ length: 12 }, (_, index) => user(`u${index}`))));
  project.sim.faults.set({ latencyMs: 40 });
  const run = project.start(...APPLY);
  while (project.sim.requests.writes < 9) await new Promise((resolve) => setTimeout(resolve, 5));
  run.child.kill('SIGKILL');
  await run.ended;
  project.sim.faults.set({ latencyMs: 0 });
  expect(events().at(-1)?.event).not.toBe('end');
  const { err, code } = await project.run('plan');
  expect([code, err]).toEqual([2, '']);
  const whole = project.read(LEDGER)!;
  edit(foreign);
  expect((await project.run('plan')).err).toContain('edited since the last apply: added delinea_user.eve');
  project.write(LEDGER, whole);
  expect(await project.run(...APPLY)).toMatchObject({ code: 0, err: '' });
  expect(await project.run('plan')).toMatchObject({ code: 0, err: '' });
});

describe('a ledger without a log', () => {
  test('is used with a note, and the next apply records it', async () => {
    await start();
    rmSync(project.path('apply.jsonl'));
    const { code, out } = await project.run('plan');
    expect([code, out]).toEqual([
      0,
      expect.stringContaining('Note: no log of applies beside the ledger has its digest'),
    ]);
    expect(await project.run(...APPLY)).toMatchObject({ code: 0, err: '', writes: 0 });
    expect((await project.run('plan')).out).not.toContain('Note');
    edit(foreign);
    expect(await project.run('plan')).toMatchObject({ code: 1 });
  });

  test('may be that of the base branch, in another folder', async () => {
    await start();
    mkdirSync(project.path('base'));
    project.write('base/ledger.json', project.read(LEDGER)!);
    edit(({ objects }) => void objects.splice(1, 1));
    project.declare(people(user('jane')));
    const { code, out } = await project.run('plan', '--ledger', project.path('base/ledger.json'));
    expect([code, out]).toEqual([2, expect.stringContaining('delinea_user.tom will be deactivated')]);
  });
});

test('ledger: one that --ledger names and that does not exist is an error in every command', async () => {
  await start();
  for (const command of [['plan'], ['drift'], ['export-terraform'], [...APPLY], ['offboard', 'jane@example.com']]) {
    const attempt = await project.run(...command, '--ledger', project.path('typo.json'));
    expect(attempt).toMatchObject({ code: 1, writes: 0 });
    expect(attempt.err).toContain('Error: the ledger');
  }
});

test('ledger: another account than that of the last apply is a warning in the plan', async () => {
  await start();
  rmSync(project.path('apply.jsonl'));
  const { accounts } = ledger();
  edit((content) => Object.assign(content, { accounts: ['old-client'] }));
  const { code, out } = await project.run('plan');
  const now = (accounts as string[]).join(', ');
  expect([code, out]).toEqual([
    0,
    expect.stringContaining(
      `Warning: the ledger was last written by a run as old-client; this run logs in as ${now}\n`,
    ),
  ]);
});

test('ledger: other origins than those of the last apply are an error; accept-ledger accepts them', async () => {
  await start();
  const { origins } = ledger();
  expect(origins).toEqual([new URL(project.sim.url).origin]);
  const digest = async () => /accept-ledger ([\da-f]{64})/.exec((await project.run('plan')).err)![1]!;
  edit((content) => Object.assign(content, { origins: ['https://vault.example.com'] }));
  expect(await project.run('plan')).toMatchObject({
    code: 1,
    err: expect.stringContaining(
      'the last apply of the ledger used other origins: https://vault.example.com instead of <tenant>\n',
    ),
  });
  expect(await project.run('accept-ledger', await digest())).toMatchObject({ code: 0, err: '' });
  expect(ledger().origins).toEqual(origins);
  expect(await project.run('plan')).toMatchObject({ code: 0, err: '' });
});

const hasJq = spawnSync('jq', ['--version']).status === 0;

/** Runs the policy of the guide. @returns the addresses that it refuses; undefined where jq is not installed */
function refusedByPolicy(plan: string): unknown {
  if (!hasJq) return undefined;
  const guide = readFileSync(join(ROOT, 'docs/guides/policies.md'), 'utf8');
  const [, command] = /```sh\n(jq [^`]+)```/.exec(guide)!;
  const { status, stdout } = spawnSync('sh', ['-c', command!.replace('plan.json', project.path(plan))], {
    encoding: 'utf8',
  });
  return status === 0 ? [] : JSON.parse(stdout.replace(/false\n$/, ''));
}

describe('settings are changes', () => {
  test('of on_removal and prevent_destroy: plan, its JSON and drift show them, and apply records them', async () => {
    project.declare(people(user('jane', { lifecycle: { prevent_destroy: true } })));
    expect(await project.run(...APPLY, '--init-ledger')).toMatchObject({ code: 0, err: '' });
    project.declare(people(user('jane', { on_removal: 'delete' })));
    const lines = ['~ on_removal = "deactivate" -> "delete"', '~ prevent_destroy = true -> false'];
    const shown = await project.run('plan');
    expect([shown.code, shown.out]).toEqual([2, expect.stringContaining(lines.join('\n      '))]);
    const drift = await project.run('drift');
    expect([drift.code, drift.out]).toEqual([2, expect.stringContaining(lines.join('\n      '))]);
    const { out } = await project.run('plan', '--json', '--out', 'plan.json');
    expect(JSON.parse(out)).toMatchObject({
      resource_changes: [
        {
          change: {
            actions: ['update'],
            before: { on_removal: 'deactivate' },
            after: { on_removal: 'delete' },
          },
          delinea: {
            operation: 'configure',
            settingChanges: [
              { name: 'on_removal', before: 'deactivate', after: 'delete' },
              { name: 'prevent_destroy', before: true, after: false },
            ],
          },
        },
      ],
    });
    expect(refusedByPolicy('plan.json')).toEqual(hasJq ? ['delinea_user.jane'] : undefined);
    expect(await project.run('apply', 'plan.json', '--auto-approve')).toMatchObject({ code: 0, err: '', writes: 0 });
    expect(await project.run('plan', '--out', 'plan.json')).toMatchObject({ code: 0, err: '' });
    expect(refusedByPolicy('plan.json')).toEqual(hasJq ? [] : undefined);
  });
});

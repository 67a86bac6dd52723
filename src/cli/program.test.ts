import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { plain } from '../review/index.js';
import { type Simulator, startSimulator } from '../simulator/index.js';
import { runProgram } from './program.js';
import { readFaults } from './simulate.js';

jest.setTimeout(60_000);

let simulator: Simulator;
let folder: string;

beforeEach(async () => {
  simulator = await startSimulator({
    data: {
      users: [{ userName: 'bob@example.com', displayName: 'Bob' }],
      groups: [{ displayName: 'sre' }],
      roles: ['Auditor'],
    },
  });
  folder = mkdtempSync(join(tmpdir(), 'cli-'));
  declare({ jane: { user_name: 'jane@example.com' }, bob: { user_name: 'bob@example.com', display_name: 'Bob' } });
});

afterEach(() => simulator.close());

const ledger = () => join(folder, 'delinea-iac.people.json');
const users = () =>
  Object.fromEntries(simulator.state().users.map(({ userName, active, title }) => [userName, { active, title }]));

function declare(delinea_user: object, more: object = {}): void {
  const stack = {
    '//': { metadata: { stackName: 'people' } },
    provider: { delinea: [{ visibility_seconds: 1, retries: 0 }] },
  };
  writeFileSync(join(folder, 'cdk.tf.json'), JSON.stringify({ ...stack, resource: { delinea_user }, ...more }));
}

async function cli(
  args: readonly string[],
  { answer, env = simulator.env }: { answer?: string; env?: NodeJS.ProcessEnv } = {},
) {
  let out = '';
  let err = '';
  const code = await runProgram(args, {
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
    ask: answer === undefined ? undefined : async () => answer,
    redraws: false,
    paint: plain,
    env,
  });
  const secrets = [
    simulator.credentials.clientSecret,
    simulator.credentials.scimToken,
    simulator.credentials.servicePassword,
  ];
  for (const secret of secrets) expect(out + err).not.toContain(secret);
  return { code, out, err };
}

const begin = () => cli(['apply', folder, '--init-ledger', '--auto-approve']);

describe('plan and drift', () => {
  test('without a ledger: says so first, compares by name, and writes nothing', async () => {
    const { code, out } = await cli(['plan', folder]);
    expect(code).toBe(2);
    expect(out.startsWith('Warning: there is no ledger')).toBe(true);
    expect(out).toContain('Note: found, not ours\n  at: delinea_user.bob');
    expect(out).toContain('Plan: 1 to add, 0 to change, 0 to remove.');
    expect(out).toMatch(/reads \d+ \(lists \d+, gets \d+\), writes 0, waits 0, \d+\.\d s\n$/);
    expect(simulator.requests.writes).toBe(0);
  });

  test('nothing to do is 0, drift is 2', async () => {
    expect((await begin()).code).toBe(0);
    expect((await cli(['plan', folder])).code).toBe(0);
    expect((await cli(['drift', folder])).code).toBe(0);
    simulator.admin.editUser('bob@example.com', { displayName: 'Robert' });
    const { code, out } = await cli(['drift', folder]);
    expect(code).toBe(2);
    expect(out).toContain('~ display_name = "Bob" -> "Robert"');
  });

  test('--json is JSON alone; the cost goes to standard error', async () => {
    const { code, out, err } = await cli(['plan', folder, '--json']);
    expect(code).toBe(2);
    expect(JSON.parse(out)).toMatchObject({ format_version: '1.2', delinea: { stack: 'people', ledger: false } });
    expect(err).toMatch(/^reads /);
  });

  test('what cannot be read is 5 and never "no changes"', async () => {
    const url = simulator.url;
    await simulator.close();
    const { code, out, err } = await cli(['drift', folder], { env: { ...simulator.env, DELINEA_URL: url } });
    expect(code).toBe(5);
    expect(out).not.toMatch(/No (drift|changes)/);
    expect(err).toMatch(/^Error: .*\n {2}do: /);
    simulator = await startSimulator();
  });

  test('bad input is 1, every fault with its place', async () => {
    declare({ jane: { user_name: 'jane@example.com', count: 2 } }, { locals: {} });
    const { code, err } = await cli(['plan', folder]);
    expect(code).toBe(1);
    expect(err).toContain('  at: delinea_user.jane.count');
    expect(err).toContain('  at: locals');
  });
});

describe('apply', () => {
  test('does not start without a ledger', async () => {
    const { code, err } = await cli(['apply', folder, '--auto-approve']);
    expect(code).toBe(1);
    expect(err).toContain('--init-ledger');
    expect(simulator.requests.writes).toBe(0);
  });

  test('--init-ledger takes equal objects over without a write and creates the rest', async () => {
    const { code, out } = await begin();
    expect(code).toBe(0);
    expect(out).toContain('# delinea_user.bob will be adopted (equal, no write)');
    expect(out).toContain('Applied: 2 steps done and read back.');
    expect(simulator.requests.writes).toBe(1);
    expect(JSON.parse(readFileSync(ledger(), 'utf8')).objects).toHaveLength(2);
    const log = readFileSync(join(folder, 'apply.jsonl'), 'utf8').trim().split('\n');
    const events = log.map((line) => JSON.parse(line).event);
    expect([events[0], events.at(-1)]).toEqual(['start', 'end']);
    expect(log.join()).not.toContain(simulator.credentials.clientSecret);
  });

  test('--init-ledger refuses unequal objects and does the rest: partly applied', async () => {
    declare({ jane: { user_name: 'jane@example.com' }, bob: { user_name: 'bob@example.com', display_name: 'Robert' } });
    const { code, out } = await begin();
    expect(code).toBe(4);
    expect(out).toContain('Partly applied');
    expect(users()).toHaveProperty(['jane@example.com']);
  });

  test.each(['y', 'YES', 'no', ''])('%j is no yes: nothing is written, no ledger begun', async (answer) => {
    expect((await cli(['apply', folder, '--init-ledger'], { answer })).code).toBe(1);
    expect(simulator.requests.writes).toBe(0);
    expect(() => readFileSync(ledger())).toThrow('ENOENT');
  });

  test('yes is a yes; nobody to ask is an error', async () => {
    const { code, err } = await cli(['apply', folder, '--init-ledger']);
    expect([code, err]).toEqual([1, expect.stringContaining('--auto-approve')]);
    expect((await cli(['apply', folder, '--init-ledger'], { answer: 'yes' })).code).toBe(0);
    expect(users()).toHaveProperty(['jane@example.com']);
  });

  test('a removed user is deactivated, and what that does not end is said', async () => {
    await begin();
    declare({ bob: { user_name: 'bob@example.com', display_name: 'Bob' } });
    const { code, out } = await cli(['apply', folder, '--auto-approve']);
    expect(code).toBe(0);
    expect(out).toContain('login disabled; sessions: cannot be read here');
    expect(out).not.toContain('access removed');
    expect(users()['jane@example.com']).toMatchObject({ active: false });
  });

  test('a ledger that cannot be written stops the run after what is in flight', async () => {
    await begin();
    declare(
      Object.fromEntries(
        Array.from({ length: 60 }, (_, index) => [`u${index}`, { user_name: `u${index}@example.com` }]),
      ),
    );
    const before = simulator.requests.writes;
    simulator.faults.set({ latencyMs: 20 });
    const running = cli(['apply', folder, '--auto-approve']);
    await new Promise((resolve) => setTimeout(resolve, 5));
    while (simulator.requests.writes === before) await new Promise((resolve) => setTimeout(resolve, 1));
    rmSync(folder, { recursive: true });
    const { code } = await running;
    expect(code).toBe(4);
    expect(simulator.requests.writes - before).toBeLessThan(40);
  });
});

describe('a saved plan', () => {
  const file = () => join(folder, 'plan.json');

  test('is carried out as it is, and refuses what has changed since', async () => {
    await begin();
    declare({
      jane: { user_name: 'jane@example.com', title: 'SRE' },
      bob: { user_name: 'bob@example.com', display_name: 'Robert' },
    });
    expect((await cli(['plan', folder, '--out', file()])).code).toBe(2);
    // The stack says something else by now; the plan counts.
    declare({ jane: { user_name: 'jane@example.com', title: 'CEO' } });
    simulator.admin.editUser('bob@example.com', { displayName: 'Bobby' });
    const { code, out } = await cli(['apply', file(), '--stack', folder, '--auto-approve']);
    expect(code).toBe(4);
    expect(out).toMatch(/Error: .*\n {2}at: delinea_user\.bob/);
    expect(users()['jane@example.com']?.title).toBe('SRE');
    expect(simulator.state().users.find(({ userName }) => userName === 'bob@example.com')?.displayName).toBe('Bobby');
  });

  test('made without a ledger, for another stack or another tenant is refused', async () => {
    await cli(['plan', folder, '--out', file()]);
    await begin();
    const blind = await cli(['apply', file(), '--stack', folder, '--auto-approve']);
    expect([blind.code, blind.err]).toEqual([1, expect.stringContaining('without a ledger')]);
    await cli(['plan', folder, '--out', file()]);
    const elsewhere = { ...simulator.env, DELINEA_URL: 'http://127.0.0.1:9' };
    const other = await cli(['apply', file(), '--stack', folder, '--auto-approve'], { env: elsewhere });
    expect([other.code, other.err]).toEqual([1, expect.stringContaining('the plan was made for')]);
    writeFileSync(file(), readFileSync(file(), 'utf8').replace('"stack": "people"', '"stack": "robots"'));
    const foreign = await cli(['apply', file(), '--stack', folder, '--auto-approve']);
    expect([foreign.code, foreign.err]).toEqual([1, expect.stringContaining('"robots"')]);
  });

  test('holds no secret, and is for its owner alone', async () => {
    await cli(['plan', folder, '--out', file()]);
    const text = readFileSync(file(), 'utf8');
    expect(text).not.toContain(simulator.credentials.clientSecret);
    expect(statSync(file()).mode & 0o777).toBe(0o600);
  });
});

test('help tells the exit codes; an unknown option is an error', async () => {
  const { code, out } = await cli(['--help']);
  expect(code).toBe(0);
  expect(out).toContain('partly applied');
  expect((await cli(['plan', '--nonsense'])).code).toBe(1);
});

test('faults of the simulator are read from the command line', () => {
  expect(readFaults(['latencyMs=50', 'throttle=0.1'])).toEqual({
    latencyMs: 50,
    faults: [{ kind: 'throttle', rate: 0.1 }],
  });
  expect(() => readFaults(['throttle'])).toThrow('not name=number');
});

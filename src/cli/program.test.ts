import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { runHere } from '../../test/support/cli/run-here.js';
import { type Simulator, startSimulator } from '../simulator/index.js';
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
  const { code, out, err } = await runHere(args, env, answer);
  const secrets = [
    simulator.credentials.clientSecret,
    simulator.credentials.scimToken,
    simulator.credentials.servicePassword,
  ];
  for (const secret of secrets) expect(out + err).not.toContain(secret);
  return { code, out, err };
}

const begin = () => cli(['apply', folder, '--init-ledger', '--auto-approve']);

describe('program: plan and drift', () => {
  test('plan warns first, compares by name and writes nothing when there is no ledger', async () => {
    const { code, out } = await cli(['plan', folder]);
    expect(code).toBe(2);
    expect(out).toMatch(/^Tenant: http[^\n]*\n\nWarning: there is no ledger/);
    expect(out).not.toContain('delinea_user.bob');
    expect(out).toContain('Plan: 1 to add, 0 to change, 0 to remove, 1 to adopt.');
    expect(out).toMatch(/reads \d+ \(lists \d+, gets \d+\), writes 0, waits 0, \d+\.\d s\n$/);
    expect(simulator.requests.writes).toBe(0);
  });

  test('end with 0 when nothing differs and with 2 on drift', async () => {
    expect((await begin()).code).toBe(0);
    expect((await cli(['plan', folder])).code).toBe(0);
    expect((await cli(['drift', folder])).code).toBe(0);
    simulator.admin.editUser('bob@example.com', { displayName: 'Robert' });
    const { code, out } = await cli(['drift', folder]);
    expect(code).toBe(2);
    expect(out).toContain('~ display_name = "Bob" -> "Robert"');
  });

  test('print only JSON on standard output with --json', async () => {
    const { code, out, err } = await cli(['plan', folder, '--json']);
    expect(code).toBe(2);
    expect(JSON.parse(out)).toMatchObject({ format_version: '1.2', delinea: { stack: 'people', ledger: false } });
    expect(err).toMatch(/^Plan digest: [0-9a-f]{64}\nreads /);
  });

  test('end with 5 and never print "no changes" when the tenant cannot be read', async () => {
    const url = simulator.url;
    await simulator.close();
    const { code, out, err } = await cli(['drift', folder], { env: { ...simulator.env, DELINEA_URL: url } });
    expect(code).toBe(5);
    expect(out).not.toMatch(/No (drift|changes)/);
    expect(err).toMatch(/^Error: .*\n {2}do: /);
    simulator = await startSimulator();
  });

  test('end with 1 and report every fault with its path when the input is invalid', async () => {
    declare({ jane: { user_name: 'jane@example.com', count: 2 } }, { module: {} });
    const { code, err } = await cli(['plan', folder]);
    expect(code).toBe(1);
    expect(err).toContain('  at: delinea_user.jane.count');
    expect(err).toContain('  at: module');
  });
});

describe('program: apply', () => {
  test('does not start when there is no ledger', async () => {
    const { code, err } = await cli(['apply', folder, '--auto-approve']);
    expect(code).toBe(1);
    expect(err).toContain('--init-ledger');
    expect(simulator.requests.writes).toBe(0);
  });

  test('adopts equal objects without a write and creates the others with --init-ledger', async () => {
    const { code, out } = await begin();
    expect(code).toBe(0);
    expect(out).toContain('# delinea_user.bob will be adopted (equals the code, no write)');
    expect(out).toContain('Applied: 2 steps done and read back.');
    expect(simulator.requests.writes).toBe(1);
    expect(JSON.parse(readFileSync(ledger(), 'utf8')).objects).toHaveLength(2);
    const log = readFileSync(join(folder, 'apply.jsonl'), 'utf8').trim().split('\n');
    const events = log.map((line) => JSON.parse(line).event);
    expect([events[0], events.at(-1)]).toEqual(['start', 'end']);
    expect(log.join()).not.toContain(simulator.credentials.clientSecret);
  });

  test('refuses objects that differ and applies the others with --init-ledger', async () => {
    declare({ jane: { user_name: 'jane@example.com' }, bob: { user_name: 'bob@example.com', display_name: 'Robert' } });
    const { code, out } = await begin();
    expect(code).toBe(4);
    expect(out).toContain('Partly applied');
    expect(users()).toHaveProperty(['jane@example.com']);
  });

  test.each(['y', 'YES', 'no', ''])('writes nothing and starts no ledger when the answer is %j', async (answer) => {
    expect((await cli(['apply', folder, '--init-ledger'], { answer })).code).toBe(1);
    expect(simulator.requests.writes).toBe(0);
    expect(() => readFileSync(ledger())).toThrow('ENOENT');
  });

  test('applies when the answer is yes, and fails when it cannot ask', async () => {
    const { code, err } = await cli(['apply', folder, '--init-ledger']);
    expect([code, err]).toEqual([1, expect.stringContaining('--auto-approve')]);
    expect((await cli(['apply', folder, '--init-ledger'], { answer: 'yes' })).code).toBe(0);
    expect(users()).toHaveProperty(['jane@example.com']);
  });

  test('deactivates a removed user and notes open sessions', async () => {
    await begin();
    declare({ bob: { user_name: 'bob@example.com', display_name: 'Bob' } });
    const { code, out } = await cli(['apply', folder, '--auto-approve']);
    expect(code).toBe(0);
    expect(out).toContain('login disabled; sessions: 0 open; check-outs: 0 open');
    expect(out).not.toContain('access removed');
    expect(users()['jane@example.com']).toMatchObject({ active: false });
  });

  test('stops after the steps in progress when the ledger cannot be written', async () => {
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

describe('program: apply of a saved plan', () => {
  const file = () => join(folder, 'plan.json');

  test('refuses the plan as a whole when the stack or an object was changed since', async () => {
    await begin();
    const wanted = {
      jane: { user_name: 'jane@example.com', title: 'SRE' },
      bob: { user_name: 'bob@example.com', display_name: 'Robert' },
    };
    declare(wanted);
    const { code: planned, out } = await cli(['plan', folder, '--out', file(), '--reactivate', 'bob@example.com']);
    expect(planned).toBe(2);
    expect(out).toContain(
      `Plan saved. To apply it: delinea-iac apply ${file()} --stack ${folder} --reactivate bob@example.com --expect `,
    );
    const apply = () => cli(['apply', file(), '--stack', folder, '--auto-approve']);
    declare({ ...wanted, jane: { user_name: 'jane@example.com', title: 'CEO' } });
    simulator.admin.editUser('bob@example.com', { displayName: 'Bobby' });
    const { code, err } = await apply();
    expect(code).toBe(1);
    expect(err).toMatch(/Error: .*: title\n {2}at: delinea_user\.jane/);
    expect(err).toMatch(/Error: .*: display_name\n {2}at: delinea_user\.bob/);
    expect(users()['jane@example.com']?.title).toBeUndefined();
    declare(wanted);
    simulator.admin.editUser('bob@example.com', { displayName: 'Bob' });
    expect((await apply()).code).toBe(0);
    expect(users()['jane@example.com']?.title).toBe('SRE');
  });

  test('refuses a plan that was made without a ledger, for another stack or for another tenant', async () => {
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

  test('the file contains no secret and only its owner can read it', async () => {
    await cli(['plan', folder, '--out', file()]);
    const text = readFileSync(file(), 'utf8');
    expect(text).not.toContain(simulator.credentials.clientSecret);
    expect(statSync(file()).mode & 0o777).toBe(0o600);
  });
});

test('program: --help prints the exit codes; an unknown option is an error', async () => {
  const { code, out } = await cli(['--help']);
  expect(code).toBe(0);
  expect(out).toContain('partly applied');
  expect((await cli(['plan', '--nonsense'])).code).toBe(1);
});

test('readFaults: reads the faults of the simulator from the command line', () => {
  expect(readFaults(['latencyMs=50', 'throttle=0.1'])).toEqual({
    latencyMs: 50,
    faults: [{ kind: 'throttle', rate: 0.1 }],
  });
  expect(() => readFaults(['throttle'])).toThrow('not name=number');
});

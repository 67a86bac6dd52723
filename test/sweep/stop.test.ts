import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Fault } from '../../src/simulator/index.js';
import { startDelinea } from '../support/cli/process.js';
import { LEDGER, openProject, type Project } from '../support/cli/project.js';

/** Seconds within which a stopped process has to end. */
const SECONDS = 8;

const stack = {
  delinea_user: Object.fromEntries(
    ['ada', 'bob', 'cyd'].map((name) => [name, { user_name: `${name}@example.com`, display_name: name }]),
  ),
};

let project: Project;
beforeEach(async () => {
  project = await openProject({ seedUsers: 5, provider: { retries: 6, timeout_seconds: 600 } });
  project.declare(stack);
});
afterEach(() => project.close());

/** Starts a command, sends SIGTERM when the tenant has received enough requests, and measures the time until the end. */
async function stopWhen(received: () => number, least: number, ...args: string[]) {
  const { child, ended } = project.start(...args);
  const deadline = Date.now() + 10_000;
  while (received() < least && Date.now() < deadline) await sleep(20);
  expect(received()).toBeGreaterThanOrEqual(least);
  await sleep(100);
  const began = performance.now();
  child.kill('SIGTERM');
  const result = await ended;
  const seconds = (performance.now() - began) / 1000;
  expect(seconds).toBeLessThan(SECONDS);
  return { ...result, seconds };
}

const HANG: Fault = { kind: 'timeoutBefore', path: '/users' };
const WAIT: Fault = { kind: 'throttle', path: '/users', retryAfter: 290 };

test.each([
  ['plan', 'a hung connection', HANG],
  ['plan', 'a wait for Retry-After', WAIT],
  ['drift', 'a hung connection', HANG],
  ['apply --init-ledger --auto-approve', 'a hung connection', HANG],
  ['apply --init-ledger --auto-approve', 'a wait for Retry-After', WAIT],
  ['offboard user00001@example.com --auto-approve', 'a hung connection', HANG],
])('SIGTERM: ends %s at once while it reads, during %s', async (command, _, fault) => {
  project.sim.faults.set({ faults: [fault] });
  const { seconds } = await stopWhen(
    () => project.sim.requests.lists + project.sim.requests.gets,
    1,
    ...command.split(' '),
  );
  expect(seconds).toBeLessThan(2);
  expect(project.sim.requests.writes).toBe(0);
});

test('SIGTERM: ends an apply whose write hangs, and records that its outcome is unknown', async () => {
  project.sim.faults.set({ faults: [{ kind: 'timeoutAfter', method: 'POST', path: '/users' }] });
  const { code, out } = await stopWhen(
    () => project.sim.requests.writes,
    3,
    'apply',
    '--init-ledger',
    '--auto-approve',
  );
  expect(code).toBe(4);
  expect(out).toContain('create user: given up without a response, since the run was stopped');
  expect(out).toContain('do: The write may have been executed. Plan again to check.');
  expect(out).toContain('Partly applied: 0 steps done and read back, 3 not done.');
  const log = project
    .read('apply.jsonl')!
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(log.map(({ outcome }) => outcome).filter(Boolean)).toEqual([
    ...Array(3).fill('sending'),
    ...Array(3).fill('failed'),
  ]);
  expect(log.at(-1)).toMatchObject({ event: 'end', converged: false, failed: 3 });
  // The users exist, and the next apply adopts them.
  project.sim.faults.clear();
  expect(await project.run('apply', '--auto-approve')).toMatchObject({ code: 0, writes: 0 });
  expect(project.read(LEDGER)).toContain('ada@example.com');
});

test('SIGTERM: ends an apply whose writes wait for Retry-After, and starts no other step', async () => {
  project.sim.faults.set({ faults: [{ kind: 'throttle', method: 'POST', path: '/users', retryAfter: 290 }] });
  const { code, seconds, out } = await stopWhen(
    () => project.sim.requests.writes,
    3,
    'apply',
    '--init-ledger',
    '--auto-approve',
  );
  expect([code, seconds < 2]).toEqual([5, true]);
  expect(out).toContain('(HTTP 429, Platform REST)');
  expect(project.sim.state().users).toHaveLength(5);
});

test('SIGTERM: a second one ends the apply at once', async () => {
  project.sim.faults.set({ faults: [{ kind: 'timeoutAfter', method: 'POST', path: '/users' }] });
  const { child, ended, waitForErr } = project.start('apply', '--init-ledger', '--auto-approve');
  while (project.sim.requests.writes < 3) await sleep(20);
  child.kill('SIGTERM');
  await waitForErr('Stopping:');
  const began = performance.now();
  child.kill('SIGTERM');
  expect((await ended).code).toBe(4);
  expect(performance.now() - began).toBeLessThan(1_000);
});

test('SIGTERM: ends a simulated tenant while a client holds its connection', async () => {
  const { child, ended } = startDelinea(['simulate', '--fault', 'timeoutBefore=1'], project.folder, {});
  const text = await new Promise<string>((resolve) => child.stdout!.once('data', (data) => resolve(String(data))));
  const url = /at (http:\S+)/.exec(text)![1]!;
  const hung = fetch(`${url}/api/v1/users`).catch(() => undefined);
  await sleep(300);
  const began = performance.now();
  child.kill('SIGTERM');
  expect((await ended).code).toBe(0);
  expect(performance.now() - began).toBeLessThan(2_000);
  await hung;
});

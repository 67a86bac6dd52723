import { afterEach, expect, test } from '@jest/globals';
import { factsOf, failuresOf } from '../../../test/support/assert/facts.js';
import { bind, grant, group, membersOf, user } from '../../../test/support/tenant/declare.js';
import { openWorkbench, type Workbench, type WorkbenchOptions } from '../../../test/support/tenant/workbench.js';
import { DelineaError } from '../model/errors.js';
import type { LogEvent } from './apply-context.js';

let bench: Workbench;
afterEach(() => bench?.close());
const open = async (options: WorkbenchOptions = {}) => {
  bench = await openWorkbench({
    data: { containers: ['prod'], roles: ['Auditor'] },
    provider: { retries: 0, concurrency: 1 },
    ...options,
  });
};
const sent = (events: readonly LogEvent[]) => events.filter(({ outcome }) => outcome === 'sending');

const [jane, sre] = [user('jane', { title: 'hidden-title' }), group('sre')] as const;
const begun = [jane, group('sre', membersOf(jane)), grant('g', 'prod', sre, 'View'), bind('b', 'Auditor', jane)];

test('log: has every write before it is sent, with attribute names and without values', async () => {
  await open();
  const events: LogEvent[] = [];
  const io = {
    log: async (event: LogEvent) => {
      events.push(event);
      // With concurrency 1, the only logged write that was not sent yet is this one.
      if (event.outcome === 'sending') expect(bench.sim.requests.writes).toBe(sent(events).length - 1);
    },
  };
  const changed = [user('jane', { title: 'other-title' }), sre, grant('g', 'prod', sre, 'Owner')];
  for (const declarations of [begun, changed, [sre]]) {
    expect(failuresOf(await bench.apply(await bench.plan(declarations), io))).toEqual([]);
    expect(bench.sim.requests.writes).toBe(sent(events).length);
  }
  expect(sent(events).map(({ kind, request }) => `${request} ${kind}`)).toEqual(
    expect.arrayContaining([
      'create user',
      'create group',
      'create container-permission',
      'create role-binding',
      'update user',
      'delete role-binding',
      'delete container-permission',
    ]),
  );
  expect(sent(events)).toContainEqual({
    address: 'delinea_user.jane',
    kind: 'user',
    label: 'jane@example.com',
    operation: 'update',
    id: bench.sim.state().users[0]!.id,
    request: 'update',
    changed: ['title'],
    outcome: 'sending',
  });
  expect(JSON.stringify(events)).not.toMatch(/hidden-title|other-title/);
});

test('log: has a line for each attempt of a write', async () => {
  await open();
  await bench.converge([jane]);
  bench.sim.faults.set({ faults: [{ kind: 'resetBefore', method: 'PATCH', path: '/users', times: 2 }] });
  bench.sim.resetRequests();
  const { events, failures } = await bench.converge([user('jane', { title: 'other' })]);
  expect(failures).toEqual([]);
  expect(events.map(({ outcome }) => outcome)).toEqual(['sending', 'sending', 'sending', 'written', 'verified']);
  expect(bench.sim.requests.writes).toBe(3);
});

test('log: has a delete and a create without id for a replaced right', async () => {
  await open();
  await bench.converge([sre, grant('g', 'prod', sre, 'View')]);
  const old = bench.sim.state().containerPermissions[0]!.id;
  const { events } = await bench.converge([sre, grant('g', 'prod', sre, 'Owner')]);
  expect(sent(events)).toMatchObject([
    { request: 'delete', id: old },
    { request: 'create', id: undefined },
  ]);
});

test('log: a write that cannot be logged is not sent', async () => {
  await open();
  const before = factsOf(bench.sim.state());
  const plan = await bench.plan(begun);
  bench.sim.resetRequests();
  const full = new DelineaError('ledger_damaged', 'cannot write the log (ENOSPC)');
  const result = bench.apply(plan, { log: async () => Promise.reject(full) });
  await expect(result).rejects.toBe(full);
  expect(bench.sim.requests.writes).toBe(0);
  expect(factsOf(bench.sim.state())).toEqual(before);
});

import { afterEach, describe, expect, test } from '@jest/globals';
import { exitOfDrift } from '../../src/cli/exit.js';
import type { Declaration } from '../../src/provider/index.js';
import { driftOf } from '../../src/review/index.js';
import type { Fault } from '../../src/simulator/index.js';
import { failuresOf, findingsOf, stepsOf } from '../support/assert/facts.js';
import { user } from '../support/tenant/declare.js';
import { openWorkbench, type Workbench } from '../support/tenant/workbench.js';

let bench: Workbench;
afterEach(() => bench?.close());

const KEY = { externalId: 'hr-jane' };
const tom = user('tom', { externalId: 'hr-tom', title: 'SRE' });
const hide = (path: string): void => {
  const fault: Fault = { kind: 'dropFields', method: 'GET', path, fields: ['externalId'] };
  bench.sim.faults.set({ faults: [fault] });
};
const usersNow = () => bench.sim.state().users.map(({ userName, title }) => `${userName} ${title ?? ''}`);

async function planned(declarations: readonly Declaration[]) {
  const plan = await bench.plan(declarations);
  return [exitOfDrift(driftOf(plan)), stepsOf(plan), findingsOf(plan)];
}

describe.each(['platform-rest', 'platform-scim'])('externalId that %s omits from responses', (surface) => {
  const open = async () => {
    bench = await openWorkbench({ provider: { routing: [{ kind: 'user', surface }] } });
    await bench.converge([user('jane', KEY), tom]);
    // From here on only the ledger knows the key: code no longer declares it.
    await bench.converge([user('jane'), tom]);
  };

  test('blocks writes to that user, and others are applied, when every response omits it', async () => {
    await open();
    hide('/users');
    const titled = [user('jane', { title: 'Boss' }), user('tom', { ...tom.values, title: 'Boss' })];
    expect(await planned(titled)).toEqual([
      5,
      ['update user tom@example.com'],
      ['error incomplete_response delinea_user.jane'],
    ]);
    const unchanged = user('tom', { title: 'SRE' });
    expect(await planned([unchanged])).toEqual([5, [], ['error incomplete_response delinea_user.jane']]);
    const { failures } = await bench.converge([titled[0]!, unchanged]);
    expect([failures, usersNow()]).toEqual([[], ['jane@example.com ', 'tom@example.com SRE']]);
  });

  test('is written again when code declares it', async () => {
    await open();
    hide('/users');
    expect(await planned([user('jane', { ...KEY, title: 'Boss' }), user('tom')])).toEqual([
      2,
      ['update user jane@example.com'],
      [],
    ]);
  });

  test('is read for each changed user, and for no other, when only lists omit it', async () => {
    await open();
    hide('/users\\?');
    bench.sim.resetRequests();
    expect(await planned([user('jane'), user('tom')])).toEqual([0, [], []]);
    expect(Object.keys(bench.sim.requests.byRoute).filter((route) => route.includes('{id}'))).toEqual([]);
    const { failures } = await bench.converge([user('jane', { title: 'Boss' }), user('tom')]);
    expect([failures, usersNow()]).toEqual([[], ['jane@example.com Boss', 'tom@example.com SRE']]);
  });

  test('stops the write when the read before it omits the key', async () => {
    await open();
    const plan = await bench.plan([user('jane', { title: 'Boss' }), tom]);
    hide('/users/');
    bench.sim.resetRequests();
    expect(failuresOf(await bench.apply(plan))).toEqual(['delinea_user.jane incomplete_response']);
    expect(bench.sim.requests.writes).toBe(0);
  });
});

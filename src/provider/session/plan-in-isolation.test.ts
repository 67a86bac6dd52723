import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { resourceOf } from '../resources/index.js';
import { ownedByState } from './owned-by-state.js';
import { planInIsolation } from './plan-in-isolation.js';
import { openSessionBench, type SessionBench } from './session.fixture.js';

let bench: SessionBench;
beforeEach(async () => {
  bench = await openSessionBench({
    data: {
      containers: ['prod'],
      users: [{ userName: 'bob@example.com', active: false }],
      groups: [{ displayName: 'sre', members: ['bob@example.com'] }],
    },
  });
});
afterEach(() => bench.close());

const sre = (more: object = {}) => ({
  resource: resourceOf('group'),
  declared: { displayName: 'sre', members: [], allowEmpty: true, ...more },
});

/** Bob as the state of an earlier run has him, declared to be active. */
const bob = (more: object = {}) => ({
  resource: resourceOf('user'),
  declared: { userName: 'bob@example.com', active: true, ...more },
  state: { id: bench.sim.state().users[0]!.id, userName: 'bob@example.com', active: false },
});

test('plan in isolation: nothing is removed when a set without edges is no longer declared', async () => {
  const set = { resource: resourceOf('container-permissions'), state: { id: '1', container: 'prod', grants: [] } };
  const { change, live } = await planInIsolation(await bench.read(), set, []);
  expect(change.delinea).toMatchObject({ operation: 'none', label: 'permissions on prod', edgeSteps: [] });
  expect(live).toBeUndefined();
});

test('plan in isolation: the live object is returned when there is one', async () => {
  const reader = await bench.read();
  const { id } = bench.sim.state().groups[0]!;
  const { live } = await planInIsolation(reader, sre({ members: undefined }), []);
  expect(live).toMatchObject({ id, values: { displayName: 'sre' } });
  expect((await planInIsolation(reader, sre({ displayName: 'ops' }), [])).live).toBeUndefined();
});

test('plan in isolation: a list with unknown elements is compared only when adoption was asked for', async () => {
  const reader = await bench.read();
  const partlyUnknown = ['members'];
  await expect(planInIsolation(reader, sre(), [])).rejects.toMatchObject({ code: 'not_ours' });
  const compared = async (instance: object) =>
    (await planInIsolation(reader, { ...sre(), ...instance, partlyUnknown }, [])).change.delinea.changed;
  expect(await compared({})).toEqual([]);
  expect(await compared(sre({ adopt: 'always' }))).toEqual(['members']);
});

test('plan in isolation: a consent has no effect when the private state has it as used', async () => {
  const reader = await bench.read();
  const instance = bob({ reactivate: 'T-1' });
  const owned = await ownedByState(reader, instance);
  const { change } = await planInIsolation(reader, instance, owned);
  expect(change.delinea.operation).toBe('reactivate');
  const used = { ...instance, privateState: { usedConsents: ['T-1'] } };
  await expect(planInIsolation(reader, used, owned)).rejects.toMatchObject({
    message: 'bob@example.com is disabled in the tenant and is not enabled without consent',
  });
});

test('plan in isolation: an account needs no consent when this session has disabled it', async () => {
  const reader = await bench.read();
  const owned = await ownedByState(reader, bob());
  await expect(planInIsolation(reader, bob(), owned)).rejects.toMatchObject({ remedy: [{ kind: 'consent' }] });
  const { change } = await planInIsolation(reader, bob(), owned, ['bob@example.com']);
  expect(change.delinea.operation).toBe('reactivate');
});

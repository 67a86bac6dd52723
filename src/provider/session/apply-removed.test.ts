import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { resourceOf } from '../resources/index.js';
import { openSessionBench, type SessionBench } from './session.fixture.js';

let bench: SessionBench;
beforeEach(async () => {
  bench = await openSessionBench({ data: { containers: ['prod'] } });
});
afterEach(() => bench.close());

const resource = resourceOf('user');
const jane = { userName: 'jane@example.com' };
const isActive = () => bench.sim.state().users[0]!.active;
const refusal = { faults: [{ kind: 'status', status: 400, method: 'PATCH|PUT' } as const] };

test('apply removed: refused when the removal was planned for another tenant', async () => {
  const { state } = await bench.apply('user', jane);
  const privateState = { planned: { tenant: 'https://other.delinea.app' } };
  const { error } = await (await bench.open()).apply({ resource, state, privateState });
  expect(error).toMatchObject({ code: 'stale_plan' });
  expect(isActive()).toBe(true);
});

test('apply removed: an edge whose scope is not found is an error unless the plan only forgets it', async () => {
  const state = { id: '1', container: 'gone', principalType: 'user', principalId: 'u1', right: 'View' };
  const edge = { resource: resourceOf('container-permission'), state };
  expect((await (await bench.open()).apply(edge)).error).toMatchObject({ code: 'unknown_name' });
  const forgotten = await (await bench.open()).apply({ ...edge, privateState: { planned: { forgets: true } } });
  expect(forgotten.error).toBeUndefined();
});

test('apply removed: an object stays when another address declares it, whether or not the plan knew that', async () => {
  const { state } = await bench.apply('user', jane);
  for (const planned of [{ redeclared: true }, {}]) {
    const session = await bench.open();
    const [removed, declared] = await Promise.all([
      session.apply({ resource, state, privateState: { planned } }),
      session.apply({ resource, declared: jane }),
    ]);
    expect([removed.error, declared.error]).toEqual([undefined, undefined]);
    expect(isActive()).toBe(true);
  }
});

test('apply removed: an edge stays when another address has applied it before its removal is sent', async () => {
  const { applied } = await bench.apply('user', jane);
  const ends = { container: 'prod', principalType: 'user', principalId: applied.live!.id };
  const edge = await bench.apply('container-permission', { ...ends, right: 'View' });
  const session = await bench.open();
  await session.apply({ resource: edge.resource, declared: { ...ends, right: 'View' } });
  const { error, warnings } = await session.apply({ resource: edge.resource, state: edge.state });
  expect([error, warnings]).toMatchObject([undefined, [{ message: expect.stringContaining('is left unchanged') }]]);
  expect(bench.sim.state().containerPermissions).toHaveLength(1);
});

test('apply removed: skipped when the other address that declares the object fails', async () => {
  const { state } = await bench.apply('user', jane);
  bench.sim.faults.set(refusal);
  const session = await bench.open();
  const [removed, declared] = await Promise.all([
    session.apply({ resource, state, privateState: { planned: { redeclared: true } } }),
    session.apply({ resource, declared: { ...jane, title: 'Lead' } }),
  ]);
  expect(declared.error).toBeDefined();
  expect(removed.error).toMatchObject({
    code: 'skipped',
    message: 'user jane@example.com is also declared at another address, which failed',
  });
});

test('apply removed: skipped when the principal of the edge is declared at another address that fails', async () => {
  const { applied } = await bench.apply('user', jane);
  const grant = { container: 'prod', principalType: 'user', principalId: applied.live!.id, right: 'View' };
  const { resource: permission, state } = await bench.apply('container-permission', grant);
  bench.sim.faults.set(refusal);
  const session = await bench.open();
  const [removed] = await Promise.all([
    session.apply({ resource: permission, state }),
    session.apply({ resource, declared: { ...jane, title: 'Lead', adopt: 'always' } }),
  ]);
  expect(removed.error).toMatchObject({
    code: 'skipped',
    message: expect.stringContaining('its user or group is also declared at another address, which failed'),
  });
  expect(bench.sim.state().containerPermissions).toHaveLength(1);
});

test('apply removed: edges of a set stay when the plan found them declared at other addresses', async () => {
  const ids = ['jane', 'joe'].map(async (name) => {
    const { applied } = await bench.apply('user', { userName: `${name}@example.com` });
    return applied.live!.id;
  });
  const [janeId, joeId] = await Promise.all(ids);
  const grants = [janeId, joeId].map((principalId) => ({ principalType: 'user', principalId, right: 'View' }));
  const set = await bench.apply('container-permissions', { container: 'prod', grants });
  const edge = { resource: resourceOf('container-permission'), declared: { container: 'prod', ...grants[0] } };
  const planning = await bench.open();
  const [{ planned }] = await Promise.all([planning.plan({ ...set, declared: undefined }), planning.plan(edge)]);
  expect(planned.kept).toHaveLength(1);
  const removed = { ...set, declared: undefined, privateState: { ...set.privateState, planned } };
  expect((await (await bench.open()).apply(removed)).error).toBeUndefined();
  expect(bench.sim.state().containerPermissions).toMatchObject([{ user: 'jane@example.com' }]);
});

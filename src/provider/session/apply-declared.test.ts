import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { resourceOf } from '../resources/index.js';
import { openSessionBench, type SessionBench } from './session.fixture.js';

let bench: SessionBench;
beforeEach(async () => {
  bench = await openSessionBench({ data: { containers: ['prod'], users: [{ userName: 'bob@example.com' }] } });
});
afterEach(() => bench.close());

const resource = resourceOf('user');
const jane = { userName: 'jane@example.com' };
const userOf = (name: string) => bench.sim.state().users.find(({ userName }) => userName === name);
const view = () => ({ principalType: 'user', principalId: userOf('bob@example.com')!.id, right: 'View' });

test('apply declared: nothing is sent when the run was stopped', async () => {
  const { state } = await bench.apply('user', jane);
  const session = await bench.open();
  bench.sim.resetRequests();
  session.stop();
  const { error, live } = await session.apply({ resource, state, declared: { ...jane, title: 'Lead' } });
  expect([error, live]).toMatchObject([{ code: 'cancelled' }, undefined]);
  expect(bench.sim.requests.total).toBe(0);
});

test('apply declared: an account is restored without consent when another address removed it in this apply', async () => {
  const { state } = await bench.apply('user', jane);
  const session = await bench.open();
  expect((await session.apply({ resource, state })).error).toBeUndefined();
  expect(userOf(jane.userName)?.active).toBe(false);
  const { live, warnings } = await session.apply({ resource, declared: { ...jane, active: true } });
  expect(live?.values.active).toBe(true);
  expect(warnings).toMatchObject([
    { message: 'jane@example.com was removed at another address in this apply and is restored' },
  ]);
});

test('apply declared: a group gets its members back when another address removed it and declares none', async () => {
  const { principalId } = view();
  const group = await bench.apply('group', { displayName: 'sre', members: [principalId] });
  const session = await bench.open();
  expect((await session.apply({ resource: group.resource, state: group.state })).error).toBeUndefined();
  expect(bench.sim.state().groups[0]?.members).toEqual([]);
  const { live } = await session.apply({ resource: group.resource, declared: { displayName: 'sre' } });
  expect(live?.values.members).toEqual([principalId]);
});

test('apply declared: a differing object is refused with the way to adopt it, unless its removal follows', async () => {
  const declared = { userName: 'bob@example.com', title: 'Lead' };
  const refused = await (await bench.open()).apply({ resource, declared });
  expect(refused.error).toMatchObject({ code: 'not_ours', remedy: [{ kind: 'adopt' }, { kind: 'moved' }] });
  const session = await bench.open();
  const state = { id: userOf('bob@example.com')!.id, userName: 'bob@example.com' };
  const applying = session.apply({ resource, declared });
  const { removing } = await session.alongside(async () => {
    await setTimeout(200);
    return { removing: session.apply({ resource, state }) };
  });
  const [applied, removed] = await Promise.all([applying, removing]);
  expect([applied.error, removed.error]).toEqual([undefined, undefined]);
  expect(userOf('bob@example.com')).toMatchObject({ title: 'Lead', active: true });
});

test('apply declared: a set is read back whole, and an object that needs no write is as the plan read it', async () => {
  const set = await bench.apply('container-permissions', { container: 'prod', grants: [view()] });
  expect(set.applied.live?.values.grants).toEqual([view()]);
  const { live } = await (await bench.open()).apply({ resource, declared: { userName: 'bob@example.com' } });
  expect(live).toMatchObject({ id: view().principalId, values: { userName: 'bob@example.com', active: true } });
});

import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { resourceOf } from '../resources/index.js';
import { openSessionBench, type SessionBench } from './session.fixture.js';

let bench: SessionBench;
beforeEach(async () => {
  bench = await openSessionBench({ data: { containers: ['prod'] } });
});
afterEach(() => bench.close());

const jane = { userName: 'jane@example.com' };

test('plan instance: refused when an attribute was set since the import found it unset', async () => {
  const { state, resource } = await bench.apply('user', jane);
  bench.sim.admin.editUser(jane.userName, { title: 'Lead' });
  const instance = {
    resource,
    state: { ...state, title: '' },
    privateState: { unset: ['title'] },
    declared: { ...jane, title: 'Boss' },
  };
  const refusal = { code: 'stale_plan', path: 'title', message: 'jane@example.com: title was set since the import' };
  await expect((await bench.open()).plan(instance)).rejects.toMatchObject(refusal);
  const unchanged = { ...instance, declared: { ...jane, title: '' } };
  await expect((await bench.open()).unchanged(unchanged)).rejects.toMatchObject(refusal);
  const asLive = { ...instance, declared: { ...jane, title: 'Lead' } };
  for (const accepted of [{ ...instance, privateState: {} }, asLive]) {
    await expect((await bench.open()).plan(accepted)).resolves.toBeDefined();
  }
});

test('plan instance: a removal records the object that it read, and whether anything is removed', async () => {
  const { state, resource } = await bench.apply('user', jane);
  const { planned } = await (await bench.open()).plan({ resource, state });
  expect(planned).toMatchObject({
    tenant: expect.stringContaining(`${bench.sim.url}; accounts: ${bench.sim.env.DELINEA_CLIENT_ID}`),
    forgets: false,
    seen: { ...jane, active: true },
  });
  const retained = await (await bench.open()).plan({ resource, state: { ...state, onRemoval: 'retain' } });
  expect(retained.planned.forgets).toBe(true);
});

test('plan instance: a removed object stays when another address declares it, even if its removal is sent later', async () => {
  const { state, resource } = await bench.apply('user', jane);
  const session = await bench.open();
  const declaring = session.plan({ resource, declared: jane });
  const { removing } = await session.alongside(async () => {
    await setTimeout(200);
    return { removing: session.plan({ resource, state }) };
  });
  const [removed, declared] = await Promise.all([removing, declaring]);
  expect(removed.planned.redeclared).toBe(true);
  expect([removed, declared].map(({ warnings }) => warnings.map(({ groupMessage }) => groupMessage))).toEqual([
    ['was removed at one address and is declared at another; nothing is removed'],
    ['was removed at one address and is declared at another; it is left unchanged'],
  ]);
});

test('plan instance: an unchanged instance is refused when its removal is planned at another address', async () => {
  const { state, resource } = await bench.apply('user', jane);
  const session = await bench.open();
  await session.plan({ resource, state });
  await expect(session.unchanged({ resource, state, declared: jane })).rejects.toMatchObject({
    code: 'duplicate',
    remedy: [{ kind: 'parallelism', above: 1 }],
  });
  await expect((await bench.open()).unchanged({ resource, state, declared: jane })).resolves.toEqual({
    warnings: [],
    planned: {},
  });
});

test('plan instance: only names that nobody can declare are looked up before the own name is known', async () => {
  const session = await bench.open();
  const resource = resourceOf('container-permission');
  const declared = { container: 'prod', principalType: 'user', principalId: 'nobody' };
  await expect(session.check({ resource, declared })).resolves.toBeUndefined();
  const managed = { resource: resourceOf('user'), declared: { manager: 'nobody' } };
  await expect(session.check(managed)).resolves.toBeUndefined();
  await expect(session.check({ resource, declared: { ...declared, container: 'test' } })).rejects.toMatchObject({
    code: 'unknown_name',
    path: 'container',
  });
});

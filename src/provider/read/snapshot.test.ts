import { afterEach, describe, expect, test } from '@jest/globals';
import pLimit from 'p-limit';
import { startSimulator } from '../../simulator/index.js';
import { connect, type Tenant } from '../api/tenant.js';
import { open, type Reply, serveApi } from '../api/test-server.fixture.js';
import type { RemoteObject } from '../model/wire.js';
import { readSettings } from '../settings/settings.js';
import { Snapshot } from './snapshot.js';
import type { View } from './view.js';

/** How many objects Terraform reads at once. */
const AT_ONCE = 10;

let server: { close(): Promise<void> } | undefined;
afterEach(() => server?.close());

async function tenantOf(seedUsers: number) {
  const sim = await startSimulator({ seedUsers });
  server = sim;
  const tenant = await connect(readSettings({}, sim.env), {});
  return { sim, tenant, users: sim.state().users, view: new Snapshot(tenant).view('user') };
}

const reads = ({ cost }: Tenant) => cost.lists + cost.gets;

/** Reads as Terraform does: ten at once, without announcing how many. */
async function inTens(view: View, ids: readonly string[]): Promise<(RemoteObject | undefined)[]> {
  const limit = pLimit(AT_ONCE);
  return Promise.all(ids.map((id) => limit(() => view.byId(id))));
}

const idsOf = (lives: readonly (RemoteObject | undefined)[]) => lives.map((live) => live?.id);

/** Picks items at equal distances from the end, so that the first page does not contain them. */
function spread<T>(items: readonly T[], count: number): T[] {
  const step = Math.floor(items.length / count);
  return Array.from({ length: count }, (_, index) => items[items.length - 1 - index * step]!);
}

describe('snapshot: ten concurrent reads that were not announced', () => {
  test.each([
    ['from the first on', false],
    ['from the last on', true],
  ])('of 1,000 users %s: one list', async (_, backwards) => {
    const { tenant, users, view } = await tenantOf(1_000);
    const ids = users.map(({ id }) => id);
    if (backwards) ids.reverse();
    expect(idsOf(await inTens(view, ids))).toEqual(ids);
    expect(reads(tenant)).toBeLessThanOrEqual(12);
  });

  test('of 16 users among 50,000: no list', async () => {
    const { tenant, users, view } = await tenantOf(50_000);
    const ids = spread(users, 16).map(({ id }) => id);
    expect(idsOf(await inTens(view, ids))).toEqual(ids);
    expect(reads(tenant)).toBeLessThanOrEqual(18);
  });

  test('by name cost no more than by id', async () => {
    const { tenant, users, view } = await tenantOf(1_000);
    const limit = pLimit(AT_ONCE);
    const names = users.map(({ userName }) => ({ userName }));
    const found = await Promise.all(names.map((name) => limit(() => view.byKey(name))));
    expect(found.map((lives) => lives.map(({ id }) => id))).toEqual(users.map(({ id }) => [id]));
    expect(reads(tenant)).toBeLessThanOrEqual(12);
  });

  test.each([12, 25, 40, 400])('of %d among 4,000 users: never more than twice the cheaper way', async (count) => {
    const { tenant, users, view } = await tenantOf(4_000);
    const ids = spread(users, count).map(({ id }) => id);
    expect(idsOf(await inTens(view, ids))).toEqual(ids);
    expect(reads(tenant)).toBeLessThanOrEqual(2 * Math.min(count, 40));
  });

  test('two objects cost two reads however short the list is; reading again is free', async () => {
    const { tenant, users, view } = await tenantOf(150);
    const ids = [...spread(users, 2).map(({ id }) => id), 'nobody', 'nobody'];
    expect(idsOf(await inTens(view, ids.slice(0, 2)))).toEqual(ids.slice(0, 2));
    expect([tenant.cost.lists, tenant.cost.gets]).toEqual([0, 2]);
    expect(idsOf(await inTens(view, ids))).toEqual([ids[0], ids[1], undefined, undefined]);
    const spent = reads(tenant);
    expect(idsOf(await inTens(view, ids))).toEqual([ids[0], ids[1], undefined, undefined]);
    expect(reads(tenant)).toBe(spent);
  });

  test('an object that the list lacks is read by id before it counts as missing', async () => {
    const { tenant, users, view } = await tenantOf(300);
    const ids = [...spread(users, 9).map(({ id }) => id), 'nobody'];
    expect(idsOf(await inTens(view, ids))).toEqual([...ids.slice(0, 9), undefined]);
    expect([tenant.cost.lists, tenant.cost.gets]).toEqual([3, 1]);
  });
});

test('snapshot: a failed first page fails every read that waits for it', async () => {
  const refusal: Reply = { status: 403, body: { message: 'not for you' } };
  const late: Promise<unknown>[] = [];
  let view: View | undefined;
  const api = await serveApi(() => {
    for (const name of ['late1', 'late2', 'late3']) late.push(view!.byId(name).catch((error) => error.code));
    return refusal;
  });
  server = api;
  const tenant = await open(api.url);
  view = new Snapshot(tenant).view('user');
  const asked = Array.from({ length: AT_ONCE }, (_, index) => view!.byId(`u${index}`));
  const endings = await Promise.allSettled(asked);
  expect(endings.map((ending) => ending.status === 'rejected' && ending.reason.code)).toEqual(
    Array(AT_ONCE).fill('forbidden'),
  );
  expect(await Promise.all(late)).toEqual(['forbidden', 'forbidden', 'forbidden']);
  expect([tenant.cost.lists, tenant.cost.gets]).toEqual([1, 0]);
});

test('snapshot: announced reads are not batched', async () => {
  const { tenant, users, view } = await tenantOf(1_000);
  await view.prepare(3);
  const ids = spread(users, 3).map(({ id }) => id);
  expect(idsOf(await inTens(view, ids))).toEqual(ids);
  expect([tenant.cost.lists, tenant.cost.gets]).toEqual([1, 3]);
});

describe('snapshot: a transient error', () => {
  const TRY = { DELINEA_RETRIES: '0' };

  async function faulty(seedUsers: number) {
    const sim = await startSimulator({ seedUsers });
    server = sim;
    const tenant = await connect(readSettings({}, { ...sim.env, ...TRY }), {});
    return { sim, view: new Snapshot(tenant).view('user') };
  }

  test('fails the waiting reads with one request, and no later read', async () => {
    const { sim, view } = await faulty(250);
    sim.faults.add({ kind: 'status', status: 500, path: '/Users', times: 1 });
    const outcomes = await Promise.allSettled(Array.from({ length: 100 }, () => view.all()));
    expect(outcomes.filter(({ status }) => status === 'rejected')).toHaveLength(100);
    expect(sim.requests.reads).toBe(1);
    expect(await view.all()).toHaveLength(250);
    expect(await view.byId('nobody')).toBeUndefined();
  });

  test('in the middle of a list: the next read starts the list again', async () => {
    const { sim, view } = await faulty(250);
    await view.count();
    sim.faults.add({ kind: 'status', status: 500, path: '/Users', times: 1 });
    await expect(view.all()).rejects.toMatchObject({ code: 'server_error' });
    sim.admin.addUser({ userName: 'late@example.com' });
    expect(await view.all()).toHaveLength(251);
  });

  test('differs from a permanent error, which is not requested again', async () => {
    const { sim, view } = await faulty(10);
    sim.faults.add({ kind: 'status', status: 403, path: '/Users' });
    for (let at = 0; at < 20; at++) await expect(view.all()).rejects.toMatchObject({ code: 'forbidden' });
    expect(sim.requests.reads).toBe(1);
  });
});

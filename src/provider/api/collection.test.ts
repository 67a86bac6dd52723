import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { type Simulator, startSimulator } from '../../simulator/index.js';
import { readSettings } from '../settings/settings.js';
import { connect, type Tenant } from './tenant.js';
import { open, type Reply, type Seen, serveApi } from './test-server.fixture.js';

let simulator: Simulator;
let tenant: Tenant;
beforeAll(async () => {
  const data = {
    users: [{ userName: 'ada' }, { userName: 'bob' }],
    groups: [{ displayName: 'Admins', members: ['ada'] }],
    containers: ['Open', 'Closed'],
    containerPermissions: [
      { container: 'Open', user: 'ada', right: 'Owner' },
      { container: 'Open', group: 'Admins', right: 'View' },
      { container: 'Closed', user: 'ada', right: 'View' },
    ],
  };
  simulator = await startSimulator({ data, visibleContainers: ['Open'], leanLists: true });
  tenant = (await connect(readSettings({ retries: 0 }, simulator.env), {})).permitWrites();
});
afterAll(() => simulator.close());
afterEach(() => simulator.faults.clear());

/** Runs against an API of which every answer is given here. */
async function against(
  reply: (seen: Seen) => Reply,
  work: (tenant: Tenant, seen: readonly Seen[]) => Promise<unknown>,
) {
  const server = await serveApi(reply);
  try {
    await work(await open(server.url, { retries: 0, secretServerUrl: server.url }), server.seen);
  } finally {
    await server.close();
  }
}

describe('objectCollection: absent objects', () => {
  test('get and remove: treat a 404 as absent', async () => {
    const users = tenant.collection('user');
    expect(await users.get('00000000-0000-0000-0000-000000000000')).toBeUndefined();
    await expect(users.remove({ id: 'nobody', values: {}, raw: {} })).resolves.toBeUndefined();
  });

  test('update: throws after a 404', async () => {
    const change = tenant.collection('user').update({ id: 'nobody', values: {}, raw: {} }, { title: 'x' });
    await expect(change).rejects.toMatchObject({ code: 'not_found', status: 404 });
  });

  test('get: throws after a 403', async () => {
    const { id } = simulator.state().containers.find(({ name }) => name === 'Closed')!;
    await expect(tenant.collection('container').get(id)).rejects.toMatchObject({ code: 'forbidden', status: 403 });
  });

  test.each<[string, Reply]>([
    ['a page that says 404', { status: 404, body: '<html>not here</html>' }],
    ['a login page', { body: '<html>log in</html>' }],
    ['a redirect', { status: 302 }],
  ])('get and remove: throw after %s', async (_, reply) => {
    await against(
      () => reply,
      async (own) => {
        for (const kind of ['user', 'group']) {
          const collection = own.collection(kind);
          await expect(collection.get('7')).rejects.toMatchObject({ code: 'wrong_surface' });
          await expect(collection.remove({ id: '7', values: {}, raw: {} })).rejects.toMatchObject({
            code: 'wrong_surface',
          });
        }
      },
    );
  });

  test('find: a 404 is a search without a hit on Secret Server, and a wrong URL elsewhere', async () => {
    await against(
      () => ({ status: 404, body: { message: 'Nothing found.' } }),
      async (own) => {
        const users = own.collection('user', 'secret-server');
        expect(await users.find({ userName: 'x' })).toEqual([]);
        await expect(users.list()).rejects.toMatchObject({ code: 'wrong_surface' });
        await expect(own.collection('user').find({ userName: 'x' })).rejects.toMatchObject({ code: 'wrong_surface' });
      },
    );
  });

  test('get: throws when the response is empty', async () => {
    await against(
      () => ({ status: 200 }),
      async (own) => {
        await expect(own.collection('user').get('7')).rejects.toMatchObject({ code: 'malformed_response' });
      },
    );
  });
});

describe('objectCollection: ids in URLs', () => {
  test('get: encodes an id as one path segment', async () => {
    await against(
      () => ({ status: 404 }),
      async (own, seen) => {
        await own.collection('user').get('../groups/7?x=1#y z');
        expect(seen.at(-1)?.url).toBe('/api/v1/users/..%2Fgroups%2F7%3Fx%3D1%23y%20z');
      },
    );
  });

  test.each(['', '.', '..'])('get, update and remove: send nothing when the id is "%s"', async (id) => {
    await against(
      () => ({ status: 204 }),
      async (own, seen) => {
        const users = own.collection('user');
        await expect(users.get(id)).rejects.toMatchObject({ code: 'stack_invalid' });
        await expect(users.remove({ id, values: {}, raw: {} })).rejects.toMatchObject({ code: 'stack_invalid' });
        await expect(users.update({ id, values: {}, raw: {} }, { title: 'x' })).rejects.toMatchObject({
          code: 'stack_invalid',
        });
        expect(seen).toEqual([]);
      },
    );
  });
});

describe('objectCollection: create', () => {
  test('create: returns the id as a string when the response has one', async () => {
    for (const [body, id] of [
      [{ id: 12 }, '12'],
      [{ id: 'a' }, 'a'],
      [{ id: null }, undefined],
      [{}, undefined],
      ['', undefined],
    ] as const) {
      await against(
        () => ({ status: 201, body }),
        async (own) => expect(await own.collection('user').create({ userName: 'x' })).toBe(id),
      );
    }
  });
});

describe('objectCollection: lists', () => {
  test('list: marks its objects as listed', async () => {
    const [listed] = await tenant.collection('user').list();
    expect(listed).toMatchObject({ listed: true, values: { userName: 'ada', active: true } });
    expect((await tenant.collection('user').get(listed!.id))?.listed).toBeUndefined();
  });

  test('list: returns the permissions of one container with their principals', async () => {
    const [open] = (await tenant.collection('container').find({ name: 'open' }))!;
    const held = await tenant.collection('container-permission').list({ container: open!.id });
    expect(held.map(({ values }) => `${values.principalType} ${values.right}`).sort()).toEqual([
      'group View',
      'user Owner',
    ]);
    const edge = held[0]!.values;
    const found = await tenant.collection('container-permission').find(edge);
    expect(found).toBeUndefined();
    const { container, principalType, principalId } = edge;
    expect(
      await tenant.collection('container-permission').find({ container, principalType, principalId }),
    ).toHaveLength(1);
  });

  test('list and get: count the requests that the tenant counted', async () => {
    const own = (await connect(readSettings({ retries: 3 }, simulator.env), {})).permitWrites();
    simulator.resetRequests();
    simulator.faults.set({ faults: [{ kind: 'throttle', method: 'GET', at: [1], retryAfter: 0 }] });
    await own.collection('user').list();
    await own.collection('user').get('x');
    await own.collection('group').list();
    const { total, tokens } = simulator.requests;
    const { lists, gets, writes, waits } = own.cost;
    expect({ lists, gets, writes, waits }).toEqual({ lists: 3, gets: 1, writes: 0, waits: 1 });
    expect(lists + gets + tokens).toBe(total);
  });
});

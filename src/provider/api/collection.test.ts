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
  tenant = await connect(readSettings({ retries: 0 }, simulator.env), {});
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
    await work(await open(server.url, { retries: 0 }), server.seen);
  } finally {
    await server.close();
  }
}

describe('gone, and what is not', () => {
  test('a 404 is gone, to reading and to removing', async () => {
    const users = tenant.collection('user');
    expect(await users.get('00000000-0000-0000-0000-000000000000')).toBeUndefined();
    await expect(users.remove({ id: 'nobody', values: {}, raw: {} })).resolves.toBeUndefined();
  });

  test('a 404 on a change is an error', async () => {
    const change = tenant.collection('user').update({ id: 'nobody', values: {}, raw: {} }, { title: 'x' });
    await expect(change).rejects.toMatchObject({ code: 'not_found', status: 404 });
  });

  test('a 403 is "cannot see"', async () => {
    const { id } = simulator.state().containers.find(({ name }) => name === 'Closed')!;
    await expect(tenant.collection('container').get(id)).rejects.toMatchObject({ code: 'forbidden', status: 403 });
  });

  test.each<[string, Reply]>([
    ['a page that says 404', { status: 404, body: '<html>not here</html>' }],
    ['a login page', { body: '<html>log in</html>' }],
    ['a redirect', { status: 302 }],
  ])('%s is not gone', async (_, reply) => {
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

  test('nothing at all is not gone', async () => {
    await against(
      () => ({ status: 200 }),
      async (own) => {
        await expect(own.collection('user').get('7')).rejects.toMatchObject({ code: 'malformed_response' });
      },
    );
  });
});

describe('ids in URLs', () => {
  test('are one path segment, whatever is in them', async () => {
    await against(
      () => ({ status: 404 }),
      async (own, seen) => {
        await own.collection('user').get('../groups/7?x=1#y z');
        expect(seen.at(-1)?.url).toBe('/api/v1/users/..%2Fgroups%2F7%3Fx%3D1%23y%20z');
      },
    );
  });

  test.each(['', '.', '..'])('"%s" is none, and nothing is sent', async (id) => {
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

describe('create', () => {
  test('answers the id, as a text, where one came', async () => {
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

  test('names the schemas that the body uses, and sends what was declared', async () => {
    await against(
      () => ({ status: 201, body: { id: '1' } }),
      async (own, seen) => {
        const users = own.collection('user', 'platform-scim');
        await users.create({ userName: 'x', displayName: '', emails: [], onRemoval: 'retain' });
        await users.create({ userName: 'x', givenName: 'X', department: 'IT', externalId: 'e' });
        const core = 'urn:ietf:params:scim:schemas:core:2.0:User';
        const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
        expect(seen.map(({ body }) => JSON.parse(body))).toEqual([
          { schemas: [core], userName: 'x' },
          {
            schemas: [core, enterprise],
            userName: 'x',
            name: { givenName: 'X' },
            externalId: 'e',
            [enterprise]: { department: 'IT' },
          },
        ]);
        expect(seen[0]?.headers['content-type']).toBe('application/scim+json');
      },
    );
  });
});

describe('the wire of a change', () => {
  const sent = async (surface: string, kind: string, raw: object, values: object, changes: object) => {
    let body: unknown;
    const live = { id: '7', raw, values } as never;
    await against(
      () => ({ status: 204 }),
      async (own, seen) => {
        await own.collection(kind, surface).update(live, changes as never);
        body = JSON.parse(seen.at(-1)!.body);
      },
    );
    return body as { Operations: object[] };
  };

  test('members go one by one, by a filter on the value, and are added together', async () => {
    const { Operations } = await sent(
      'platform-scim',
      'group',
      {},
      { members: ['1', '2', 'a"b'], externalId: 'E' },
      { members: ['2', '3', '4'] },
    );
    expect(Operations).toEqual([
      { op: 'replace', path: 'externalId', value: 'E' },
      { op: 'remove', path: 'members[value eq "1"]' },
      { op: 'remove', path: 'members[value eq "a\\"b"]' },
      { op: 'add', path: 'members', value: [{ value: '3' }, { value: '4' }] },
    ]);
  });

  test('the externalId that the service knows comes first, whatever changes', async () => {
    const { Operations } = await sent(
      'platform-scim',
      'user',
      {},
      { externalId: 'E' },
      { externalId: '', active: false },
    );
    expect(Operations).toEqual([
      { op: 'replace', path: 'externalId', value: 'E' },
      { op: 'remove', path: 'externalId' },
      { op: 'replace', path: 'active', value: false },
    ]);
  });

  test('a REST change sends what changes, a nested object whole and a reference as its id', async () => {
    const raw = { name: { givenName: 'A', familyName: 'B' }, manager: { value: '1', display: 'Old' }, title: 'T' };
    expect(await sent('platform-rest', 'user', raw, {}, { givenName: 'C', manager: '2', title: '' })).toEqual({
      name: { givenName: 'C', familyName: 'B' },
      manager: { value: '2' },
      title: null,
    });
    expect(await sent('platform-rest', 'user', raw, {}, { givenName: '', familyName: '', manager: '' })).toEqual({
      name: null,
      manager: null,
    });
  });
});

describe('lists', () => {
  test('say that they are lists, which may bring less than a read', async () => {
    const [listed] = await tenant.collection('user').list();
    expect(listed).toMatchObject({ listed: true, values: { userName: 'ada', active: true } });
    expect((await tenant.collection('user').get(listed!.id))?.listed).toBeUndefined();
  });

  test('of permissions are those of one container, with who holds them', async () => {
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

  test('cost what the tenant counted', async () => {
    const own = await connect(readSettings({ retries: 3 }, simulator.env), {});
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

describe('the tenant', () => {
  test('has one collection for a kind on a surface', () => {
    expect(tenant.collection('user')).toBe(tenant.collection('user', 'platform-rest'));
    expect(tenant.collection('user', 'scim-cloud')).not.toBe(tenant.collection('user'));
  });

  test('refuses what is not served, and kinds that do not exist', () => {
    expect(() => tenant.collection('container', 'platform-rest')).toThrow(
      expect.objectContaining({ code: 'unserved' }),
    );
    expect(() => tenant.collection('vault')).toThrow(expect.objectContaining({ name: 'DelineaError' }));
  });

  test('counts what an account has open, whatever the length of the list', async () => {
    const other = await startSimulator({ sessions: true, data: { users: [{ userName: 'ada' }] } });
    try {
      const { id } = other.state().users[0]!;
      const opened = await connect(readSettings({}, other.env), {});
      const rest = opened.settings.surfaces['platform-rest']!;
      for (let session = 1; session <= 102; session++) other.admin.openSession('ada');
      expect(await opened.countOpen(rest, '/sessions', id, 'sessions')).toBe(102);
      other.admin.endSessions('ada');
      expect(await opened.countOpen(rest, '/sessions', id, 'sessions')).toBe(0);
      await expect(opened.countOpen(rest, '/nowhere', id, 'sessions')).rejects.toThrow('sessions');
    } finally {
      await other.close();
    }
  });
});

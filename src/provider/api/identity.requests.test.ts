import { afterEach, describe, expect, test } from '@jest/globals';
import type { Declaration } from '../model/declaration.js';
import type { OwnedObject } from '../model/owned-object.js';
import { makePlan } from '../plan/make-plan.js';
import { readSettings } from '../settings/settings.js';
import { connect } from './tenant.js';
import { type Reply, type Seen, serve, type TestServer } from './test-server.fixture.js';

let server: TestServer;
afterEach(() => server?.close());

const ANN = '11111111-1111-4111-8111-111111111111';
const OPS = '33333333_3333_4333_8333_333333333333';
const result = (Result: unknown): Reply => ({ body: { success: true, Result } });
const rows = (...found: object[]) => result({ Results: found.map((Row) => ({ Row })) });
const failure = (Message: string): Reply => ({ body: { success: false, Result: null, Message } });
const BARE: Reply = { status: 404, body: '' };

interface Body {
  readonly Args?: { readonly PageNumber?: number };
}

/** Opens a tenant whose identity API responds as chosen, and whose run may write only if asked. */
async function open(reply: (path: string, body: Body) => Reply, mayWrite = false) {
  server = await serve(({ url, body }: Seen) => {
    if (url.includes('oauth2')) return { body: { access_token: 'granted-access-token', expires_in: 3600 } };
    return reply(url.replace('/identity/api', ''), body.startsWith('{') ? JSON.parse(body) : {});
  });
  const block = { url: server.url, clientId: 'client', clientSecret: 'client-secret', profile: 'platform-identity' };
  const tenant = await connect(readSettings({ ...block, retries: 1 }, {}), {});
  const writing = mayWrite ? tenant.permitWrites() : tenant;
  return { tenant: writing, users: writing.collection('user'), groups: writing.collection('group') };
}

const paths = () =>
  server.seen.map(({ url }) => url.replace('/identity/api', '')).filter((path) => !/oauth2/.test(path));

describe('identity API: reads by POST', () => {
  test('read: is repeated after a 500, counted as a read, and needs no permission to write', async () => {
    const replies = [{ status: 500 }, rows({ ID: ANN, Username: 'ann@x' }), rows()];
    const { users, tenant } = await open(() => replies.shift()!);
    expect((await users.list()).map(({ id }) => id)).toEqual([ANN]);
    expect(tenant.cost).toMatchObject({ lists: 3, writes: 0 });
    await expect(users.create({ userName: 'x@x' })).rejects.toMatchObject({ code: 'cancelled' });
    expect(paths()).toEqual(['/Report/RunReport', '/Report/RunReport', '/Report/RunReport']);
  });

  test('write: is not repeated after a 500', async () => {
    const { users } = await open(() => ({ status: 500 }), true);
    await expect(users.create({ userName: 'x@x' })).rejects.toMatchObject({ code: 'server_error', uncertain: true });
    expect(paths()).toEqual(['/CDirectoryService/CreateUser']);
  });

  test('read: an empty body is an error', async () => {
    const { users } = await open(() => ({ body: '' }));
    await expect(users.get(ANN)).rejects.toMatchObject({ code: 'malformed_response' });
  });

  test('members: of each kind by the type of the entry, in any case; without a type by the form of the id', async () => {
    const { groups } = await open((path) =>
      path.startsWith('/Roles/')
        ? rows({ GUID: ANN, TYPE: 'user' }, { GUID: OPS, TYPE: 'ROLE' }, { guid: 'a_b' })
        : rows({ ID: OPS, name: 'Ops' }),
    );
    expect(await groups.get(OPS)).toMatchObject({
      values: { displayName: 'Ops', members: [ANN, OPS, 'a_b'] },
      about: { members: { [ANN]: { kind: 'user' }, [OPS]: { kind: 'group' } } },
    });
    expect(paths().at(-1)).toBe(`/Roles/GetRoleMembers?name=${OPS}`);
  });
});

describe('identity API: failures', () => {
  test('read that failed inside a 200: is rejected, never gone', async () => {
    const { users } = await open(() => failure('The user was not found.'));
    await expect(users.get(ANN)).rejects.toMatchObject({
      code: 'rejected',
      message: expect.stringContaining('not found'),
    });
    await expect(users.list()).rejects.toMatchObject({ code: 'rejected' });
  });

  test('call that the tenant does not expose: is unserved with the other surfaces, in reads and writes', async () => {
    const { users, groups } = await open(() => BARE, true);
    const ann = { id: ANN, values: {}, raw: {} };
    const unserved = {
      code: 'unserved',
      message: expect.stringContaining('this tenant does not expose the call'),
      hint: expect.stringContaining('is also served by platform-rest, platform-scim, scim-cloud'),
    };
    await expect(users.get(ANN)).rejects.toMatchObject(unserved);
    await expect(users.list()).rejects.toMatchObject(unserved);
    await expect(users.create({ userName: 'x@x' })).rejects.toMatchObject(unserved);
    await expect(users.remove(ann)).rejects.toMatchObject(unserved);
    await expect(groups.update({ ...ann, values: { displayName: 'a' } }, { displayName: 'b' })).rejects.toMatchObject(
      unserved,
    );
  });

  test('404 with a body: is not "gone" either', async () => {
    const { users } = await open(() => ({ status: 404, body: { Message: 'no' } }));
    await expect(users.get(ANN)).rejects.toMatchObject({ code: 'not_found' });
  });

  test('members that a tenant does not expose: stay an error, not an empty list', async () => {
    const { groups } = await open((path) => (path.startsWith('/Roles/') ? BARE : rows({ ID: OPS, name: 'Ops' })));
    await expect(groups.get(OPS)).rejects.toMatchObject({ code: 'unserved' });
  });

  test('create that fails: is a conflict if the name is found, in whatever words', async () => {
    const { users } = await open((path, { Args }) => {
      if (!path.startsWith('/Report')) return failure('Vergeben');
      return Args?.PageNumber === 1 ? rows({ ID: ANN, Username: 'Ann@x' }) : rows();
    }, true);
    await expect(users.create({ userName: 'ann@x' })).rejects.toMatchObject({ code: 'conflict' });
    await expect(users.create({ userName: 'nn@x' })).rejects.toMatchObject({ code: 'rejected' });
  });
});

describe.each([
  ['has no status', {}],
  ['has a status of unknown meaning', { Status: 'Invited' }],
])('identity API: a report that %s', (_, status) => {
  const ann = (values = {}): Declaration => ({
    address: 'delinea_user.ann',
    kind: 'user',
    values: { userName: 'ann@x', ...values },
    lookup: false,
    dependsOn: [],
    preventDestroy: false,
    ignoreChanges: [],
  });

  async function planOf(declarations: readonly Declaration[], owned: readonly OwnedObject[] = []) {
    const { tenant } = await open((path, { Args }) => {
      if (path.startsWith('/UserMgmt')) return result({ Name: 'ann@x', DisplayName: 'Ann' });
      return Args?.PageNumber === 1 ? rows({ ID: ANN, Username: 'ann@x', ...status }) : rows();
    });
    return makePlan(tenant, { stack: 'test', declarations, owned });
  }

  test('plan: does not need it', async () => {
    const { delinea, resource_changes } = await planOf([ann({ displayName: 'Ann' })]);
    expect(delinea.findings.filter(({ level }) => level === 'error')).toEqual([]);
    expect(resource_changes.map((change) => change.delinea.operation)).toEqual(['adopt']);
  });

  test('plan: refuses a declared state that nothing shows', async () => {
    const { delinea } = await planOf([ann({ active: true })]);
    expect(delinea.findings).toMatchObject([
      {
        level: 'error',
        code: 'incomplete_response',
        message: expect.stringContaining('does not show whether ann@x is active'),
        hint: expect.stringContaining('Leave active out'),
      },
    ]);
  });

  test('plan: refuses to disable the account when it leaves the code', async () => {
    const entry = {
      kind: 'user',
      surface: 'platform-identity',
      id: ANN,
      address: 'delinea_user.ann',
      key: { userName: 'ann@x' },
      onRemoval: 'deactivate',
    } as OwnedObject;
    const { delinea } = await planOf([], [entry]);
    expect(delinea.findings.filter(({ level }) => level === 'error')).toMatchObject([{ code: 'immutable' }]);
  });
});

import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { environmentOf } from '../../../test/support/tenant/environment.js';
import { type Simulator, type SimulatorOptions, startSimulator } from '../../simulator/index.js';
import type { RemoteObject } from '../model/wire.js';
import { readSettings } from '../settings/settings.js';
import { connect } from './tenant.js';
import { NOBODY, open, type Reply, type Seen, serve, type TestServer } from './test-server.fixture.js';

const running: { close(): Promise<void> }[] = [];
afterEach(async () => {
  jest.restoreAllMocks();
  await Promise.all(running.splice(0).map((server) => server.close()));
});

async function simulate(options: SimulatorOptions = {}, block = {}) {
  const simulator: Simulator = await startSimulator({
    data: { users: [{ userName: 'ada' }], roles: ['Admin'] },
    ...options,
  });
  running.push(simulator);
  return {
    simulator,
    tenant: (await connect(readSettings({}, { ...simulator.env, ...environmentOf(block) }), {})).permitWrites(),
  };
}

async function server(reply: (seen: Seen) => Reply): Promise<TestServer> {
  const started = await serve(reply);
  running.push(started);
  return started;
}

const scopesAsked = ({ seen }: TestServer) =>
  seen.filter(({ url }) => url.includes('token')).map(({ body }) => new URLSearchParams(body).get('scope'));

const granting = (life: unknown) => {
  let count = 0;
  return (seen: Seen): Reply => {
    if (!seen.url.includes('token')) return seen.method === 'GET' ? NOBODY : { status: 204 };
    count += 1;
    return { body: { access_token: `token-${count}`, expires_in: life } };
  };
};

describe('tokenSource: OAuth', () => {
  test('token: is requested once for fifty concurrent requests', async () => {
    const { simulator, tenant } = await simulate();
    await Promise.all(Array.from({ length: 50 }, () => tenant.collection('user').find({ userName: 'ada' })));
    expect(simulator.requests).toMatchObject({ tokens: 1, lists: 50 });
    expect(tenant.cost.tokens).toBe(1);
  });

  test('token: is renewed before it expires', async () => {
    const { simulator, tenant } = await simulate({ faults: { tokenLifeS: 1 } });
    await tenant.collection('user').list();
    await sleep(820);
    await tenant.collection('user').list();
    expect(simulator.requests.tokens).toBe(2);
    expect(simulator.log.filter(({ status }) => status === 401)).toEqual([]);
  });

  test.each([
    ['said as text', '3600', 1],
    ['not said', undefined, 1],
    ['nothing', 0, 1],
    ['almost over', 0.001, 2],
  ])('token: is renewed as needed when its lifetime is %s', async (_, life, tokens) => {
    const { url, seen } = await server(granting(life));
    const tenant = await open(url);
    await tenant.collection('user').list();
    await sleep(5);
    await tenant.collection('user').list();
    expect(seen.filter((request) => request.url.includes('token'))).toHaveLength(tokens);
  });

  test('read: is sent once more with another token when its token was revoked', async () => {
    const { simulator, tenant } = await simulate();
    await tenant.collection('user').list();
    simulator.revokeTokens();
    expect(await tenant.collection('user').list()).toHaveLength(1);
    expect(simulator.requests.tokens).toBe(2);
  });

  test('read: many share one new token when theirs was revoked', async () => {
    const { simulator, tenant } = await simulate();
    await tenant.collection('user').list();
    simulator.revokeTokens();
    await Promise.all(Array.from({ length: 20 }, () => tenant.collection('user').list()));
    expect(simulator.requests.tokens).toBe(2);
  });

  test('write: is an error when its token was revoked, and the next write has another token', async () => {
    const { simulator, tenant } = await simulate();
    const users = tenant.collection('user');
    await users.create({ userName: 'bob' });
    simulator.revokeTokens();
    await expect(users.create({ userName: 'eve' })).rejects.toMatchObject({ code: 'unauthorized', uncertain: false });
    expect(simulator.requests.byRoute['POST /api/v1/users']).toBe(2);
    await users.create({ userName: 'eve' });
    expect(simulator.state().users.map(({ userName }) => userName)).toEqual(['ada', 'bob', 'eve']);
  });

  test('token: is renewed after the 403 that means an expired token', async () => {
    const { simulator, tenant } = await simulate({
      faults: { faults: [{ kind: 'expired403', method: 'GET', at: [1] }] },
    });
    expect(await tenant.collection('user').list()).toHaveLength(1);
    expect(simulator.requests.tokens).toBe(2);
    simulator.faults.set({ faults: [{ kind: 'expired403', method: 'POST', path: '/users' }] });
    await expect(tenant.collection('user').create({ userName: 'x' })).rejects.toMatchObject({ code: 'unauthorized' });
  });

  test('read: is an error after a second 401', async () => {
    const { url, seen } = await server((request) =>
      request.url.includes('token') ? granting(60)(request) : { status: 401 },
    );
    await expect((await open(url)).collection('user').get('1')).rejects.toMatchObject({
      code: 'unauthorized',
      status: 401,
    });
    expect(seen.filter((request) => !request.url.includes('token'))).toHaveLength(2);
  });
});

describe('tokenSource: failed token requests', () => {
  test('denied request: is never repeated, for any scope', async () => {
    const { simulator, tenant } = await simulate({}, { clientSecret: 'wrong-secret' });
    const users = tenant.collection('user');
    for (const attempt of [() => users.list(), () => users.get('1'), () => users.create({ userName: 'x' })]) {
      await expect(attempt()).rejects.toMatchObject({
        code: 'credentials_denied',
        status: 401,
        message: expect.not.stringContaining('wrong-secret'),
        hint: expect.stringContaining('DELINEA_CLIENT_SECRET'),
      });
    }
    expect(simulator.requests).toMatchObject({ tokens: 1, total: 1 });
  });

  test('denied request: is sent once for many workers and kinds', async () => {
    const { simulator, tenant } = await simulate({}, { clientSecret: 'wrong-secret', concurrency: 32 });
    const work = Array.from({ length: 20 }, () => [
      tenant.collection('user').list(),
      tenant.collection('role').list(),
      tenant.collection('user').create({ userName: 'x' }),
      tenant.collection('role-binding').create({ role: 'Admin', principalType: 'user', principalId: '7' }),
    ]).flat();
    for (const ending of await Promise.allSettled(work)) {
      expect(ending).toMatchObject({ status: 'rejected', reason: { code: 'credentials_denied' } });
    }
    expect(simulator.requests).toMatchObject({ tokens: 1, total: 1 });
  });

  test('token: no third one is requested when the surface rejects a fresh one', async () => {
    const grant = granting(60);
    const { url, seen } = await server((request) => (request.url.includes('token') ? grant(request) : { status: 401 }));
    const users = (await open(url, { concurrency: 4 })).collection('user');
    const lists = await Promise.allSettled(Array.from({ length: 40 }, () => users.list()));
    const codes = lists.map((ending) => (ending.status === 'rejected' ? ending.reason.code : 'ok'));
    expect(new Set(codes)).toEqual(new Set(['unauthorized', 'credentials_denied']));
    await expect(users.get('1')).rejects.toMatchObject({
      code: 'credentials_denied',
      message: 'the Platform REST rejected two tokens for scope "delinea:api:read" in a row',
    });
    const asked = seen.filter((request) => request.url.includes('token')).length;
    expect([asked, seen.length - asked <= 8]).toEqual([2, true]);
  });

  test('token: is renewed every time when each one was accepted before', async () => {
    const { simulator, tenant } = await simulate();
    for (let time = 0; time < 5; time++) {
      expect(await tenant.collection('user').list()).toHaveLength(1);
      simulator.revokeTokens();
    }
    expect(await tenant.collection('user').list()).toHaveLength(1);
    expect(simulator.requests.tokens).toBe(6);
  });

  test('denied request: leaves other scopes alone when the scope is unknown', async () => {
    const { simulator, tenant } = await simulate({}, { surfaces: [{ name: 'platform-rest', writeScope: 'nope' }] });
    const users = tenant.collection('user');
    for (const userName of ['a', 'b']) {
      await expect(users.create({ userName })).rejects.toMatchObject({ code: 'credentials_denied', status: 400 });
    }
    expect(await users.list()).toHaveLength(1);
    expect(simulator.requests.tokens).toBe(2);
  });

  test.each([
    [429, 'throttled'],
    [503, 'server_error'],
  ])('request: is retried after a %d', async (status, code) => {
    jest.spyOn(Math, 'random').mockReturnValue(0);
    const fault = { kind: status === 429 ? 'throttle' : 'status', status, path: '/identity/' } as const;
    const { simulator, tenant } = await simulate({ faults: { faults: [{ ...fault, times: 2 }] } }, { retries: 3 });
    expect(await tenant.collection('user').list()).toHaveLength(1);
    expect(tenant.cost).toMatchObject({ tokens: 3, waits: 2 });
    simulator.faults.set({ faults: [fault] });
    await expect(tenant.collection('user').create({ userName: 'x' })).rejects.toMatchObject({ code });
  });

  const CUT_OFF: Reply = { body: '{"access_token":"tok', headers: { 'content-type': 'application/json' } };

  test('request: is retried when its response is truncated', async () => {
    let cut = 1;
    const { url, seen } = await server((request) =>
      request.url.includes('token') && cut-- > 0 ? CUT_OFF : granting(600)(request),
    );
    const tenant = await open(url);
    expect(await tenant.collection('user').list()).toEqual([]);
    expect(seen.filter((request) => request.url.includes('token'))).toHaveLength(2);
    expect(tenant.cost).toMatchObject({ tokens: 2, waits: 1, lists: 1 });
  });

  test('request: is a service error when every response is truncated', async () => {
    let broken = true;
    const { url, seen } = await server((request) => (broken ? CUT_OFF : granting(600)(request)));
    const tenant = await open(url, { retries: 2 });
    await expect(tenant.collection('user').list()).rejects.toMatchObject({
      code: 'server_error',
      message: expect.not.stringContaining('"tok'),
    });
    expect(seen).toHaveLength(3);
    broken = false;
    expect(await tenant.collection('user').list()).toEqual([]);
  });

  test.each<[string, Reply]>([
    ['a redirect', { status: 302, headers: { location: 'http://127.0.0.1:1/' } }],
    ['a 404', { status: 404 }],
    ['a login page', { body: '<html>log in</html>' }],
    ['a success without a token', { body: {} }],
  ])('request: reports a wrong URL after %s', async (_, reply) => {
    const { url, seen } = await server(() => reply);
    const tenant = await open(url);
    for (let times = 0; times < 2; times++) {
      await expect(tenant.collection('user').list()).rejects.toMatchObject({ code: 'wrong_surface' });
    }
    expect(seen).toHaveLength(1);
  });

  test('credentials: the error names the variables, and nothing is sent, when they are missing', async () => {
    const { url, seen } = await server(() => NOBODY);
    const tenant = (await connect(readSettings({ url }, {}), {})).permitWrites();
    const hints = await Promise.all(
      ['user', 'group', 'container'].map((kind) =>
        tenant
          .collection(kind)
          .list()
          .catch(({ code, hint }) => `${code} ${hint}`),
      ),
    );
    expect(hints).toEqual([
      expect.stringMatching(/^credentials_missing .*DELINEA_CLIENT_ID and DELINEA_CLIENT_SECRET .*_SECRET_FILE/),
      expect.stringMatching(/^credentials_missing .*DELINEA_SCIM_TOKEN .*DELINEA_SCIM_TOKEN_FILE/),
      expect.stringMatching(/^credentials_missing .*DELINEA_SCIM_CLIENT_ID/),
    ]);
    expect(seen).toEqual([]);
  });
});

describe('tokenSource: scopes', () => {
  test('scope: is the one for reading until writes are permitted, and no write is sent', async () => {
    const api = await server(granting(600));
    const env = { DELINEA_URL: api.url, DELINEA_CLIENT_ID: 'client', DELINEA_CLIENT_SECRET: 'client-secret' };
    const tenant = await connect(readSettings({}, env), {});
    const user = { id: '7', values: { userName: 'ada' } } as unknown as RemoteObject;
    await tenant.collection('user').list();
    const writes = [
      tenant.collection('user').create({ userName: 'ada' }),
      tenant.collection('user').update(user, { title: 'x' }),
      tenant.collection('user').remove(user),
      tenant.collection('role-binding').create({ role: 'Admin', principalType: 'user', principalId: '7' }),
    ];
    for (const write of await Promise.allSettled(writes)) expect(write.status).toBe('rejected');
    expect(scopesAsked(api)).toEqual(['delinea:api:read']);
    expect(api.seen.filter(({ method, url }) => method !== 'GET' && !url.includes('token'))).toEqual([]);
  });

  test('scope: is that of the access that a request needs', async () => {
    const api = await server((request) => {
      if (request.url.startsWith('/api/v1/users/7')) return { body: { id: '7', userName: 'ada', roles: [] } };
      return granting(600)(request);
    });
    const tenant = await open(api.url);
    await tenant.collection('user').list();
    await tenant.collection('user').find({ userName: 'ada' });
    await tenant.collection('role').list();
    const live = await tenant.collection('user').get('7');
    expect(scopesAsked(api)).toEqual(['delinea:api:read']);
    await tenant.collection('user').update(live!, { title: 'x' });
    await tenant.collection('user').remove(live!);
    expect(scopesAsked(api)).toEqual(['delinea:api:read', 'delinea:api:write']);
    await tenant.collection('role-binding').create({ role: 'Admin', principalType: 'user', principalId: '7' });
    expect(scopesAsked(api)).toEqual(['delinea:api:read', 'delinea:api:write', 'delinea:api:admin']);
  });

  test('scope and token URL: come from the settings', async () => {
    const api = await server(granting(600));
    const row = { name: 'platform-rest', tokenUrl: `${api.url}/elsewhere/token`, readScope: 'a b' };
    await (await open(api.url, { surfaces: [row] })).collection('user').list();
    expect(api.seen[0]).toMatchObject({ method: 'POST', url: '/elsewhere/token' });
    expect(Object.fromEntries(new URLSearchParams(api.seen[0]!.body))).toEqual({
      grant_type: 'client_credentials',
      client_id: 'client',
      client_secret: 'client-secret',
      scope: 'a b',
    });
  });
});

describe('tokenSource: static token', () => {
  test('token: is sent as configured, next to OAuth for the same tenant', async () => {
    const { simulator, tenant } = await simulate();
    await Promise.all([
      tenant.collection('group').list(),
      tenant.collection('user').list(),
      tenant.collection('container').list(),
    ]);
    expect(simulator.log.map(({ path, surface }) => `${path} ${surface}`).sort()).toEqual([
      '/api/v1/users rest',
      '/identity/api/oauth2/token/xpmplatform token',
      '/identity/connect/token token',
      '/scim/v2/Containers connector',
      '/scim/v2/Groups scim',
    ]);
  });

  test('token: is refused before a request when a header cannot hold it', async () => {
    const { simulator, tenant } = await simulate({}, { scimToken: 'tok\u2013en-of-scim' });
    await expect(tenant.collection('group').list()).rejects.toMatchObject({
      code: 'settings_invalid',
      hint: expect.stringContaining('DELINEA_SCIM_TOKEN'),
    });
    expect(simulator.log).toEqual([]);
  });

  test('token: a 401 is final', async () => {
    const { simulator, tenant } = await simulate({}, { scimToken: 'revoked-token' });
    const groups = tenant.collection('group');
    await expect(groups.list()).rejects.toMatchObject({
      code: 'unauthorized',
      hint: expect.stringContaining('console'),
    });
    await expect(groups.list()).rejects.toMatchObject({ code: 'credentials_denied' });
    expect(simulator.requests.total).toBe(1);
  });

  test('token: a 401 is final for all workers', async () => {
    const { simulator, tenant } = await simulate({}, { scimToken: 'revoked-token', concurrency: 4 });
    const groups = tenant.collection('group');
    const work = Array.from({ length: 30 }, () => [groups.list(), groups.create({ displayName: 'x' })]).flat();
    const codes = (await Promise.allSettled(work)).map((ending) => ending.status === 'rejected' && ending.reason.code);
    expect(new Set(codes)).toEqual(new Set(['unauthorized', 'credentials_denied']));
    expect(simulator.requests.total).toBeLessThanOrEqual(4);
  });
});

import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type Fault, type Simulator, startSimulator } from '../index.js';
import { rest, type Send, scim } from '../test-client.js';

let simulator: Simulator;
let send: Send;
beforeEach(async () => {
  simulator = await startSimulator({ seedUsers: 10 });
  send = await rest(simulator);
});
afterEach(() => simulator.close());

const USERS = '/api/v1/users';
const create = () => send('POST', USERS, { userName: 'new@example.com' });
const created = () => simulator.state().users.length === 11;
const inject = (fault: Fault) => simulator.faults.set({ faults: [fault] });

describe('faults instead of the execution', () => {
  test.each([
    [{ kind: 'throttle' }, 429, undefined],
    [{ kind: 'throttle', retryAfter: 7 }, 429, /^7$/],
    [{ kind: 'throttle', retryAfter: 'date' }, 429, /GMT$/],
    [{ kind: 'status' }, 500, undefined],
    [{ kind: 'status', status: 503 }, 503, undefined],
    [{ kind: 'status', status: 401 }, 401, undefined],
    [{ kind: 'html502' }, 502, undefined],
    [{ kind: 'expired403' }, 403, undefined],
  ] as const)('%j', async (fault, status, retryAfter) => {
    inject(fault);
    const answer = await create();
    expect(answer.status).toBe(status);
    expect(answer.headers.get('retry-after') ?? undefined).toEqual(retryAfter && expect.stringMatching(retryAfter));
    expect(created()).toBe(false);
  });

  test('error bodies: that of the surface, HTML, or the expired token of Secret Server', async () => {
    inject({ kind: 'throttle' });
    expect((await create()).body).toHaveProperty('message');
    expect((await scim(simulator)('GET', '/scim/v2/Users')).body).toMatchObject({ status: '429' });
    inject({ kind: 'html502' });
    expect((await create()).text).toMatch(/^<html>/);
    inject({ kind: 'expired403' });
    expect((await create()).body).toEqual({ message: 'Authentication failed or expired token.' });
  });
});

describe('connections', () => {
  test.each([
    ['resetBefore', false],
    ['resetAfter', true],
  ] as const)('%s: no answer; carried out: %s', async (kind, done) => {
    inject({ kind, times: 1 });
    await expect(create()).rejects.toThrow('fetch failed');
    expect(created()).toBe(done);
    expect(simulator.log.at(-1)).toMatchObject({ method: 'POST', status: 0, faults: [kind] });
    expect((await send('GET', USERS)).status).toBe(200);
  });

  test.each([
    ['timeoutBefore', false],
    ['timeoutAfter', true],
  ] as const)('%s: silence; carried out: %s', async (kind, done) => {
    inject({ kind });
    const token = await silentCreate();
    expect(token).toBe('TimeoutError');
    expect(created()).toBe(done);
  });

  test('close: works while requests hang', async () => {
    inject({ kind: 'timeoutBefore' });
    const hanging = create().catch(() => 'closed');
    await new Promise((resolve) => setTimeout(resolve, 50));
    await simulator.close();
    expect(await hanging).toBe('closed');
    simulator = await startSimulator();
  });

  async function silentCreate(): Promise<string> {
    const headers = { authorization: `Bearer ${await freshToken()}`, 'content-type': 'application/json' };
    const body = JSON.stringify({ userName: 'new@example.com' });
    return fetch(simulator.url + USERS, { method: 'POST', headers, body, signal: AbortSignal.timeout(150) }).then(
      () => 'answered',
      (error: Error) => error.name,
    );
  }

  async function freshToken(): Promise<string> {
    const settings = simulator.faults.settings;
    simulator.faults.clear();
    const { clientId: client_id, clientSecret: client_secret } = simulator.credentials;
    const form = { grant_type: 'client_credentials', client_id, client_secret, scope: 'delinea:api:write' };
    const answer = await fetch(`${simulator.url}/identity/connect/token`, {
      method: 'POST',
      body: new URLSearchParams(form),
    });
    simulator.faults.set(settings);
    return ((await answer.json()) as { access_token: string }).access_token;
  }
});

describe('faults in responses', () => {
  test('truncate: the request is executed, with status 201 and invalid JSON', async () => {
    inject({ kind: 'truncate' });
    const answer = await create();
    expect([answer.status, answer.headers.get('content-type'), answer.body]).toEqual([
      201,
      'application/json',
      undefined,
    ]);
    expect(created()).toBe(true);
  });

  test('dropFields and extraFields: change single objects as well', async () => {
    const path = `${USERS}/${(await send('GET', USERS)).body.data[0].id}`;
    inject({ kind: 'dropFields', fields: ['displayName'] });
    expect((await send('GET', path)).body).not.toHaveProperty('displayName');
    inject({ kind: 'extraFields', extra: { tier: 1 } });
    expect((await send('GET', path)).body).toMatchObject({ tier: 1, displayName: 'User 00001' });
  });
});

describe('faults in lists', () => {
  const rows = async (path: string) => {
    const { body } = await (path.startsWith('/scim') ? scim(simulator) : send)('GET', path);
    const items: { userName: string }[] = body.data ?? body.Resources;
    return {
      ...body,
      data: undefined,
      Resources: undefined,
      names: items.map(({ userName }) => Number(userName.slice(4, 9))),
    };
  };

  test('listEndsEarly: the first page is complete, later ones are empty, the total stays', async () => {
    inject({ kind: 'listEndsEarly' });
    expect(await rows(`${USERS}?take=3`)).toMatchObject({ names: [1, 2, 3], total: 10 });
    expect(await rows(`${USERS}?skip=3&take=3`)).toMatchObject({ names: [], total: 10, skip: 3 });
    expect(await rows('/scim/v2/Users?startIndex=4&count=3')).toMatchObject({ names: [], totalResults: 10 });
  });

  test('repeatPage: later pages repeat the first, with the requested paging values', async () => {
    inject({ kind: 'repeatPage' });
    expect(await rows(`${USERS}?skip=3&take=3`)).toMatchObject({ names: [1, 2, 3], total: 10, skip: 3, take: 3 });
    expect(await rows('/scim/v2/Users?startIndex=4&count=3')).toMatchObject({ names: [1, 2, 3], startIndex: 4 });
  });

  test('shortPages: half of the requested size, without losing items', async () => {
    inject({ kind: 'shortPages' });
    expect(await rows(`${USERS}?skip=2&take=6`)).toMatchObject({ names: [3, 4, 5], take: 6, total: 10 });
    expect(await rows('/scim/v2/Users?count=6')).toMatchObject({ names: [1, 2, 3], itemsPerPage: 6 });
    expect((await send('GET', USERS)).body).toMatchObject({ take: 25, total: 10 });
    expect((await send('GET', `${USERS}?take=101`)).status).toBe(400);
  });

  test('list faults: do not affect a read of one object', async () => {
    const path = `${USERS}/${(await send('GET', USERS)).body.data[0].id}`;
    inject({ kind: 'shortPages', times: 1 });
    await send('GET', path);
    expect((await rows(`${USERS}?take=6`)).names).toEqual([1, 2, 3]);
  });
});

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Simulator, startSimulator } from '../index.js';
import { connector, filtered, type Send, scim } from '../test-client.js';

let simulator: Simulator;
let send: Send;
const back = 'back\\slash "quoted"';
beforeAll(async () => {
  simulator = await startSimulator({ seedUsers: 40, data: { users: [{ userName: back, displayName: 'Back' }] } });
  send = scim(simulator);
});
afterAll(() => simulator.close());

const USERS = '/scim/v2/Users';

test('pages: by startIndex and count, with the requested itemsPerPage', async () => {
  expect((await send('GET', USERS)).body).toMatchObject({ totalResults: 41, startIndex: 1, itemsPerPage: 25 });
  const last = (await send('GET', `${USERS}?startIndex=41&count=100`)).body;
  expect(last).toMatchObject({ startIndex: 41, itemsPerPage: 100 });
  expect(last.Resources).toHaveLength(1);
  expect((await send('GET', `${USERS}?count=0`)).body).toMatchObject({ totalResults: 41, Resources: [] });
});

test.each(['count=101', 'count=-1', 'count=x', 'startIndex=0', 'startIndex=1.5'])('%s: is a 400', async (query) => {
  const { status, body } = await send('GET', `${USERS}?${query}`);
  expect([status, body.scimType]).toEqual([400, 'invalidValue']);
});

describe('filters', () => {
  const found = async (filter: string) => (await send('GET', filtered(USERS, filter))).body;

  test.each([
    ['userName eq "USER00007@example.com"', 1],
    ['USERNAME EQ "user00007@example.com"', 1],
    ['userName co "0000"', 9],
    ['displayName eq "user 00007"', 1],
    ['userName co "0001" and displayName co "00012"', 1],
    ['(userName co "user") and userName eq "user00001@example.com"', 1],
    [`userName eq ${JSON.stringify(back)}`, 1],
  ])('%s: finds the matching users', async (filter, total) => {
    expect((await found(filter)).totalResults).toBe(total);
  });

  test('no match: has no Resources', async () => {
    const body = await found('userName eq "nobody"');
    expect(body.totalResults).toBe(0);
    expect(body).not.toHaveProperty('Resources');
  });

  test.each([
    'id eq "x"',
    'externalId eq "x"',
    'userName sw "u"',
    'userName pr',
    'active eq true',
    'userName eq 1',
    "userName eq 'x'",
    'userName eq "a" or userName eq "b"',
    'not (userName eq "a")',
    'emails[type eq "work"]',
    'userName eq "a" and meta.created gt "2020"',
    'userName',
    '',
  ])('%s: is an invalidFilter', async (filter) => {
    const { status, body } = await send('GET', filtered(USERS, filter));
    expect([status, body.scimType]).toEqual([400, 'invalidFilter']);
  });
});

test('attributes and excludedAttributes: select fields, but not both at once', async () => {
  const keys = async (query: string) =>
    Object.keys((await send('GET', `${USERS}?count=1&${query}`)).body.Resources[0]).sort();
  expect(await keys('attributes=USERNAME,name.givenName')).toEqual(['id', 'schemas', 'userName']);
  expect(await keys('excludedAttributes=groups,meta')).toEqual(['active', 'displayName', 'id', 'schemas', 'userName']);
  expect((await send('GET', `${USERS}?attributes=id&excludedAttributes=meta`)).status).toBe(400);
});

test('discovery: differs between the services, without bulk', async () => {
  const onConnector = await connector(simulator);
  const statuses = async (to: Send, method: string, path: string) => (await to(method, `/scim/v2/${path}`)).status;
  expect((await send('GET', '/scim/v2/ServiceProviderConfig')).body).toMatchObject({
    patch: { supported: true },
    bulk: { supported: false },
    filter: { maxResults: 100 },
  });
  expect((await send('GET', '/scim/v2/Schemas')).body.totalResults).toBe(3);
  expect(await statuses(onConnector, 'GET', 'ServiceProviderConfig')).toBe(200);
  expect(await statuses(onConnector, 'GET', 'Schemas')).toBe(404);
  expect(await statuses(onConnector, 'POST', 'Bulk')).toBe(501);
  expect(await statuses(send, 'POST', 'Bulk')).toBe(404);
  expect(await statuses(send, 'GET', 'ResourceTypes')).toBe(404);
});

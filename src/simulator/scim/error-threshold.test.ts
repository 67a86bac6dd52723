import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type Simulator, startSimulator } from '../index.js';
import { onPremConnector, send as plain, type Send, scim } from '../test-client.js';

let simulator: Simulator;
let send: Send;
beforeEach(async () => {
  simulator = await startSimulator();
  send = onPremConnector(simulator);
});
afterEach(() => simulator.close());

const USERS = '/SCIMConnector/v2/Users';
const fail = async (times: number) => {
  for (let number = 0; number < times; number += 1) await send('GET', `${USERS}/999`);
};

test('20 errors in a row: switch the connector off until an administrator enables it', async () => {
  await fail(20);
  const { status, body } = await send('GET', USERS);
  expect([status, body.status]).toEqual([503, '503']);
  expect(body.detail).toMatch(/^The request will not be sent to Secret Server\. Too many failures/);
  expect((await scim(simulator)('GET', '/scim/v2/Users')).status).toBe(200);
  await plain(simulator, 'POST', '/_simulator/admin/enableConnector', []);
  expect((await send('GET', USERS)).status).toBe(200);
});

test('errors with a success in between: do not switch it off', async () => {
  await fail(19);
  expect((await send('GET', USERS)).status).toBe(200);
  await fail(19);
  expect((await send('GET', USERS)).status).toBe(200);
});

test('wrong token: does not count', async () => {
  const wrong = { authorization: 'Bearer wrong' };
  for (let number = 0; number < 20; number += 1) await plain(simulator, 'GET', USERS, undefined, wrong);
  expect((await send('GET', USERS)).status).toBe(200);
});

import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type Simulator, startSimulator } from '../index.js';
import { identity, send as plain, rest, type Send } from '../test-client.js';

let simulator: Simulator;
let send: Send;
beforeEach(async () => {
  simulator = await startSimulator({ data: { users: [{ userName: 'a' }], groups: [{ displayName: 'Ops' }] } });
  send = await identity(simulator);
  simulator.admin.audit('eve', 'Updated', { group: 'Ops' }, '2026-11-02T00:00:00.000Z');
  simulator.admin.audit('tom', 'Updated', { user: 'a' }, '2026-11-03T00:00:00.000Z');
});
afterEach(() => simulator.close());

const PATH = '/audit/api/audit-events';
const query = (more: Record<string, string> = {}) => {
  const period = { StartDateTime: '2026-11-01T00:00:00Z', EndDateTime: '2026-11-30T00:00:00Z' };
  return `${PATH}?${new URLSearchParams({ ...period, Page: '1', PageSize: '1', 'api-version': '2.0', ...more })}`;
};

test('audit events: are pages of a period, oldest first, with actor and target', async () => {
  const { id } = simulator.state().users[0]!;
  expect((await send('GET', query())).body).toMatchObject({
    totalCount: 2,
    auditEvents: [{ actor: { name: 'eve' }, target: { type: 'group', name: 'Ops' }, eventType: { name: 'Updated' } }],
  });
  expect((await send('GET', query({ Page: '2' }))).body.auditEvents).toMatchObject([
    { eventDateTime: '2026-11-03T00:00:00.000Z', target: { id, platformId: id, type: 'user' } },
  ]);
  expect((await send('GET', query({ StartDateTime: '2026-11-04T00:00:00Z' }))).body).toMatchObject({ totalCount: 0 });
});

test('audit events: refuses other versions, queries without a period, and other tokens', async () => {
  expect((await send('GET', query({ 'api-version': '1.0' }))).status).toBe(400);
  expect((await send('GET', `${PATH}?api-version=2.0&Page=1&PageSize=1`)).status).toBe(400);
  expect((await send('GET', query({ Page: '0' }))).status).toBe(400);
  expect((await (await rest(simulator))('GET', query())).status).toBe(403);
  expect((await plain(simulator, 'GET', query())).status).toBe(401);
  expect((await send('GET', '/audit/api/other')).status).toBe(404);
});

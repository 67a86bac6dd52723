import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { userOf } from '../../../test/support/assert/facts.js';
import { openWorkbench, type Workbench } from '../../../test/support/tenant/workbench.js';
import { connect } from '../api/tenant.js';
import { type EndEvent, endSessions } from './end-sessions.js';

const JANE = 'jane@example.com';
let bench: Workbench;
beforeEach(async () => {
  bench = await openWorkbench({ data: { users: [{ userName: 'tom' }, { userName: JANE }] } });
  for (const name of ['tom', JANE, JANE]) bench.sim.admin.openSession(name);
  for (const name of ['tom', JANE]) bench.sim.admin.openCheckout(name);
});
afterEach(() => bench.close());

async function end(log: (event: EndEvent) => Promise<void> = async () => undefined) {
  const tenant = (await connect(bench.settings, bench.sim.env)).permitWrites();
  return endSessions(tenant, { kind: 'user', id: userOf(bench.sim.state(), 'jane').id }, log);
}
const writes = () => bench.sim.requests.writes;

test('endSessions: ends those of the account, in Secret Server', async () => {
  expect(await end()).toEqual([
    { what: 'log-ins', open: [] },
    { what: 'sessions', ended: 0, open: [] },
    { what: 'check-outs', ended: 1, open: [] },
  ]);
});

test('endSessions: without the log-out, ends each session of the account and none of others', async () => {
  bench.sim.faults.set({ faults: [{ kind: 'status', status: 403, path: 'force-logout' }] });
  for (let count = 0; count < 2; count++) bench.sim.admin.openSession('tom');
  expect((await end())[1]).toEqual({ what: 'sessions', ended: 2, open: [] });
  const tenant = await connect(bench.settings, bench.sim.env);
  const query = { 'filter.active': 'true', 'filter.includeRestricted': 'true' };
  const list = { path: '/v1/recorded-sessions', query, id: 'secretSessionId', what: '' };
  expect(await tenant.entries(tenant.settings.surfaces['secret-server']!, list)).toHaveLength(3);
});

test('endSessions: a log-out that is not complete is reported', async () => {
  bench.sim.faults.set({ faults: [{ kind: 'dropFields', path: '/progress', fields: ['isComplete'] }] });
  expect((await end())[0]).toEqual({
    what: 'log-ins',
    open: [],
    refused: 'progress of the log-out: it is not complete yet',
  });
});

test('endSessions: a write that the log cannot record is not sent', async () => {
  const failing = async () => {
    throw new Error('disk full');
  };
  await expect(end(failing)).rejects.toThrow('disk full');
  expect(writes()).toBe(0);
});

test('endSessions: an account that Secret Server does not show is not reported as one without sessions', async () => {
  bench.sim.faults.set({ faults: [{ kind: 'status', status: 404, path: '/SecretServer/api/v1/users' }] });
  const unread = 'the account is not visible on the Secret Server REST';
  expect(await end()).toEqual(['log-ins', 'sessions', 'check-outs'].map((what) => ({ what, open: [], unread })));
});

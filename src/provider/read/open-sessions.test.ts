import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { userOf } from '../../../test/support/assert/facts.js';
import type { Fault } from '../../simulator/index.js';
import { type Simulator, startSimulator } from '../../simulator/index.js';
import { connect } from '../api/tenant.js';
import { open, serve } from '../api/test-server.fixture.js';
import { readSettings } from '../settings/settings.js';
import { readOpenSessions } from './open-sessions.js';
import { openReader } from './tenant-reader.js';

const JANE = 'jane@example.com';
const TOM = 'tom@example.com';
let sim: Simulator;
beforeEach(async () => {
  sim = await startSimulator({ data: { users: [{ userName: TOM }, { userName: JANE }] } });
});
afterEach(() => sim.close());

async function read(env: Record<string, string> = {}, id = userOf(sim.state(), 'jane').id) {
  const tenant = await connect({ ...readSettings({}, { ...sim.env, ...env }), retries: 0 }, {});
  return (await readOpenSessions(tenant, openReader(tenant).translator, [{ kind: 'user', id }]))[0]!;
}

const fail = (fault: Omit<Fault, 'kind'>) => sim.faults.set({ faults: [{ kind: 'status', ...fault }] });

test('open sessions: are those of the account that has the same name in Secret Server', async () => {
  for (const name of [TOM, JANE, JANE]) sim.admin.openSession(name);
  for (const name of [TOM, JANE]) sim.admin.openCheckout(name);
  expect(await read()).toEqual([
    { what: 'sessions', open: 2, names: ['Simulated secret', 'Simulated secret'] },
    { what: 'check-outs', open: 1, names: ['Simulated secret 2'] },
  ]);
  sim.admin.endSessions(JANE);
  sim.admin.endCheckouts(JANE);
  expect(await read()).toMatchObject([{ open: 0 }, { open: 0 }]);
});

test('open sessions: entries of others are not counted when the service ignores the filter', async () => {
  const sessions = [7, 8].map((userId) => ({ secretSessionId: userId, userId, active: true, secretName: 'db' }));
  const secrets = [7, 8, -1].map((id) => ({ id, name: 'db', checkedOut: id > 0, checkOutUserId: id }));
  const replies = { token: { access_token: 'granted-access-token', expires_in: 3600 }, sessions, secrets };
  const server = await serve(({ url }) => {
    const [name, body] = Object.entries(replies).find(([path]) => url.split('?')[0]!.endsWith(path))!;
    return { body: name === 'token' ? body : { records: body, total: (body as object[]).length } };
  });
  try {
    const account = { secretServerUser: 'runner', secretServerPassword: 'a-long-password' };
    const tenant = await open(server.url, { secretServerUrl: server.url, profile: 'secret-server', ...account });
    const [found] = await readOpenSessions(tenant, openReader(tenant).translator, [{ kind: 'user', id: '7' }]);
    expect(found!.map(({ what, open: count, unread }) => [what, count, unread])).toEqual([
      ['sessions', 1, undefined],
      ['check-outs', 1, undefined],
    ]);
  } finally {
    await server.close();
  }
});

test('open sessions: the list of secrets is read once for several accounts', async () => {
  for (const name of [TOM, JANE]) sim.admin.openCheckout(name);
  const tenant = await connect(readSettings({}, sim.env), {});
  const accounts = sim.state().users.map(({ id }) => ({ kind: 'user', id }));
  const found = await readOpenSessions(tenant, openReader(tenant).translator, accounts);
  expect(found.map(([, checkouts]) => checkouts?.open)).toEqual([1, 1]);
  expect(sim.log.filter(({ path }) => path.endsWith('/v1/secrets'))).toHaveLength(1);
});

test('open sessions: not configured is not the same as none, and nothing is sent', async () => {
  const unset = 'Secret Server REST is not configured: set DELINEA_SECRET_SERVER_URL';
  expect(await read({ DELINEA_SECRET_SERVER_URL: '' })).toEqual([
    { what: 'sessions', unset },
    { what: 'check-outs', unset },
  ]);
  expect(sim.requests.total).toBe(0);
});

test('open sessions: a failed read names the permission and does not stop the other', async () => {
  fail({ status: 403, path: '/recorded-sessions' });
  expect(await read()).toEqual([
    { what: 'sessions', unread: expect.stringMatching(/403.*\. It needs the permission "View Session Monitoring"$/) },
    { what: 'check-outs', open: 0, names: [] },
  ]);
});

test('open sessions: are unread when Secret Server does not show the account', async () => {
  fail({ status: 404, path: '/SecretServer/api/v1/users' });
  const unread = 'the account is not visible on the Secret Server REST';
  expect(await read()).toEqual([
    { what: 'sessions', unread },
    { what: 'check-outs', unread },
  ]);
});

test.each(['active', 'userId', 'secretSessionId'])(
  'open sessions: an entry without %s is not counted as none',
  async (field) => {
    sim.admin.openSession(JANE);
    sim.faults.set({ faults: [{ kind: 'dropFields', path: '/recorded-sessions', fields: [field] }] });
    expect((await read())[0]).toEqual({ what: 'sessions', unread: `sessions: an entry has no ${field}` });
  },
);

test.each([
  ['sessions', '/recorded-sessions', 'userId'],
  ['check-outs', '/v1/secrets', 'checkOutUserId'],
])('open sessions: %s whose account is null are not counted as none', async (what, path, field) => {
  sim.admin.openSession(JANE);
  sim.admin.openCheckout(JANE);
  sim.faults.set({ faults: [{ kind: 'extraFields', path, extra: { [field]: null } }] });
  expect(await read()).toContainEqual({ what, unread: `${what}: an entry has no ${field}` });
});

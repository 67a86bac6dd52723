import { afterEach, expect, test } from '@jest/globals';
import { user } from '../../../test/support/tenant/declare.js';
import { openWorkbench, type Workbench, type WorkbenchOptions } from '../../../test/support/tenant/workbench.js';
import { connect } from '../api/tenant.js';
import type { Declaration } from '../model/declaration.js';
import { readAttributions } from './attribution.js';

let bench: Workbench;
afterEach(() => bench.close());

const [jane, tom] = ['jane', 'tom'].map((name) => user(name, { externalId: name })) as [Declaration, Declaration];
const changed = ['jane', 'tom'].map((name) => user(name, { externalId: name, displayName: name }));

async function read(options: WorkbenchOptions) {
  bench = await openWorkbench(options);
  await bench.converge([jane, tom]);
  for (const name of ['jane', 'tom']) bench.sim.admin.audit(`by-${name}`, 'Changed', { user: `${name}@example.com` });
  const plan = await bench.plan(changed);
  return readAttributions(await connect(bench.settings, bench.sim.env), plan, [...bench.ledger.values()]);
}

test.each<[string, WorkbenchOptions]>([
  ['the ids of the Platform', {}],
  ['numbers as ids, which users and groups share', { numbered: true }],
  ['ids of another surface, which are those of other users', { provider: { profile: 'scim-cloud' } }],
])('attribution: finds the events of one user with %s', async (_, options) => {
  const changesOf = (name: string) => ({
    object: `user ${name}@example.com`,
    since: expect.any(String),
    count: 1,
    latest: { who: `by-${name}`, action: 'Changed', when: expect.any(String) },
  });
  expect(await read(options)).toEqual({
    'delinea_user.jane': [changesOf('jane')],
    'delinea_user.tom': [changesOf('tom')],
  });
});

test('attribution: a surface without a known audit is not one without events', async () => {
  expect(await read({ provider: { profile: 'scim-connector' } })).toMatchObject({
    'delinea_user.jane': [{ unread: 'no audit is known for a user of the on-prem SCIM Connector' }],
  });
});

test('attribution: an audit that is not configured is not one without events', async () => {
  const found = await read({});
  expect(found).toMatchObject({ 'delinea_user.jane': [{ count: 1 }] });
  const { 'platform-audit': audit, ...surfaces } = bench.settings.surfaces;
  Object.assign(bench.settings, { surfaces: { ...surfaces, 'platform-audit': { ...audit, credentials: {} } } });
  const plan = await bench.plan(changed);
  expect(await readAttributions(await connect(bench.settings, bench.sim.env), plan)).toMatchObject({
    'delinea_user.jane': [
      { unread: 'the Platform audit is not configured: set DELINEA_CLIENT_ID and DELINEA_CLIENT_SECRET' },
    ],
  });
});

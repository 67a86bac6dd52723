import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Simulator, startSimulator } from '../../simulator/index.js';
import { connect, type Tenant } from '../api/tenant.js';
import { readSettings } from '../settings/settings.js';
import { IdTranslator } from './id-translator.js';
import { Snapshot } from './snapshot.js';

let sim: Simulator;
let tenant: Tenant;

beforeAll(async () => {
  sim = await startSimulator({ data: { users: [{ userName: 'zoe@example.com', displayName: 'Zoë' }] } });
  const routing = [{ kind: 'user', surface: 'scim-cloud' }];
  tenant = await connect(readSettings({ routing }, sim.env as NodeJS.ProcessEnv));
});

afterAll(() => sim?.close());

async function zoe() {
  const snapshot = new Snapshot(tenant);
  const [live] = await snapshot.view('user').byKey({ userName: 'zoe@example.com' });
  return { id: live!.id, identity: new IdTranslator(new Snapshot(tenant)) };
}

test('id translator: a displayed name is shown and never used for lookups', async () => {
  const { id, identity } = await zoe();
  const { surfaces } = tenant.settings;
  expect(await identity.toHome(['user'], id, surfaces['scim-cloud']!, 'Zoë')).toBe(id);
  expect(identity.nameOf(['user'], id)).toBe('Zoë');
  const there = sim.state().users[0]!.id;
  expect(await identity.toSurface('user', id, surfaces['platform-rest']!)).toBe(there);
  const remembered = new IdTranslator(new Snapshot(tenant), {
    user: { [id]: { name: 'Zoë', displayed: true } },
  });
  expect(await remembered.toSurface('user', id, surfaces['platform-rest']!)).toBe(there);
});

test('id translator: distinguishes a container from a user with the same id', async () => {
  const { id, identity } = await zoe();
  identity.add('container', id, 'Production');
  const { surfaces } = tenant.settings;
  expect(await identity.toSurface('user', id, surfaces['platform-rest']!)).toBe(sim.state().users[0]!.id);
});

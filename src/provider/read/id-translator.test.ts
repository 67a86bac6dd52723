import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Simulator, startSimulator } from '../../simulator/index.js';
import { connect, type Tenant } from '../api/tenant.js';
import { readSettings } from '../settings/settings.js';
import { IdTranslator } from './id-translator.js';
import { simulatedTenant } from './reader.fixture.js';
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

describe('numbers that a list shows without a kind', () => {
  const { reader } = simulatedTenant({
    numbered: true,
    data: {
      users: [{ userName: 'ann@x' }, { userName: 'ben@x' }],
      groups: [{ displayName: 'ops' }],
    },
  });
  const kinds = ['user', 'group'];
  const toHome = (id: string) => {
    const { translator, tenant } = reader();
    return translator.toHome(kinds, id, tenant.settings.surfaces['platform-scim']!);
  };

  test('the one object with the number is meant, and none is guessed when a user and a group have it', async () => {
    expect(await toHome('2')).toBe('2');
    await expect(toHome('1')).rejects.toMatchObject({
      code: 'ambiguous',
      message: 'the Platform SCIM (static token) lists 1 without a type: user or group',
    });
  });

  test('the kind of an id that a user and a group have is never guessed', () => {
    const { translator } = reader();
    translator.add('user', 'same', 'ann@x');
    expect(translator.kindOf(kinds, 'same')).toBe('user');
    translator.add('group', 'same', 'ops');
    expect(translator.nameOf(['group'], 'same')).toBe('ops');
    expect(() => translator.kindOf(kinds, 'same')).toThrow('user ann@x and group ops have the same id same');
  });
});

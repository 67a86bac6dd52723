import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Simulator, startSimulator } from '../../simulator/index.js';
import { readSettings } from '../settings/settings.js';
import { connect, type Tenant } from './tenant.js';

let simulator: Simulator;
let tenant: Tenant;
beforeAll(async () => {
  simulator = await startSimulator({ sessions: true, data: { users: [{ userName: 'ada' }] } });
  tenant = await connect(readSettings({}, simulator.env), {});
});
afterAll(() => simulator.close());

describe('connect', () => {
  test('sends nothing', async () => {
    simulator.resetRequests();
    (await connect(readSettings({}, simulator.env), {})).collection('user');
    expect(simulator.requests.total).toBe(0);
  });

  test('home: is the surface of the routing, and of its edges for an authoritative set', () => {
    expect(tenant.home('user').name).toBe('platform-rest');
    expect(tenant.home('container-permissions').name).toBe('scim-cloud');
  });

  test('collection: is one per kind and surface', () => {
    expect(tenant.collection('user')).toBe(tenant.collection('user', 'platform-rest'));
    expect(tenant.collection('user', 'scim-cloud')).not.toBe(tenant.collection('user'));
  });

  test('collection: throws when the surface does not serve the kind, or there is no such kind', () => {
    expect(() => tenant.collection('container', 'platform-rest')).toThrow(
      expect.objectContaining({ code: 'unserved' }),
    );
    expect(() => tenant.collection('vault')).toThrow(expect.objectContaining({ name: 'DelineaError' }));
  });

  test('collection: throws when the kind has no wire for the protocol of the surface', async () => {
    const { protocols, resourceOf } = { protocols: {}, resourceOf: tenant.collection('user').resource };
    const other = await connect(readSettings({}, simulator.env), {}, { protocols, resourceOf: () => resourceOf });
    expect(() => other.collection('user')).toThrow('Platform REST does not serve user');
  });

  test('countOpen: counts the open entries of an account, whatever the length of the list', async () => {
    const { id } = simulator.state().users[0]!;
    const rest = tenant.settings.surfaces['platform-rest']!;
    for (let session = 1; session <= 102; session++) simulator.admin.openSession('ada');
    expect(await tenant.countOpen(rest, '/sessions', id, 'sessions')).toBe(102);
    simulator.admin.endSessions('ada');
    expect(await tenant.countOpen(rest, '/sessions', id, 'sessions')).toBe(0);
    await expect(tenant.countOpen(rest, '/nowhere', id, 'sessions')).rejects.toThrow('sessions');
  });
});

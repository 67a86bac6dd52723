import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type Fault, type Simulator, startSimulator } from '../../simulator/index.js';
import { readSettings } from '../settings/settings.js';
import { connect, type Tenant } from './tenant.js';

let simulator: Simulator;
let tenant: Tenant;
beforeEach(async () => {
  simulator = await startSimulator({ seedUsers: 2, data: { groups: [{ displayName: 'sre' }] } });
  tenant = (await connect(readSettings({ retries: 2 }, simulator.env), {})).permitWrites();
});
afterEach(() => simulator.close());

/** Method and status of each request since the log was emptied. */
const requests = () => simulator.log.map(({ method, path, status }) => `${method} ${path.split('/')[3]} ${status}`);
const logged = async (work: () => Promise<unknown>) => {
  simulator.resetRequests();
  await work();
  return requests();
};

async function setTitle(title: string): Promise<void> {
  const users = tenant.collection('user', 'platform-scim');
  const [live] = await users.list();
  simulator.resetRequests();
  await users.update((await users.get(live!.id))!, { title });
}

const PATCH_ONLY = ['GET Users 200', 'PATCH Users 204'];

describe('update over SCIM', () => {
  test('is one PATCH where the service has PATCH, and nothing else is read', async () => {
    expect(await logged(() => setTitle('a'))).toEqual(PATCH_ONLY);
  });

  test('is a PUT once PATCH was refused, for every kind of the service', async () => {
    simulator.faults.set({ withoutPatch: true });
    expect(await logged(() => setTitle('a'))).toEqual([
      'GET Users 200',
      'PATCH Users 501',
      'GET ServiceProviderConfig 200',
      'GET Users 200',
      'PUT Users 200',
    ]);
    expect(await logged(() => setTitle('b'))).toEqual(['GET Users 200', 'GET Users 200', 'PUT Users 200']);
    const groups = tenant.collection('group', 'platform-scim');
    const [sre] = await groups.list();
    expect(await logged(() => groups.update(sre!, { description: 'd' }))).toEqual(['GET Groups 200', 'PUT Groups 200']);
    expect(simulator.state().groups).toMatchObject([{ displayName: 'sre', description: 'd' }]);
    expect(simulator.state().users.map(({ title }) => title)).toContain('b');
    expect(simulator.state().users).toHaveLength(2);
  });

  test.each<[string, Fault | undefined]>([
    ['shows PATCH', undefined],
    ['cannot be read', { kind: 'status', status: 404, path: 'ServiceProviderConfig' }],
    ['fails', { kind: 'status', status: 400, path: 'ServiceProviderConfig' }],
    ['is an HTML page', { kind: 'html502', path: 'ServiceProviderConfig' }],
  ])('stays refused when ServiceProviderConfig %s', async (_, fault) => {
    const refused: Fault = { kind: 'status', status: 405, method: 'PATCH' };
    simulator.faults.set({ faults: [refused, ...(fault ? [fault] : [])] });
    await expect(setTitle('a')).rejects.toMatchObject({ code: 'rejected', status: 405, uncertain: false });
    expect(requests().filter((line) => line.startsWith('PUT'))).toEqual([]);
  });

  test('is not repeated after a 501, which the error has', async () => {
    simulator.faults.set({ faults: [{ kind: 'status', status: 501, method: 'PATCH' }] });
    await expect(setTitle('a')).rejects.toMatchObject({ code: 'rejected', status: 501, uncertain: false });
    expect(requests().filter((line) => line.startsWith('PATCH'))).toEqual(['PATCH Users 501']);
  });
});

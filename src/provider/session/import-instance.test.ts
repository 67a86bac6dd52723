import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { resourceOf } from '../resources/index.js';
import { openSessionBench, type SessionBench } from './session.fixture.js';

let bench: SessionBench;
beforeEach(async () => {
  bench = await openSessionBench({
    data: {
      users: [{ userName: 'jane@example.com', title: 'Lead' }],
      containers: ['prod', 'east', 'west', { name: 'db', parent: 'east' }, { name: 'db', parent: 'west' }],
      containerPermissions: [{ container: 'prod', user: 'jane@example.com', right: 'View' }],
    },
  });
});
afterEach(() => bench.close());

const find = async (kind: string, text: string) => (await bench.open()).find(resourceOf(kind), text);

test('import instance: the private state has the unset attributes, and the correlation key and consent of the import text', async () => {
  const { live, privateState } = await find('user', 'jane@example.com?external_id=hr-1&reactivate=T-1');
  expect(live.values).toMatchObject({ title: 'Lead', reactivate: 'T-1' });
  expect(live.values).not.toMatchObject({ externalId: 'hr-1' });
  expect(privateState).toMatchObject({ correlation: 'hr-1', usedConsents: ['T-1'] });
  expect(privateState.unset).toContain('department');
  expect(privateState.unset).not.toContain('title');
});

test('import instance: a setting that does not exist is named when nothing was found', async () => {
  await expect(find('user', 'jane@example.com?adpot=always')).rejects.toMatchObject({
    code: 'unknown_name',
    message: expect.stringContaining('"adpot" is not a setting of a user'),
  });
});

test('import instance: the form of the text is explained when an object or the principal of an edge is not found', async () => {
  await expect(find('user', 'joe@example.com')).rejects.toMatchObject({
    code: 'unknown_name',
    hint: expect.stringContaining('The text of an import is its user_name, or its id.'),
  });
  await expect(find('container-permission', 'prod,user,joe@example.com')).rejects.toMatchObject({
    code: 'unknown_name',
    message: expect.stringMatching(/^there is no user "joe@example.com"/),
    hint: expect.stringContaining('The text of an import is <container>,user|group,'),
  });
});

test('import instance: an edge is found by the names of its ends, and by its id', async () => {
  const byName = await find('container-permission', 'prod,user,jane@example.com');
  expect(byName.live.values).toMatchObject({ principalId: bench.sim.state().users[0]!.id, right: 'View' });
  expect((await find('container-permission', byName.live.id)).live).toEqual(byName.live);
});

test('import instance: a container is written by name when no other has it, and else by its id', async () => {
  const { id } = bench.sim.state().containers.filter(({ name }) => name === 'db')[1]!;
  const prod = bench.sim.state().containers.find(({ name }) => name === 'prod')!;
  expect((await find('container-permissions', prod.id)).live).toMatchObject({
    id: prod.id,
    values: { container: 'prod' },
  });
  expect((await find('container-permissions', id)).live).toMatchObject({ id, values: { container: id } });
});

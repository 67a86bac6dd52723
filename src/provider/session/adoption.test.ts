import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { resourceOf } from '../resources/index.js';
import { openSessionBench, type SessionBench } from './session.fixture.js';

let bench: SessionBench;
beforeEach(async () => {
  bench = await openSessionBench({ data: { users: [{ userName: 'bob@example.com', displayName: 'Bob' }] } });
});
afterEach(() => bench.close());

const resource = resourceOf('user');
const bob = (more: object = {}) => ({ resource, declared: { userName: 'bob@example.com', ...more } });

test('adoption: announced with its import when the live object is as declared', async () => {
  const { warnings } = await (await bench.open()).plan(bob({ displayName: 'Bob' }));
  const { id } = bench.sim.state().users[0]!;
  expect(warnings).toMatchObject([
    {
      message: 'bob@example.com exists already and will be adopted; nothing is written',
      remedy: [{ kind: 'import', resource: 'user', id }],
    },
  ]);
});

test('adoption: refused with the ways to adopt when the live object differs', async () => {
  const { id } = bench.sim.state().users[0]!;
  await expect((await bench.open()).plan(bob({ displayName: 'Robert' }))).rejects.toMatchObject({
    code: 'not_ours',
    remedy: [
      { kind: 'adopt', resource: 'user', id },
      { kind: 'moved', resource: 'user' },
    ],
  });
});

test('adoption: a name is not given to the object of another name', async () => {
  const jane = await bench.apply('user', { userName: 'jane@example.com' });
  await expect((await bench.open()).plan({ ...jane, ...bob() })).rejects.toMatchObject({
    code: 'not_ours',
    message: expect.stringContaining('bob@example.com is the name of another user'),
  });
});

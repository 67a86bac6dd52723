import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { resourceOf } from '../resources/index.js';
import { openSessionBench, type SessionBench } from './session.fixture.js';

let bench: SessionBench;
beforeEach(async () => {
  bench = await openSessionBench({
    data: { containers: ['prod'], users: [{ userName: 'bob@example.com' }] },
  });
});
afterEach(() => bench.close());

const user = resourceOf('user');
const jane = { userName: 'jane@example.com' };
const twice = { code: 'duplicate', message: 'user jane@example.com is declared twice' };
const both = { code: 'duplicate', message: expect.stringContaining('both by an authoritative resource') };
const view = () => ({ principalType: 'user', principalId: bench.sim.state().users[0]!.id, right: 'View' });
const set = () => ({
  resource: resourceOf('container-permissions'),
  declared: { container: 'prod', grants: [view()] },
});
const edge = () => ({ resource: resourceOf('container-permission'), declared: { container: 'prod', ...view() } });

test('duplicates: the later of two planned declarations is refused, and a removal is none', async () => {
  const { state } = await bench.apply('user', jane);
  const session = await bench.open();
  await session.unchanged({ resource: user, state, declared: jane });
  await expect(session.plan({ resource: user, state, declared: { ...jane, title: 'Lead' } })).rejects.toMatchObject(
    twice,
  );
  const removing = await bench.open();
  await removing.plan({ resource: user, state });
  await expect(removing.plan({ resource: user, declared: jane })).resolves.toBeDefined();
});

test('duplicates: a forced replacement is named as the cause when Terraform passes on the private state of the first plan', async () => {
  const { state, privateState } = await bench.apply('user', jane);
  const session = await bench.open();
  await session.unchanged({ resource: user, state, declared: jane });
  await expect(session.plan({ resource: user, declared: jane })).rejects.toMatchObject(twice);
  await expect(session.plan({ resource: user, declared: jane, privateState })).rejects.toMatchObject({
    message: 'jane@example.com would be removed and created again',
    hint: expect.stringContaining('Do not force a replacement'),
  });
});

test('duplicates: a set and an edge in its scope are refused, whichever comes first', async () => {
  for (const [first, second] of [
    [set(), edge()],
    [edge(), set()],
  ] as const) {
    const session = await bench.open();
    await session.plan(first);
    await expect(session.plan(second)).rejects.toMatchObject(both);
  }
  const { state } = await bench.apply('container-permissions', set().declared);
  const session = await bench.open();
  await session.unchanged({ ...set(), state });
  await expect(session.plan(edge())).rejects.toMatchObject(both);
});

test('duplicates: two names for one object are refused, from two states or by adoption under an earlier name', async () => {
  const { state } = await bench.apply('user', jane);
  const ann = { userName: 'ann@example.com' };
  const same = { code: 'duplicate', message: 'user ann@example.com: two declarations refer to this object' };
  const adopting = { ...ann, previousNames: [jane.userName], adopt: 'always' };
  await expect((await bench.open()).plan({ resource: user, declared: adopting })).resolves.toBeDefined();
  for (const second of [{ state, declared: adopting }, { declared: adopting }]) {
    const session = await bench.open();
    await session.unchanged({ resource: user, state, declared: jane });
    await expect(session.plan({ resource: user, ...second })).rejects.toMatchObject(same);
  }
});

test('duplicates: an apply refuses a creation whose name another creation has, and ignores an unknown scope', async () => {
  const session = await bench.open();
  await session.apply({ resource: user, declared: { userName: 'joe@example.com' } });
  await session.plan({ resource: user, declared: jane });
  await expect(session.plan({ resource: user, declared: jane })).rejects.toMatchObject({ code: 'duplicate' });
  await session.plan(set());
  await expect(session.plan(edge())).rejects.toMatchObject(both);
  const unknown = { ...set(), declared: { ...set().declared, container: 'test' } };
  await expect(session.plan(unknown)).resolves.toEqual({ warnings: [], planned: {}, replaces: [] });
});

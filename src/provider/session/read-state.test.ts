import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { openSessionBench, type SessionBench } from './session.fixture.js';

let bench: SessionBench;
beforeEach(async () => {
  bench = await openSessionBench({ data: { containers: ['prod'], users: [{ userName: 'bob@example.com' }] } });
});
afterEach(() => bench.close());

const jane = { userName: 'jane@example.com' };
const view = () => ({
  container: 'prod',
  principalType: 'user',
  principalId: bench.sim.state().users[0]!.id,
  right: 'View',
});

test('read: a warning without a live object when it was deleted outside of code', async () => {
  const user = await bench.apply('user', jane);
  bench.sim.admin.deleteUser(jane.userName);
  const session = await bench.open();
  expect(await session.read(user)).toMatchObject({
    live: undefined,
    warnings: [{ message: 'user jane@example.com was deleted outside of code', remedy: [{ kind: 'consent' }] }],
  });
});

test('read: refused when more objects are missing than a tenant usually loses', async () => {
  const groups = [];
  for (let index = 0; index < 5; index++) groups.push(await bench.apply('group', { displayName: `g${index}` }));
  bench.sim.admin.addGroup({ displayName: 'other' });
  for (const { state } of groups) bench.sim.admin.deleteGroup(String(state?.displayName));
  const message = expect.stringMatching(
    /^group g\d: 5 of 5 managed groups are not visible on the .*: g\d, g\d, g\d, and 2 more$/,
  );
  const session = await bench.open();
  const reads = await Promise.allSettled(groups.map((group) => session.read(group)));
  for (const read of reads) {
    expect(read).toMatchObject({
      reason: { code: 'visibility_reduced', message, remedy: [{ kind: 'allowMissing', count: 5, soFar: true }] },
    });
  }
  const allowing = await bench.open({ allowMissing: 5 });
  const allowed = await Promise.all(groups.map((group) => allowing.read(group)));
  expect(allowed.map(({ live }) => live)).toEqual(Array(5).fill(undefined));
});

test('read: a warning when an account was disabled outside of code', async () => {
  const user = await bench.apply('user', { ...jane, active: true });
  bench.sim.admin.setActive(jane.userName, false);
  const { live, warnings } = await (await bench.open()).read(user);
  expect(live?.values.active).toBe(false);
  expect(warnings.map(({ message }) => message)).toEqual([
    'jane@example.com was disabled outside of code; it stays disabled',
  ]);
});

test('read: an edge is found in its renamed scope, with a warning that has the new name', async () => {
  const edge = await bench.apply('container-permission', view());
  bench.sim.admin.renameContainer('prod', 'production');
  const { live, warnings } = await (await bench.open()).read(edge);
  expect(live?.values.right).toBe('View');
  expect(warnings.map(({ message }) => message)).toEqual([
    expect.stringMatching(/its container was renamed to production \(id \d+\)$/),
  ]);
});

test('read: an edge is not taken as deleted when its scope is not visible', async () => {
  const edge = await bench.apply('container-permission', view());
  bench.sim.admin.deleteContainer('prod');
  await expect((await bench.open()).read(edge)).rejects.toMatchObject({
    code: 'incomplete_response',
    message: expect.stringContaining('no container "prod" is visible'),
    remedy: [{ kind: 'recordAgain' }, { kind: 'allowMissing', count: 1, soFar: true }],
  });
});

import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { stepsOf, userOf } from '../../../test/support/assert/facts.js';
import { declared, user } from '../../../test/support/tenant/declare.js';
import { openWorkbench, type Workbench } from '../../../test/support/tenant/workbench.js';

let bench: Workbench;
beforeEach(async () => {
  bench = await openWorkbench();
});
afterEach(() => bench.close());

const move = (from: string, to: string) => ({ from: `delinea_user.${from}`, to: `delinea_user.${to}` });
const chain = [move('a', 'b'), move('b', 'c')];

test.each([
  ['in order', chain],
  ['in any order', [...chain].reverse()],
])('movedOwned: a chain of moved blocks leads to the last address when they are listed %s', async (_, moved) => {
  await bench.converge([declared('user', 'a', { userName: 'jane@example.com' })]);
  const { id } = userOf(bench.sim.state(), 'jane');
  const after = [declared('user', 'c', { userName: 'doe@example.com', previousNames: ['jane@example.com'] })];
  const result = await bench.converge(after, { moved });
  expect([stepsOf(result.plan), result.failures]).toEqual([['update user doe@example.com'], []]);
  expect(bench.sim.state().users).toMatchObject([{ id, userName: 'doe@example.com', active: true }]);
  expect([...bench.ledger.values()].map(({ address }) => address)).toEqual(['delinea_user.c']);
  expect(stepsOf(await bench.plan(after, { moved }))).toEqual([]);
});

test('movedOwned: a cycle of moved blocks is an error that names the cycle', async () => {
  await bench.converge([user('a')]);
  await expect(bench.plan([user('a')], { moved: [...chain, move('c', 'a')] })).rejects.toMatchObject({
    code: 'stack_invalid',
    message: expect.stringContaining('delinea_user.a -> delinea_user.b -> delinea_user.c -> delinea_user.a'),
  });
});

import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { stepsOf } from '../../../test/support/assert/facts.js';
import { user } from '../../../test/support/tenant/declare.js';
import { openWorkbench, type Workbench } from '../../../test/support/tenant/workbench.js';
import { UNMANAGED } from './unmanaged.fixture.js';

let bench: Workbench;
beforeEach(async () => {
  bench = await openWorkbench(UNMANAGED);
});
afterEach(() => bench.close());

const jane = user('jane', { title: 'Cook' });
const unmanaged = async (...[declarations, input]: Parameters<Workbench['plan']>) =>
  (await bench.plan(declarations, { ...input, unmanaged: true })).delinea.unmanaged?.map(
    ({ kind, name }) => `${kind} ${name}`,
  );

test('findUnmanaged: undeclared objects are listed on request and not changed', async () => {
  const plan = await bench.plan([jane], { unmanaged: true });
  expect(plan.delinea.unmanaged?.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
    'container prod',
    'group empty',
    'group sre',
    'user tom@example.com',
  ]);
  expect(stepsOf(plan)).toEqual(['adopt user jane@example.com']);
  expect((await bench.plan([jane])).delinea.unmanaged).toBeUndefined();
});

test('findUnmanaged: a managed object is not listed when it is no longer declared and cannot be removed', async () => {
  const kept = user('jane', { title: 'Cook', onRemoval: 'delete' });
  await bench.converge([kept]);
  const others = ['container prod', 'group empty', 'group sre', 'user tom@example.com'];
  expect(await unmanaged([])).toEqual(others);
  expect(await unmanaged([], { owned: [] })).toEqual([
    ...others.slice(0, 3),
    'user jane@example.com',
    ...others.slice(3),
  ]);
});

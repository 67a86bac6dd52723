import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { findingsOf, stepsOf } from '../../../test/support/assert/facts.js';
import { declared, idOf, looked } from '../../../test/support/tenant/declare.js';
import { openWorkbench, type Workbench } from '../../../test/support/tenant/workbench.js';

let bench: Workbench;
beforeEach(async () => {
  bench = await openWorkbench({
    data: { containers: ['a', 'b', { name: 'db', parent: 'a' }, { name: 'x', parent: 'b' }] },
  });
});
afterEach(() => bench.close());

const folder = (at: string, name: string, parent: unknown = '') => declared('container', at, { name, parent });

test('resolveKey: equal names are other folders in other parents, existing, looked up and new ones', async () => {
  const [a, c, d] = [folder('a', 'a'), folder('c', 'c'), folder('d', 'd')];
  const b = looked('container', 'b', { name: 'b' });
  const all = [folder('in_a', 'db', idOf(a)), folder('in_b', 'db', idOf(b)), folder('in_c', 'db', idOf(c))];
  const plan = await bench.plan([...all, folder('in_d', 'db', idOf(d)), a, b, c, d]);
  expect(stepsOf(plan)).toEqual([
    'adopt container a',
    'adopt container db',
    'create container c',
    'create container d',
    'create container db',
    'create container db',
    'create container db',
  ]);
  const { after } = plan.resource_changes.find(({ address }) => address === 'delinea_container.in_c')!.delinea;
  expect(after).toEqual(['delinea_container.c']);
});

test('resolveKey: a folder is skipped when its declared parent has an error', async () => {
  bench.sim.admin.addContainer('a');
  const parent = folder('a', 'a');
  const plan = await bench.plan([folder('below', 'new', idOf(parent)), parent]);
  expect(findingsOf(plan)).toEqual([
    'error ambiguous delinea_container.a',
    'error skipped delinea_container.below.parent',
  ]);
  expect(stepsOf(plan)).toEqual([]);
});

test('resolveKey: folders that contain each other are an error before the first read', async () => {
  const one = folder('one', 'one', { ref: 'delinea_container.two', attribute: 'id' });
  await expect(bench.plan([one, folder('two', 'two', idOf(one))])).rejects.toMatchObject({
    errors: [{ code: 'stack_invalid', message: expect.stringContaining('in a cycle') }],
  });
});

test('resolveKey: each folder keeps its id when two addresses swap their names', async () => {
  const [one, two] = [folder('one', 'db', 'a'), folder('two', 'x', 'b')];
  await bench.converge([one, two]);
  const before = bench.sim.state().containers;
  const plan = await bench.plan([folder('one', 'x', 'b'), folder('two', 'db', 'a')]);
  expect(plan.delinea.findings.filter(({ level }) => level === 'error')).toEqual([]);
  expect(stepsOf(plan)).toEqual([]);
  expect(bench.sim.state().containers).toEqual(before);
});

import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { stepsOf, userOf } from '../../../test/support/assert/facts.js';
import { declared } from '../../../test/support/tenant/declare.js';
import { openWorkbench, type Workbench } from '../../../test/support/tenant/workbench.js';

let bench: Workbench;
beforeEach(async () => {
  bench = await openWorkbench({ data: { users: [{ userName: 'jane@example.com' }] } });
});
afterEach(() => bench.close());

const importing = (importId: string) => [declared('user', 'jane', { userName: 'jane@example.com' }, { importId })];
const messages = async (importId: string) =>
  (await bench.plan(importing(importId))).delinea.findings.map(({ code, message }) => `${code} ${message}`);

test('import: the object is found by name and by id', async () => {
  const { id } = userOf(bench.sim.state(), 'jane');
  for (const text of ['JANE@example.com', id]) {
    expect(await messages(text)).toEqual([]);
    expect(stepsOf(await bench.plan(importing(text)))).toEqual(['adopt user jane@example.com']);
  }
});

test('import: refused as ambiguous when the text is the id of one object and the name of another', async () => {
  const { id } = userOf(bench.sim.state(), 'jane');
  bench.sim.admin.addUser({ userName: id });
  expect(await messages(id)).toEqual([`ambiguous "${id}" is the name of one and the id of another user`]);
});

test('import: refused when no object has the name or id', async () => {
  expect(await messages('nobody')).toEqual(['not_ours there is no user with the id or name "nobody" to import']);
});

test('import: a name that looks like an id is found although the service rejects it as an id', async () => {
  bench.sim.admin.addUser({ userName: '2024' });
  bench.sim.faults.set({ faults: [{ kind: 'status', status: 400, method: 'GET', path: '/users/2024' }] });
  const plan = await bench.plan([declared('user', 'numbered', { userName: '2024' }, { importId: '2024' })]);
  expect([plan.delinea.findings, stepsOf(plan)]).toEqual([[], ['adopt user 2024']]);
});

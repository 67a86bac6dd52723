import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { factsOf, failuresOf, findingsOf, stepsOf } from '../support/assert/facts.js';
import { declared, grant } from '../support/tenant/declare.js';
import { openWorkbench, type Workbench } from '../support/tenant/workbench.js';

let bench: Workbench;
beforeEach(async () => {
  bench = await openWorkbench({ data: { containers: ['Prod'] } });
});
afterEach(() => bench.close());

const lead = (name: string, values = {}, rest = {}) =>
  declared('user', 'lead', { userName: `${name}@example.com`, ...values }, rest);
const owned = (user: ReturnType<typeof lead>) => [user, grant('lead', 'Prod', user, 'Owner')];
const facts = () => factsOf(bench.sim.state());

test('account: it is not handed to the next person of its address, and nothing is written', async () => {
  await bench.converge(owned(lead('leaver')));
  const before = facts();
  bench.sim.resetRequests();
  const { plan } = await bench.converge(owned(lead('joiner')));
  expect(plan.delinea.findings).toMatchObject([
    {
      level: 'error',
      code: 'guarded',
      address: 'delinea_user.lead.user_name',
      message: 'leaver@example.com would be renamed to joiner@example.com, with its login, permissions and roles',
      hint: expect.stringContaining('add leaver@example.com to previous_names'),
    },
  ]);
  expect([bench.sim.requests.writes, facts()]).toEqual([0, before]);
});

test('account: the next person at another address gets an account of their own', async () => {
  await bench.converge(owned(lead('leaver')));
  const joiner = declared('user', 'joiner', { userName: 'joiner@example.com' });
  expect(failuresOf(await bench.converge([joiner]))).toEqual([]);
  expect(facts()).toEqual(['user joiner@example.com active', 'user leaver@example.com disabled']);
});

test('account: it is renamed with the earlier name in previousNames, in any case, and keeps its permissions', async () => {
  await bench.converge(owned(lead('leaver')));
  const married = owned(lead('married', { previousNames: ['LEAVER@example.com'] }));
  expect(failuresOf(await bench.converge(married))).toEqual([]);
  expect(facts()).toEqual(['married@example.com has Owner on prod', 'user married@example.com active']);
  expect(stepsOf(await bench.plan(married))).toEqual([]);
});

test('account: a name that was changed outside of code is restored, and not handed on', async () => {
  await bench.converge([lead('leaver')]);
  bench.sim.admin.editUser('leaver@example.com', { userName: 'console@example.com' });
  expect(findingsOf(await bench.plan([lead('joiner')]))).toEqual(['error guarded delinea_user.lead.user_name']);
  expect(failuresOf(await bench.converge([lead('leaver')]))).toEqual([]);
  expect(facts()).toEqual(['user leaver@example.com active']);
});

test('account: an import of an account with another name needs that name too', async () => {
  bench.sim.admin.addUser({ userName: 'leaver@example.com' });
  const importing = { importId: 'leaver@example.com' };
  expect(findingsOf(await bench.plan([lead('joiner', {}, importing)]))).toEqual([
    'error guarded delinea_user.lead.user_name',
  ]);
  const named = lead('joiner', { previousNames: ['leaver@example.com'] }, importing);
  expect(stepsOf(await bench.plan([named]))).toEqual(['update user joiner@example.com']);
});

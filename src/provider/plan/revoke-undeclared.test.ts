import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { findingsOf, stepsOf } from '../../../test/support/assert/facts.js';
import { user } from '../../../test/support/tenant/declare.js';
import { allGrants, allHolders } from '../../../test/support/tenant/declare-sets.js';
import { openWorkbench, type Workbench } from '../../../test/support/tenant/workbench.js';

let bench: Workbench;
beforeEach(async () => {
  bench = await openWorkbench({
    data: {
      users: [{ userName: 'mallory@example.com' }, { userName: 'scim.integration@example.com' }],
      containers: ['prod'],
      roles: ['Auditor'],
      containerPermissions: [{ container: 'prod', user: 'mallory@example.com', right: 'Edit' }],
    },
  });
});
afterEach(() => bench.close());

const jane = user('jane');
const set = allGrants('all', 'prod', [[jane, 'Owner']]);
const revocations = async (...declarations: Parameters<Workbench['plan']>[0]) =>
  (await bench.plan(declarations)).resource_changes.flatMap(({ delinea: { edgeSteps = [] } }) =>
    edgeSteps.filter(({ operation }) => operation === 'revoke').map(({ label }) => label),
  );

test('revokeUndeclared: revokes an undeclared edge and reports it with how to keep it', async () => {
  const plan = await bench.plan([jane, set]);
  expect(plan.delinea.findings).toMatchObject([
    {
      level: 'drift',
      code: 'not_in_code',
      address: set.address,
      message: 'Edit of mallory@example.com on prod exists already, is not managed, and is revoked',
      hint: 'To keep it, add it to grants.',
    },
  ]);
  expect(await revocations(jane, set)).toEqual(['Edit of mallory@example.com on prod']);
});

test('revokeUndeclared: leaves the edges of the account that the run logs in as', async () => {
  bench.sim.admin.grant('prod', { user: 'scim.integration@example.com' }, 'Owner');
  expect(await revocations(jane, set)).toEqual(['Edit of mallory@example.com on prod']);
});

test('revokeUndeclared: refuses an empty set unless the code allows it', async () => {
  const empty = allGrants('all', 'prod', []);
  const plan = await bench.plan([empty]);
  expect(plan.delinea.findings).toMatchObject([
    {
      code: 'guarded',
      address: `${empty.address}.grants`,
      remedy: [{ kind: 'set', attribute: 'allowEmpty', value: true, on: 'resource' }],
    },
  ]);
  expect(stepsOf(plan)).toEqual([]);
  expect(await revocations(allGrants('all', 'prod', [], { allowEmpty: true }))).toEqual([
    'Edit of mallory@example.com on prod',
  ]);
});

test('revokeUndeclared: revokes nothing while one declared edge has an error', async () => {
  bench.sim.admin.addUser({ userName: 'tom@example.com' });
  await bench.converge([user('tom')]);
  bench.sim.admin.deleteUser('tom@example.com');
  const tom = user('tom');
  const grants = [
    [jane, 'Owner'],
    [tom, 'View'],
  ] as const;
  const code = [jane, tom, allGrants('all', 'prod', grants)];
  expect(findingsOf(await bench.plan(code))).toContain('error consent_missing delinea_user.tom');
  expect(await revocations(...code)).toEqual([]);
});

test('revokeUndeclared: an error when not every holder of a role can be read', async () => {
  bench.sim.admin.bindRole('Auditor', { user: 'mallory@example.com' });
  bench.sim.faults.set({ faults: [{ kind: 'dropFields', fields: ['roles'], method: 'GET', path: '/users' }] });
  await expect(bench.plan([allHolders('all', 'Auditor', [], { allowEmpty: true })])).rejects.toMatchObject({
    code: 'list_incomplete',
    path: 'delinea_role_bindings.all',
  });
});

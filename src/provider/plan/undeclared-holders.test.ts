import { afterEach, expect, test } from '@jest/globals';
import { factsOf, stepsOf } from '../../../test/support/assert/facts.js';
import { bind, grant, group, membersOf, user } from '../../../test/support/tenant/declare.js';
import { openWorkbench, type Workbench } from '../../../test/support/tenant/workbench.js';

let bench: Workbench;
afterEach(() => bench?.close());

const data = {
  users: [{ userName: 'stranger@example.com' }, { userName: 'scim.integration@example.com' }],
  groups: [{ displayName: 'others' }],
  containers: ['prod', 'stage'],
};
const jane = user('jane');
const sre = group('sre', membersOf(jane));
const all = [jane, sre, grant('g', 'prod', sre, 'Edit'), bind('b', 'Auditor', jane)];
const added = (plan: { delinea: { findings: readonly { code: string; level: string; message: string }[] } }) =>
  plan.delinea.findings
    .filter(({ code }) => code === 'added_out_of_band' || code === 'not_in_code')
    .map(({ level, message }) => `${level}: ${message.split(':')[0]}`);

test.each(['shared', 'split'] as const)(
  'findUndeclaredHolders: access granted outside of code is reported and kept (%s ids)',
  async (idSpaces) => {
    bench = await openWorkbench({ data: { ...data, roles: ['Auditor'] }, idSpaces });
    await bench.converge(all);
    const { admin } = bench.sim;
    admin.grant('prod', { user: 'stranger@example.com' }, 'Owner');
    admin.grant('prod', { group: 'others' }, 'View');
    admin.bindRole('Auditor', { user: 'stranger@example.com' });
    admin.bindRole('Auditor', { group: 'others' });
    const before = factsOf(bench.sim.state());
    const result = await bench.converge(all);
    expect(added(result.plan)).toEqual([
      'drift: Auditor of others',
      'drift: Auditor of stranger@example.com',
      'drift: Owner of stranger@example.com on prod',
      'drift: View of others on prod',
    ]);
    expect([stepsOf(result.plan), factsOf(bench.sim.state())]).toEqual([[], before]);
  },
);

test('findUndeclaredHolders: containers and roles that are not declared are not checked', async () => {
  bench = await openWorkbench({ data: { ...data, roles: ['Auditor'] } });
  await bench.converge(all);
  bench.sim.admin.grant('stage', { user: 'stranger@example.com' }, 'Owner');
  bench.sim.admin.bindRole('Platform Admin', { user: 'stranger@example.com' });
  expect(added(await bench.plan(all))).toEqual([]);
});

test('findUndeclaredHolders: the account that the run logs in as is not reported', async () => {
  bench = await openWorkbench({ data: { ...data, roles: ['Auditor'] } });
  bench.sim.admin.grant('prod', { user: 'scim.integration@example.com' }, 'Owner');
  bench.sim.admin.bindRole('Auditor', { user: 'scim.integration@example.com' });
  expect(added(await bench.plan(all))).toEqual([]);
});

test('findUndeclaredHolders: a raised right of a managed permission is a change, and a removed declaration a revocation', async () => {
  bench = await openWorkbench({ data: { ...data, roles: ['Auditor'] } });
  await bench.converge(all);
  bench.sim.admin.setRight('prod', { group: 'sre' }, 'Owner');
  const raised = await bench.plan(all);
  expect([stepsOf(raised), added(raised)]).toEqual([['replace container-permission Edit of sre on prod'], []]);
  const removed = await bench.plan([jane, sre, bind('b2', 'Auditor', sre), grant('g2', 'prod', jane, 'View')]);
  expect(added(removed)).toEqual([]);
  expect(stepsOf(removed)).toContain('revoke role-binding Auditor of jane@example.com');
});

test('makePlan: a right or a member removed outside of code is granted again', async () => {
  bench = await openWorkbench({ data: { ...data, roles: ['Auditor'] } });
  await bench.converge(all);
  const wanted = factsOf(bench.sim.state());
  bench.sim.admin.revoke('prod', { group: 'sre' });
  bench.sim.admin.unbindRole('Auditor', { user: 'jane@example.com' });
  bench.sim.admin.removeMember('sre', 'jane@example.com');
  bench.sim.admin.addMember('sre', 'stranger@example.com');
  const result = await bench.converge(all);
  expect(stepsOf(result.plan)).toEqual([
    'create container-permission Edit of sre on prod',
    'create role-binding Auditor of jane@example.com',
    'update group sre',
  ]);
  expect([result.failures, factsOf(bench.sim.state())]).toEqual([[], wanted]);
});

test('findUndeclaredHolders: holders are reported as not checked when reading them takes too many pages', async () => {
  bench = await openWorkbench({ data: { ...data, roles: ['Auditor'] }, seedUsers: 3000 });
  bench.sim.admin.bindRole('Auditor', { user: 'user02500@example.com' });
  const plan = await bench.plan(all);
  expect(plan.delinea.findings).toContainEqual(
    expect.objectContaining({ level: 'note', code: 'not_checked', message: expect.stringContaining('Auditor') }),
  );
  expect(added(plan)).toEqual([]);
  const thorough = await bench.plan(all, { thorough: true });
  expect(added(thorough)).toEqual(['drift: Auditor of user02500@example.com']);
  expect(thorough.delinea.findings.filter(({ code }) => code === 'not_checked')).toEqual([]);
});

test('findUndeclaredHolders: holders are reported as not checked when lists omit roles', async () => {
  bench = await openWorkbench({ data: { ...data, roles: ['Auditor'] }, leanLists: true });
  await bench.converge(all);
  bench.sim.admin.bindRole('Auditor', { user: 'stranger@example.com' });
  const { delinea } = await bench.plan(all);
  expect(delinea.findings.map(({ message }) => message)).toEqual([
    'other holders of Auditor were not checked: the list of users leaves out their roles',
  ]);
  expect(added(await bench.plan(all, { thorough: true }))).toEqual(['drift: Auditor of stranger@example.com']);
});

test('planDeclared: a member removed from code is not reported; a member added outside of code is', async () => {
  const tom = user('tom');
  bench = await openWorkbench({ data });
  await bench.converge([jane, tom, group('sre', membersOf(jane, tom))]);
  bench.sim.admin.addMember('sre', 'stranger@example.com');
  const plan = await bench.plan([jane, tom, group('sre', membersOf(jane))]);
  expect([stepsOf(plan), added(plan)]).toEqual([['update group sre'], ['drift: stranger@example.com in sre']]);
  await bench.apply(plan);
  expect(factsOf(bench.sim.state()).filter((fact) => fact.endsWith(' in sre'))).toEqual(['jane@example.com in sre']);
  expect(added(await bench.plan([jane, tom, group('sre', membersOf(jane))]))).toEqual([]);
});

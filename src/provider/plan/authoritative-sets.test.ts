import { afterEach, expect, test } from '@jest/globals';
import { factsOf, failuresOf, findingsOf, stepsOf } from '../../../test/support/assert/facts.js';
import { bind, declared, grant, group, idOf, user } from '../../../test/support/tenant/declare.js';
import { openWorkbench, type Workbench, type WorkbenchOptions } from '../../../test/support/tenant/workbench.js';
import type { Declaration, Values } from '../index.js';

let bench: Workbench;
afterEach(() => bench.close());

const data: WorkbenchOptions['data'] = {
  users: [{ userName: 'mallory@example.com' }, { userName: 'boss@example.com' }],
  containers: ['prod', 'test'],
  roles: ['Auditor'],
  containerPermissions: [
    { container: 'prod', user: 'mallory@example.com', right: 'View' },
    { container: 'test', user: 'mallory@example.com', right: 'Owner' },
  ],
  roleBindings: [
    { role: 'Auditor', user: 'mallory@example.com' },
    { role: 'Auditor', user: 'boss@example.com' },
  ],
};

function whole(name: string, container: string, grants: readonly [Declaration, string][], values: Values = {}) {
  return declared('container-permissions', name, {
    container,
    grants: grants.map(([to, right]) => ({ principalType: to.kind, principalId: idOf(to), right })),
    adopt: 'always',
    ...values,
  });
}

function holders(role: string, ...held: readonly Declaration[]) {
  return declared('role-bindings', 'all', {
    role,
    holders: held.map((to) => ({ principalType: to.kind, principalId: idOf(to) })),
    adopt: 'always',
  });
}

const jane = user('jane');
const sre = group('sre');

test.each(['split', 'shared'] as const)(
  'a whole set gives, changes and takes away what is not listed (%s ids)',
  async (idSpaces) => {
    bench = await openWorkbench({ data, idSpaces });
    const first = [
      jane,
      sre,
      whole('prod', 'prod', [
        [jane, 'Owner'],
        [sre, 'View'],
      ]),
    ];
    const begun = await bench.converge(first);
    expect(failuresOf(begun)).toEqual([]);
    expect(stepsOf(begun.plan)).toContain('update container-permissions permissions on prod');
    expect(findingsOf(begun.plan)).toContain('drift not_in_code delinea_container_permissions.prod');
    const facts = () => factsOf(bench.sim.state()).filter((fact) => fact.includes(' on '));
    expect(facts()).toEqual([
      'group:sre has View on prod',
      'jane@example.com has Owner on prod',
      'mallory@example.com has Owner on test',
    ]);
    expect(stepsOf(await bench.plan(first))).toEqual([]);
    const second = [
      jane,
      sre,
      whole('prod', 'prod', [
        [jane, 'Owner'],
        [sre, 'Edit'],
      ]),
    ];
    expect(failuresOf(await bench.converge(second))).toEqual([]);
    expect(facts()).toContain('group:sre has Edit on prod');
    const third = [jane, sre, whole('prod', 'prod', [[jane, 'Owner']])];
    expect(failuresOf(await bench.converge(third))).toEqual([]);
    expect(facts()).toEqual(['jane@example.com has Owner on prod', 'mallory@example.com has Owner on test']);
    const gone = await bench.plan([jane, sre]);
    expect(stepsOf(gone)).toEqual(['revoke container-permissions permissions on prod']);
    expect(failuresOf(await bench.apply(gone))).toEqual([]);
    expect(facts()).toEqual(['mallory@example.com has Owner on test']);
    expect([...bench.ledger.values()].map(({ kind }) => kind).sort()).toEqual(['group', 'user']);
  },
);

test.each([false, true])('every holder of a role, though lists be lean: %s', async (leanLists) => {
  bench = await openWorkbench({ data, leanLists });
  const declarations = [jane, holders('Auditor', jane)];
  expect(failuresOf(await bench.converge(declarations))).toEqual([]);
  expect(factsOf(bench.sim.state()).filter((fact) => fact.includes(' is '))).toEqual(['jane@example.com is Auditor']);
  expect(stepsOf(await bench.plan(declarations))).toEqual([]);
});

test('one scope has one owner', async () => {
  bench = await openWorkbench({ data });
  const plan = await bench.plan([
    jane,
    sre,
    whole('prod', 'prod', [[jane, 'Owner']]),
    grant('sre', '/prod', sre, 'View'),
    bind('jane', 'Auditor', jane),
  ]);
  expect(findingsOf(plan).filter((finding) => finding.startsWith('error'))).toEqual([
    'error duplicate delinea_container_permission.sre',
    'error duplicate delinea_container_permissions.prod',
    'error skipped delinea_container_permissions.prod',
  ]);
  expect(stepsOf(plan)).toEqual([
    'create group sre',
    'create role-binding Auditor of jane@example.com',
    'create user jane@example.com',
  ]);
});

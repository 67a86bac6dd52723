import { afterEach, describe, expect, test } from '@jest/globals';
import { DelineaError, DelineaErrors, enforceGuards, guardInputOf, type Plan } from '../../src/provider/index.js';
import { errorText, plain } from '../../src/review/index.js';
import { factsOf, failuresOf, findingsOf, stepsOf } from '../support/assert/facts.js';
import { bind, declared, grant, group, membersOf, user } from '../support/tenant/declare.js';
import { allGrants, allHolders } from '../support/tenant/declare-sets.js';
import { openWorkbench, type Workbench, type WorkbenchOptions } from '../support/tenant/workbench.js';

const jane = user('jane');
const tom = user('tom');

const many = Array.from({ length: 6 }, (_, index) => `p${index}@example.com`);

const data: WorkbenchOptions['data'] = {
  users: [{ userName: 'boss@example.com' }, ...many.map((userName) => ({ userName }))],
  containers: ['apps', { name: 'prod', parent: 'apps' }, 'test'],
  roles: ['Auditor', 'Operator'],
};

let bench: Workbench;
const open = async (options: WorkbenchOptions = {}) => {
  bench = await openWorkbench({ data, ...options });
};
afterEach(() => bench.close());

const edges = () => factsOf(bench.sim.state()).filter((fact) => / has | is /.test(fact));
const errorsIn = (plan: Plan) => findingsOf(plan).filter((finding) => finding.startsWith('error'));
const changeAt = (plan: Plan, address: string) => plan.resource_changes.find((entry) => entry.address === address)!;

/** Returns the text of the guards' error for a plan without allowances; empty when they accept it. */
function refusalOf(plan: Plan): string {
  try {
    enforceGuards(guardInputOf(plan), bench.settings);
    return '';
  } catch (error) {
    expect(error).toMatchObject({ code: 'refused_by_guard' });
    return errorText(error, plain);
  }
}

describe('scope of an authoritative set', () => {
  const ways = ['/apps/prod', '/APPS/Prod', 'PROD', 'its id'];
  const written = async (way: string) =>
    way === 'its id'
      ? changeAt(
          await bench.plan([jane, allGrants('all', 'prod', [[jane, 'View']])]),
          'delinea_container_permissions.all',
        ).delinea.id!
      : way;

  test.each(ways)(
    'conflicts with a single permission whose container is written as %s; other resources apply',
    async (way) => {
      await open();
      const single = grant('tom', await written(way), tom, 'View');
      const result = await bench.converge([
        jane,
        tom,
        allGrants('all', 'prod', [[jane, 'View']]),
        single,
        allGrants('test', 'test', [[tom, 'Owner']]),
      ]);
      expect(errorsIn(result.plan)).toEqual([
        'error duplicate delinea_container_permission.tom',
        'error duplicate delinea_container_permissions.all',
        'error skipped delinea_container_permissions.all',
      ]);
      expect(edges()).toEqual(['tom@example.com has Owner on test']);
    },
  );

  test.each(ways)('conflicts with a second set whose container is written as %s', async (way) => {
    await open();
    const other = allGrants('other', await written(way), [[tom, 'View']]);
    const result = await bench.converge([jane, tom, allGrants('all', 'prod', [[jane, 'View']]), other]);
    expect(errorsIn(result.plan)).toEqual(
      ['all', 'other'].flatMap((name) => [
        `error duplicate delinea_container_permissions.${name}`,
        `error skipped delinea_container_permissions.${name}`,
      ]),
    );
    expect(edges()).toEqual([]);
  });

  test('treats role names that differ only in case as one role', async () => {
    await open();
    const both = await bench.plan([jane, allHolders('all', 'Auditor', [jane]), bind('jane', 'AUDITOR', jane)]);
    expect(errorsIn(both)).toEqual([
      'error duplicate delinea_role_binding.jane',
      'error duplicate delinea_role_bindings.all',
      'error skipped delinea_role_bindings.all',
    ]);
    const twice = bench.plan([jane, allHolders('all', 'Auditor', [jane]), allHolders('other', 'auditor', [jane])]);
    await expect(twice).rejects.toThrow(/declared twice/);
  });

  test('keeps a permission of a single resource whose container name is ambiguous', async () => {
    await open({ data: { ...data, containers: ['apps', { name: 'prod', parent: 'apps' }, 'prod'] } });
    await bench.converge([jane, tom, grant('tom', '/apps/prod', tom, 'View')]);
    const set = allGrants('all', '/apps/prod', [[jane, 'View']]);
    const result = await bench.converge([jane, tom, grant('tom', 'prod', tom, 'View'), set]);
    expect(errorsIn(result.plan)).toEqual(['error ambiguous delinea_container_permission.tom.container']);
    expect(edges()).toEqual(['jane@example.com has View on prod', 'tom@example.com has View on prod']);
  });

  test('accepts single permissions on other containers', async () => {
    await open();
    const declarations = [jane, tom, allGrants('all', 'prod', [[jane, 'View']]), grant('tom', 'test', tom, 'View')];
    bench.sim.admin.grant('test', { user: 'boss@example.com' }, 'Owner');
    expect(failuresOf(await bench.converge(declarations))).toEqual([]);
    expect(edges()).toEqual([
      'boss@example.com has Owner on test',
      'jane@example.com has View on prod',
      'tom@example.com has View on test',
    ]);
  });
});

describe('authoritative set moved to another container', () => {
  const on = (container: string, rest = {}) => allGrants('all', container, [[jane, 'View']], {}, rest);

  test('revokes only its own permissions on the old container', async () => {
    await open();
    await bench.converge([jane, on('prod')]);
    bench.sim.admin.grant('prod', { user: 'boss@example.com' }, 'Owner');
    const plan = await bench.plan([jane, on('test')]);
    expect(
      plan.resource_changes
        .filter(({ delinea }) => delinea.edgeSteps)
        .map(({ deposed, change }) => [change.actions, deposed]),
    ).toEqual([
      [['create'], undefined],
      [['delete'], '2'],
    ]);
    expect(failuresOf(await bench.apply(plan))).toEqual([]);
    expect(edges()).toEqual(['boss@example.com has Owner on prod', 'jane@example.com has View on test']);
    expect(stepsOf(await bench.plan([jane, on('test')]))).toEqual([]);
  });

  test('keeps the permissions on the old container when onRemoval is retain', async () => {
    await open();
    const retain = (container: string) => allGrants('all', container, [[jane, 'View']], { onRemoval: 'retain' });
    await bench.converge([jane, retain('prod')]);
    expect(failuresOf(await bench.converge([jane, retain('test')]))).toEqual([]);
    expect(edges()).toEqual(['jane@example.com has View on prod', 'jane@example.com has View on test']);
  });

  test('is refused when prevent_destroy is set, which still allows changes of single elements', async () => {
    await open();
    await bench.converge([jane, tom, on('prod', { preventDestroy: true })]);
    const plan = await bench.plan([jane, tom, on('test', { preventDestroy: true })]);
    expect(errorsIn(plan)).toContain('error guarded delinea_container_permissions.all');
    expect(stepsOf(plan)).toEqual([]);
    const other = allGrants('all', 'prod', [[tom, 'View']], {}, { preventDestroy: true });
    expect(failuresOf(await bench.converge([jane, tom, other]))).toEqual([]);
    expect(edges()).toEqual(['tom@example.com has View on prod']);
  });
});

describe('guards on an authoritative set', () => {
  test('refuse to revoke more than five unmanaged permissions on one container', async () => {
    await open();
    for (const name of many.slice(1)) bench.sim.admin.grant('prod', { user: name }, 'View');
    const set = [jane, allGrants('all', 'prod', [[jane, 'Owner']])];
    expect(refusalOf(await bench.plan(set))).toBe('');
    bench.sim.admin.grant('prod', { user: many[0]! }, 'View');
    const plan = await bench.plan(set);
    expect(refusalOf(plan)).toContain('6 of 6 container permissions on prod would be revoked or lowered');
    expect(refusalOf(plan)).toContain('--allow-removals 6');
    expect(findingsOf(plan)).toContain('warning refused_by_guard');
  });

  test('refuse to revoke more than five bindings of one role', async () => {
    await open();
    for (const name of many) bench.sim.admin.bindRole('Auditor', { user: name });
    const plan = await bench.plan([jane, allHolders('all', 'Auditor', [jane])]);
    expect(refusalOf(plan)).toContain('6 of 6 role bindings would be revoked or lowered');
  });

  test('refuse to remove the last active Owner when the list is lower, empty, or a group without members', async () => {
    await open();
    const sre = group('sre', membersOf(jane));
    bench.sim.admin.grant('prod', { user: 'boss@example.com' }, 'Owner');
    const orphaned = 'container prod would be left without an active Owner';
    expect(refusalOf(await bench.plan([jane, allGrants('all', 'prod', [[jane, 'View']])]))).toContain(orphaned);
    expect(refusalOf(await bench.plan([allGrants('all', 'prod', [], { allowEmpty: true })]))).toContain(orphaned);
    expect(refusalOf(await bench.plan([jane, sre, allGrants('all', 'prod', [[sre, 'Owner']])]))).toBe('');
    expect(
      refusalOf(await bench.plan([group('none'), allGrants('all', 'prod', [[group('none'), 'Owner']])])),
    ).toContain(orphaned);
  });

  test('let two sets each replace their last Owner in one run', async () => {
    await open();
    for (const scope of ['prod', 'test']) bench.sim.admin.grant(scope, { user: 'boss@example.com' }, 'Owner');
    const sets = ['prod', 'test'].map((scope) => allGrants(scope, scope, [[jane, 'Owner']]));
    expect(failuresOf(await bench.converge([jane, ...sets]))).toEqual([]);
    expect(edges()).toEqual(['jane@example.com has Owner on prod', 'jane@example.com has Owner on test']);
  });

  test('refuse to remove the last active holder of an admin role and a protected principal', async () => {
    await open({ provider: { adminRoles: ['Auditor'], protectedPrincipals: ['boss@example.com'] } });
    bench.sim.admin.bindRole('Auditor', { user: 'boss@example.com' });
    bench.sim.admin.bindRole('Operator', { user: many[0]! });
    const refused = refusalOf(await bench.plan([allHolders('all', 'Auditor', [], { allowEmpty: true })]));
    expect(refused).toContain('role Auditor would be left without an active holder');
    expect(refused).toContain('--allow-principal "boss@example.com"');
    expect(refusalOf(await bench.plan([allHolders('other', 'Operator', [], { allowEmpty: true })]))).toBe('');
  });

  test('refuse to revoke the group that makes the own account an Owner', async () => {
    await open();
    const own = bench.settings.ownAccounts[0]!;
    bench.sim.admin.addUser({ userName: own });
    bench.sim.admin.addGroup({ displayName: 'runners', members: [own] });
    bench.sim.admin.grant('prod', { group: 'runners' }, 'Owner');
    const plan = await bench.plan([jane, allGrants('all', 'prod', [[jane, 'Owner']])]);
    expect(refusalOf(plan)).toContain(`${own} would lose Owner of runners on prod (through runners)`);
  });
});

describe('authoritative set with incomplete reads', () => {
  const holders = [jane, allHolders('all', 'Auditor', [jane])];
  const started = async (options: WorkbenchOptions = {}) => {
    await open({ leanLists: true, ...options });
    await bench.converge([jane, tom, allHolders('all', 'Auditor', [jane, tom])]);
    bench.sim.admin.bindRole('Auditor', { user: 'boss@example.com' });
  };
  const ofRole = () => edges().filter((fact) => fact.endsWith(' is Auditor'));
  const ALL = ['boss@example.com is Auditor', 'jane@example.com is Auditor', 'tom@example.com is Auditor'];

  test('reads each user and group and reports the cost when lists omit roles', async () => {
    await started();
    const plan = await bench.plan(holders);
    expect(plan.delinea.cost.gets).toBeGreaterThanOrEqual(bench.sim.state().users.length);
    expect(failuresOf(await bench.apply(plan))).toEqual([]);
    expect(ofRole()).toEqual(['jane@example.com is Auditor']);
  });

  test('reports an error and revokes nobody when one user may not be read', async () => {
    await started();
    const { id } = bench.sim.state().users.find(({ userName }) => userName === many[0])!;
    bench.sim.faults.set({ faults: [{ kind: 'status', status: 403, method: 'GET', path: `/${id}` }] });
    const result = await bench.converge([jane, tom, user('new'), allHolders('all', 'Auditor', [jane])]);
    expect(errorsIn(result.plan)).toEqual(['error forbidden delinea_role_bindings.all']);
    expect(stepsOf(result.plan)).toEqual(['create user new@example.com']);
    expect(ofRole()).toEqual(ALL);
  });

  test.each([{ kind: 'status', status: 500 } as const, { kind: 'html502' } as const])(
    'makes no plan when the service fails with %j',
    async (fault) => {
      await started({ provider: { retries: 0 } });
      bench.sim.faults.set({ faults: [{ ...fault, method: 'GET', path: '/users/' }] });
      const reason = await bench.plan(holders).catch((error: unknown) => error);
      expect(reason instanceof DelineaError || reason instanceof DelineaErrors).toBe(true);
      expect(ofRole()).toEqual(ALL);
    },
  );

  test('reports an error of that set alone when one container may not be read', async () => {
    await open();
    bench.sim.admin.grant('prod', { user: 'boss@example.com' }, 'Owner');
    await bench.converge([jane, allGrants('test', 'test', [[jane, 'View']])]);
    bench.sim.faults.set({
      faults: [{ kind: 'status', status: 403, method: 'GET', path: 'ContainerPermissions.*%222%22' }],
    });
    const declarations = [
      jane,
      allGrants('all', 'prod', [[jane, 'View']]),
      allGrants('test', 'test', [[jane, 'Edit']]),
    ];
    const result = await bench.converge(declarations);
    expect(errorsIn(result.plan).every((finding) => finding.includes('forbidden'))).toBe(true);
    expect(errorsIn(result.plan)).not.toEqual([]);
    expect(edges()).toEqual(['boss@example.com has Owner on prod', 'jane@example.com has Edit on test']);
  });

  test('is refused when a principal id does not exist', async () => {
    await open();
    const stranger = declared('container-permissions', 'all', {
      container: 'prod',
      grants: [{ principalType: 'user', principalId: 'nobody', right: 'Owner' }],
    });
    await expect(bench.plan([stranger])).rejects.toMatchObject({ code: 'unknown_name' });
  });
});

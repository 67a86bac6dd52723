import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { factsOf, failuresOf, findingsOf, stepsOf } from '../support/assert/facts.js';
import { grant, user } from '../support/tenant/declare.js';
import { allGrants, allHolders } from '../support/tenant/declare-sets.js';
import { openWorkbench, type Workbench } from '../support/tenant/workbench.js';

const [boss, a, jane] = [user('boss'), user('a'), user('jane')] as const;
const people = [boss, a, jane];

let bench: Workbench;
beforeEach(async () => {
  bench = await openWorkbench({
    data: {
      users: [{ userName: 'boss@example.com' }, { userName: 'a@example.com' }, { userName: 'jane@example.com' }],
      containers: ['Prod'],
      roles: ['Auditor'],
      containerPermissions: [
        { container: 'Prod', user: 'boss@example.com', right: 'Owner' },
        { container: 'Prod', user: 'a@example.com', right: 'Owner' },
        { container: 'Prod', user: 'jane@example.com', right: 'View' },
      ],
      roleBindings: [{ role: 'Auditor', user: 'jane@example.com' }],
    },
  });
});
afterEach(() => bench.close());

const edges = () => factsOf(bench.sim.state()).filter((fact) => / has | is /.test(fact));
const messagesOf = ({ delinea }: Awaited<ReturnType<Workbench['plan']>>) =>
  delinea.findings.map(({ message }) => message);

describe('existing permission', () => {
  test('is refused when its right would be lowered, and nothing is written', async () => {
    const before = edges();
    const result = await bench.converge([...people, grant('a', 'Prod', a, 'View')]);
    expect(result.plan.delinea.findings).toMatchObject([
      {
        level: 'error',
        code: 'not_ours',
        address: 'delinea_container_permission.a',
        message: 'Owner of a@example.com on Prod exists already, is not managed, and would become View',
        remedy: [{ kind: 'adopt', resource: 'container-permission' }],
      },
    ]);
    expect([bench.sim.requests.writes, edges()]).toEqual([0, before]);
  });

  test('is refused when neither right certainly includes the other', async () => {
    bench.sim.admin.addUser({ userName: 'tom@example.com' });
    bench.sim.admin.grant('Prod', { user: 'tom@example.com' }, 'Edit');
    const tom = user('tom');
    const { plan } = await bench.converge([tom, grant('tom', 'Prod', tom, 'Add Secret')]);
    expect(findingsOf(plan)).toContain('error not_ours delinea_container_permission.tom');
    expect(edges()).toContain('tom@example.com has Edit on prod');
  });

  test.each([
    ['adopt = "always"', { adopt: 'always' }, {}],
    ['an import', {}, { importId: 'Prod,user,a@example.com' }],
  ])('is lowered with %s, which the plan says', async (_, values, rest) => {
    const result = await bench.converge([...people, grant('a', 'Prod', a, 'View', values, rest)]);
    expect(messagesOf(result.plan)).toContain(
      'Owner of a@example.com on Prod exists already, is not managed, and becomes View',
    );
    expect(result.plan.resource_changes.find(({ delinea }) => delinea.operation === 'replace')?.delinea.unmanaged).toBe(
      true,
    );
    expect(failuresOf(result)).toEqual([]);
    expect(edges()).toContain('a@example.com has View on prod');
  });

  test('is raised without consent, which the plan says', async () => {
    const result = await bench.converge([...people, grant('jane', 'Prod', jane, 'Owner')]);
    expect(messagesOf(result.plan)).toContain(
      'View of jane@example.com on Prod exists already, is not managed, and becomes Owner',
    );
    expect(edges()).toContain('jane@example.com has Owner on prod');
  });
});

describe('new authoritative set', () => {
  const PLAIN = { adopt: 'whenEqual' };

  test('is refused as a whole when somebody would lose access, and stays refused', async () => {
    const set = allGrants(
      'all',
      'Prod',
      [
        [boss, 'Owner'],
        [a, 'View'],
        [user('new'), 'Edit'],
      ],
      PLAIN,
    );
    const before = edges();
    for (const _ of ['first', 'again']) {
      const { plan } = await bench.converge([...people, user('new'), set]);
      expect(plan.delinea.findings.filter(({ code }) => code === 'not_ours')).toMatchObject([
        {
          address: set.address,
          message:
            'access exists already and is not managed: Owner of a@example.com on Prod would become View, View of jane@example.com on Prod would be revoked',
        },
      ]);
      expect(edges()).toEqual(before);
    }
  });

  test('adopts with adopt = "always", and its losses are steps on unmanaged edges that the plan names', async () => {
    const set = allGrants('all', 'Prod', [
      [boss, 'Owner'],
      [a, 'View'],
    ]);
    const plan = await bench.plan([...people, set]);
    expect(messagesOf(plan)).toEqual(
      expect.arrayContaining([
        'Owner of a@example.com on Prod exists already, is not managed, and becomes View',
        'View of jane@example.com on Prod exists already, is not managed, and is revoked',
      ]),
    );
    const steps = plan.resource_changes.flatMap(({ delinea }) => delinea.edgeSteps ?? []);
    expect(steps.map(({ operation, unmanaged }) => [operation, unmanaged])).toEqual([
      ['adopt', true],
      ['replace', true],
      ['revoke', true],
    ]);
    expect(failuresOf(await bench.apply(plan))).toEqual([]);
    expect(edges()).toEqual([
      'a@example.com has View on prod',
      'boss@example.com has Owner on prod',
      'jane@example.com is Auditor',
    ]);
  });

  test('needs no consent when it equals or only adds', async () => {
    const equal = allHolders('all', 'Auditor', [jane], PLAIN);
    expect(stepsOf(await bench.plan([...people, equal]))).toContain('adopt role-bindings holders of Auditor');
    const more = allHolders('all', 'Auditor', [jane, a], PLAIN);
    expect(failuresOf(await bench.converge([...people, more]))).toEqual([]);
    expect(edges()).toContain('a@example.com is Auditor');
    // It is managed now: others who hold the role are drift, and revoked.
    bench.sim.admin.bindRole('Auditor', { user: 'boss@example.com' });
    await bench.converge([...people, more]);
    expect(edges()).not.toContain('boss@example.com is Auditor');
  });

  test('is refused when it names nobody, also with allowEmpty', async () => {
    const { plan } = await bench.converge([allHolders('all', 'Auditor', [], { ...PLAIN, allowEmpty: true })]);
    expect(findingsOf(plan)).toEqual(['error not_ours delinea_role_bindings.all']);
    expect(edges()).toContain('jane@example.com is Auditor');
  });
});

describe('empty authoritative set', () => {
  const empty = allHolders('all', 'Auditor', [], { allowEmpty: true });
  const plain = allHolders('all', 'Auditor', [], { allowEmpty: true, adopt: 'whenEqual' });
  const rebind = () => bench.sim.admin.bindRole('Auditor', { user: 'jane@example.com' });
  const refusedFor = async (set: typeof plain) =>
    (await bench.plan([set])).delinea.findings.some(({ code }) => code === 'not_ours');

  test('stays managed by its record in the ledger, also under another address', async () => {
    await bench.converge([empty]);
    rebind();
    expect(await refusedFor(plain)).toBe(false);
    expect(await refusedFor({ ...plain, address: 'delinea_role_bindings.renamed' })).toBe(false);
  });

  test('is not managed any more once an apply without it has forgotten its record', async () => {
    await bench.converge([empty]);
    const without = await bench.converge([]);
    expect(stepsOf(without.plan)).toEqual(['forget role-bindings holders of Auditor']);
    expect(stepsOf(await bench.plan([]))).toEqual([]);
    rebind();
    expect(await refusedFor(plain)).toBe(true);
  });
});

describe('saved plan of a creation', () => {
  const tom = user('tom');
  const cases = [
    ['a permission', grant('t', 'Lab', tom, 'View'), 'tom'],
    ['a permission that adopts', grant('t', 'Lab', tom, 'View', { adopt: 'always' }), 'tom'],
    ['a new set', allGrants('t', 'Lab', [[tom, 'View']], { adopt: 'whenEqual' }), 'boss'],
    ['a new set that adopts', allGrants('t', 'Lab', [[tom, 'View']]), 'boss'],
  ] as const;
  beforeEach(() => {
    bench.sim.admin.addUser({ userName: 'tom@example.com' });
    bench.sim.admin.addContainer('Lab');
  });

  test.each(cases)(
    'is refused when access that it would take away was granted since: %s',
    async (_, declared, name) => {
      const saved = await bench.plan([tom, boss, declared]);
      expect(findingsOf(saved).filter((finding) => finding.startsWith('error'))).toEqual([]);
      bench.sim.admin.grant('Lab', { user: `${name}@example.com` }, 'Owner');
      await expect(bench.plan([tom, boss, declared], { reviewed: saved })).rejects.toMatchObject({
        errors: [{ code: 'stale_plan' }],
      });
    },
  );
});

import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { findingsOf, groupOf, stepsOf, userOf } from '../../../test/support/assert/facts.js';
import { grant, group, membersOf, user } from '../../../test/support/tenant/declare.js';
import { openWorkbench, type Workbench } from '../../../test/support/tenant/workbench.js';
import { connect } from '../api/tenant.js';
import { type OffboardInput, planOffboarding } from './plan-offboarding.js';

const JANE = 'jane@example.com';
let bench: Workbench;
beforeEach(async () => {
  bench = await openWorkbench({
    data: {
      users: [{ userName: JANE }, { userName: 'tom@example.com' }, { userName: 'june@example.com' }],
      groups: [
        { displayName: 'sre', members: [JANE, 'tom@example.com'] },
        { displayName: 'all', members: ['group:sre'] },
      ],
      containers: ['prod'],
      roles: ['Auditor'],
      containerPermissions: [{ container: 'prod', user: JANE, right: 'View' }],
      roleBindings: [
        { role: 'Auditor', user: JANE },
        { role: 'Auditor', group: 'sre' },
      ],
    },
  });
});
afterEach(() => bench.close());

const offboard = async (input: Partial<OffboardInput> = {}) =>
  planOffboarding(await connect(bench.settings, bench.sim.env), {
    userName: JANE,
    revoke: false,
    stack: '',
    declarations: [],
    ...input,
  });

describe('planOffboarding', () => {
  test('disables the account and nothing else unless asked', async () => {
    const { plan, account } = await offboard({ userName: 'JANE@EXAMPLE.COM' });
    expect(stepsOf(plan)).toEqual([`deactivate user ${JANE}`]);
    expect(account).toEqual({ kind: 'user', id: userOf(bench.sim.state(), 'jane').id, name: JANE });
    expect([plan.applyable, plan.complete, plan.delinea.ledger]).toEqual([true, true, false]);
  });

  test('with revoke, removes the direct access of the account, and keeps the access of its groups', async () => {
    const { plan } = await offboard({ revoke: true });
    expect(stepsOf(plan)).toEqual([
      `deactivate user ${JANE}`,
      `revoke container-permission View of ${JANE} on prod`,
      `revoke role-binding Auditor of ${JANE}`,
      'update group sre',
    ]);
    const update = plan.resource_changes.find(({ delinea }) => delinea.kind === 'group')!;
    expect(update.delinea.desired).toEqual({ members: [userOf(bench.sim.state(), 'tom').id] });
    expect(update.change.before?.members).toHaveLength(2);
  });

  test('uses the addresses of the ledger, else of the code, else addresses of its own', async () => {
    const jane = user('jane');
    await bench.converge([jane, grant('g', 'prod', jane, 'View')]);
    const owned = [...bench.ledger.values()];
    const addresses = async (input: Partial<OffboardInput>) =>
      (await offboard({ revoke: true, ...input })).plan.resource_changes.map(({ address }) => address).slice(0, 2);
    expect(await addresses({ owned })).toEqual(['delinea_user.jane', 'delinea_container_permission.g']);
    expect(await addresses({ declarations: [user('ms_doe', { userName: JANE })] })).toEqual([
      'delinea_user.ms_doe',
      'delinea_container_permission.View_of_jane_example_com_on_prod',
    ]);
    expect((await addresses({}))[0]).toBe('delinea_user.jane_example_com');
  });

  test('reports an account that is already disabled, and plans no step for it', async () => {
    bench.sim.admin.setActive(JANE, false);
    const { plan } = await offboard();
    expect([stepsOf(plan), plan.applyable]).toEqual([[], false]);
    expect(plan.delinea.findings).toMatchObject([
      { code: 'disabled_out_of_band', message: `${JANE} is already disabled` },
    ]);
  });

  test('warns about an identity provider and about declarations that grant the access again', async () => {
    bench.sim.admin.editUser(JANE, { externalId: 'idp-1' });
    const jane = user('jane');
    const { plan, inCode } = await offboard({ declarations: [jane, group('sre', membersOf(jane))] });
    expect(findingsOf(plan)).toEqual(['warning not_ours', 'warning still_in_code']);
    expect(plan.delinea.findings[1]?.message).toBe(
      'still declared in code: delinea_user.jane, delinea_group.sre members',
    );
    expect(inCode).toHaveLength(2);
    expect(stepsOf(plan)).toEqual([`deactivate user ${JANE}`]);
  });

  test('reports permissions that cannot be read, and plans the rest', async () => {
    bench.sim.faults.set({ faults: [{ kind: 'status', status: 403, path: '/ContainerPermissions' }] });
    const { plan } = await offboard({ revoke: true });
    expect(findingsOf(plan)).toContain('warning not_checked');
    expect(stepsOf(plan)).toContain(`revoke role-binding Auditor of ${JANE}`);
  });

  test('an unknown name is an error with similar names', async () => {
    await expect(offboard({ userName: 'janet@example.com' })).rejects.toMatchObject({
      code: 'unknown_name',
      hint: expect.stringContaining(`"${JANE}"`),
    });
  });

  test('writes nothing', async () => {
    const before = bench.sim.state();
    await offboard({ revoke: true });
    expect([bench.sim.requests.writes, groupOf(bench.sim.state(), 'sre')]).toEqual([0, groupOf(before, 'sre')]);
  });
});

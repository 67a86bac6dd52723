import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { findingsOf, stepsOf, userOf } from '../../../test/support/assert/facts.js';
import { bind, grant, group, membersOf, user } from '../../../test/support/tenant/declare.js';
import { openWorkbench, type Workbench } from '../../../test/support/tenant/workbench.js';
import type { Plan } from '../model/plan.js';

let bench: Workbench;
beforeEach(async () => {
  bench = await openWorkbench({ data: { containers: ['prod'], roles: ['Auditor'] } });
});
afterEach(() => bench.close());

const jane = user('jane');
const sre = group('sre', membersOf(jane));
const edge = grant('g', 'prod', sre, 'Owner');
const stepOf = (plan: Plan, address: string) =>
  plan.resource_changes.find((change) => change.address === address)!.delinea;

describe('makePlan', () => {
  test('orders creates: referenced objects first', async () => {
    const plan = await bench.plan([edge, sre, jane]);
    expect(stepOf(plan, jane.address).after).toEqual([]);
    expect(stepOf(plan, sre.address).after).toEqual([jane.address]);
    expect(stepOf(plan, edge.address).after).toEqual([sre.address]);
  });

  test('orders removals: the permission before the group, and the group before its member', async () => {
    await bench.converge([jane, sre, edge]);
    const plan = await bench.plan([]);
    expect(stepOf(plan, sre.address).after).toEqual([stepOf(plan, edge.address).key]);
    expect(stepOf(plan, jane.address).after).toEqual([stepOf(plan, sre.address).key]);
  });

  test('obeys depends_on', async () => {
    const tom = user('tom', {}, { dependsOn: [jane.address] });
    expect(stepOf(await bench.plan([jane, tom]), tom.address).after).toEqual([jane.address]);
  });

  test('warns when there is no ledger, with the remedy', async () => {
    const { delinea } = await bench.plan([jane], { owned: undefined });
    expect(delinea.ledger).toBe(false);
    expect(delinea.findings).toMatchObject([{ level: 'warning', code: 'no_ledger', remedy: [{ kind: 'initLedger' }] }]);
  });

  test('refuses consent for an account that is not declared, before any request', async () => {
    bench.sim.resetRequests();
    await expect(bench.plan([jane], { reactivate: ['JANE@example.com', 'tom@example.com'] })).rejects.toMatchObject({
      code: 'unknown_name',
      message: 'no account named "tom@example.com" is declared, so none can be enabled again',
    });
    expect(bench.sim.requests.total).toBe(0);
  });

  test('an error of one object leaves that object out, and the plan is incomplete', async () => {
    bench.sim.admin.addUser({ userName: 'jane@example.com', title: 'Cook' });
    const plan = await bench.plan([user('jane', { title: 'Chef' }), user('tom')]);
    expect([plan.complete, plan.applyable]).toEqual([false, true]);
    expect(findingsOf(plan)).toEqual(['error not_ours delinea_user.jane']);
    expect(stepsOf(plan)).toEqual(['create user tom@example.com']);
  });

  test('reports the refusals of apply before all other findings', async () => {
    await bench.converge([jane, sre, edge]);
    const plan = await bench.plan([jane, sre]);
    expect(plan.delinea.findings[0]).toMatchObject({
      code: 'refused_by_guard',
      message: 'apply will refuse: container prod would be left without an active Owner',
    });
  });

  test('names the ids in its changes', async () => {
    await bench.converge([jane]);
    const { id } = userOf(bench.sim.state(), 'jane');
    const plan = await bench.plan([jane, bind('b', 'Auditor', jane)]);
    expect(plan.delinea.names).toMatchObject({ user: { [id]: { name: 'jane@example.com' } } });
  });

  test('lists unmanaged objects only when asked', async () => {
    bench.sim.admin.addUser({ userName: 'other@example.com' });
    const names = async (unmanaged: boolean) =>
      (await bench.plan([jane], { unmanaged })).delinea.unmanaged?.map(({ name }) => name);
    expect(await names(false)).toBeUndefined();
    expect(await names(true)).toContain('other@example.com');
  });
});

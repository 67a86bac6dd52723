import { afterEach, describe, expect, test } from '@jest/globals';
import { factsOf, failuresOf, findingsOf, stepsOf } from '../../../test/support/assert/facts.js';
import { bind, grant, user } from '../../../test/support/tenant/declare.js';
import { openWorkbench, type Workbench } from '../../../test/support/tenant/workbench.js';
import type { Strike } from '../../simulator/index.js';

let bench: Workbench;
afterEach(() => bench?.close());

const [jane, tom] = [user('jane'), user('tom')] as const;
const facts = (word: string) => factsOf(bench.sim.state()).filter((fact) => fact.includes(word));
const without = (field: string, path: string, more: Partial<Strike> = {}): Strike => ({
  kind: 'dropFields',
  fields: [field],
  method: 'GET',
  path,
  ...more,
});

describe('roles that the answer leaves out are not no roles', () => {
  const open = async () => {
    bench = await openWorkbench({ data: { roles: ['Admin', 'Auditor'], users: [{ userName: 'jane@example.com' }] } });
    bench.sim.admin.bindRole('Admin', { user: 'jane@example.com' });
  };

  test('one is added: nothing is written, the others stay', async () => {
    await open();
    await bench.converge([jane]);
    const code = [jane, bind('a', 'Auditor', jane)];
    const plan = await bench.plan(code);
    bench.sim.faults.set({ strikes: [without('roles', '/users')] });
    const applied = await bench.apply(plan);
    expect(failuresOf(applied)).toEqual(['delinea_role_binding.a incomplete_response']);
    expect([facts(' is '), applied.written]).toEqual([['jane@example.com is Admin'], false]);
    const blind = await bench.plan(code);
    expect(findingsOf(blind)).toContain('error incomplete_response delinea_role_binding.a');
    expect(stepsOf(blind)).toEqual([]);
  });

  test('one is taken away: it is not forgotten', async () => {
    await open();
    await bench.converge([jane, bind('a', 'Auditor', jane)]);
    bench.sim.faults.set({ strikes: [without('roles', '/users')] });
    const { plan } = await bench.converge([jane]);
    expect(findingsOf(plan)).toContain('error incomplete_response delinea_role_binding.a');
    expect([...bench.ledger.values()].map(({ kind }) => kind).sort()).toEqual(['role-binding', 'user']);
    bench.sim.faults.clear();
    await bench.converge([jane]);
    expect(facts(' is ')).toEqual(['jane@example.com is Admin']);
  });
});

describe('an account of which nobody says whether it is active', () => {
  const code = [user('jane', { active: true }), tom];
  const open = async () => {
    bench = await openWorkbench({
      data: { containers: ['prod'] },
      provider: {
        externalIdFrom: 'userName',
        routing: [{ kind: 'user', surface: 'platform-scim' }],
      },
    });
    await bench.converge(code);
    bench.sim.admin.setActive('jane@example.com', false);
  };

  test('is asked for itself where its list does not say', async () => {
    await open();
    bench.sim.faults.set({ strikes: [without('active', '/Users(\\?|$)')] });
    const plan = await bench.plan(code);
    expect([stepsOf(plan), findingsOf(plan)]).toEqual([[], ['error consent_missing delinea_user.jane']]);
  });

  test('is an error and never enabled; the rest goes on', async () => {
    await open();
    bench.sim.faults.set({ strikes: [without('active', '/Users', { rate: 1 })] });
    const { plan, written } = await bench.converge([code[0]!, user('tom', { title: 'Boss' })]);
    expect(findingsOf(plan)).toContain('error incomplete_response delinea_user.jane');
    expect([facts('user jane'), written]).toEqual([['user jane@example.com disabled'], false]);
  });

  test('is no Owner that a guard may count on', async () => {
    await open();
    const owners = [grant('j', 'prod', jane, 'Owner'), grant('t', 'prod', tom, 'Owner')];
    bench.sim.admin.setActive('jane@example.com', true);
    await bench.converge([jane, tom, ...owners]);
    bench.sim.admin.setActive('jane@example.com', false);
    bench.sim.faults.set({ strikes: [without('active', '/Users')] });
    await expect(bench.plan([jane, tom, owners[0]!])).rejects.toMatchObject({ code: 'incomplete_response' });
  });
});

test('a permission without its right is not one with another right', async () => {
  bench = await openWorkbench({ data: { containers: ['prod'] } });
  const code = [jane, grant('j', 'prod', jane, 'Owner')];
  await bench.converge(code);
  bench.sim.faults.set({ strikes: [without('rights', '/ContainerPermissions')] });
  await expect(bench.plan(code)).rejects.toMatchObject({ code: 'malformed_response' });
});

test('folders that we lost sight of are not taken for misspelt names', async () => {
  const names = Array.from({ length: 8 }, (_, index) => `c${index}`);
  bench = await openWorkbench({ data: { containers: names } });
  const code = [jane, ...names.map((name) => grant(name, name, jane, 'View'))];
  await bench.converge(code);
  bench.sim.seeOnly(['c0']);
  await expect(bench.plan(code)).rejects.toMatchObject({
    errors: [{ code: 'visibility_reduced', message: expect.stringMatching(/^7 of 8 managed container permissions/) }],
  });
});

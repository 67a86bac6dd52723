import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { factsOf, findingsOf, groupOf, stepsOf, userOf } from '../../../test/support/assert/facts.js';
import { bind, declared, grant, group, membersOf, user } from '../../../test/support/tenant/declare.js';
import { openWorkbench, type Workbench } from '../../../test/support/tenant/workbench.js';

let bench: Workbench;
beforeEach(async () => {
  bench = await openWorkbench({ data: { containers: ['prod'] } });
});
afterEach(() => bench.close());

const called = (address: string, name: string, values = {}) =>
  declared('user', address, { userName: `${name}@example.com`, ...values });

describe('a rename', () => {
  const [jane, tom] = [user('jane'), user('tom')] as const;
  const sre = group('sre', membersOf(jane, tom));
  const edges = [
    grant('sre_prod', 'prod', sre, 'Owner'),
    grant('jane_prod', 'prod', jane, 'View'),
    bind('jane_admin', 'Platform Admin', jane),
  ];

  test('through previousNames keeps id, members, rights and roles of a user, under a new address', async () => {
    await bench.converge([jane, tom, sre, ...edges]);
    const before = userOf(bench.sim.state(), 'jane');
    const doe = user('doe', { previousNames: ['JANE@example.com'] });
    const after = [
      doe,
      tom,
      group('sre', membersOf(doe, tom)),
      edges[0]!,
      grant('jane_prod', 'prod', doe, 'View'),
      bind('jane_admin', 'Platform Admin', doe),
    ];
    const result = await bench.converge(after);
    expect(result.failures).toEqual([]);
    expect(stepsOf(result.plan)).toEqual(['update user doe@example.com']);
    expect(result.plan.resource_changes.find(({ address }) => address === 'delinea_user.doe')).toMatchObject({
      previous_address: 'delinea_user.jane',
      change: {
        actions: ['update'],
        before: { user_name: 'jane@example.com' },
        after: { user_name: 'doe@example.com' },
      },
    });
    expect(userOf(bench.sim.state(), 'doe').id).toBe(before.id);
    expect(factsOf(bench.sim.state())).toEqual([
      'doe@example.com has View on prod',
      'doe@example.com in sre',
      'doe@example.com is Platform Admin',
      'group sre: ',
      'group:sre has Owner on prod',
      'tom@example.com in sre',
      'user doe@example.com active',
      'user tom@example.com active',
    ]);
    expect(
      [...bench.ledger.values()]
        .filter(({ kind }) => kind === 'user')
        .map(({ address }) => address)
        .sort(),
    ).toEqual(['delinea_user.doe', 'delinea_user.tom']);
    expect(stepsOf(await bench.plan(after))).toEqual([]);
  });

  test('under the same address needs no previousNames, and keeps the id of a group and its access', async () => {
    await bench.converge([jane, tom, sre, edges[0]!]);
    const { id } = groupOf(bench.sim.state(), 'sre');
    const ops = declared('group', 'sre', { displayName: 'ops', ...membersOf(jane, tom) });
    const result = await bench.converge([jane, tom, ops, grant('sre_prod', 'prod', ops, 'Owner')]);
    expect(stepsOf(result.plan)).toEqual(['update group ops']);
    expect(groupOf(bench.sim.state(), 'ops')).toMatchObject({ id, members: ['jane@example.com', 'tom@example.com'] });
    expect(factsOf(bench.sim.state())).toContain('group:ops has Owner on prod');
  });

  test('is not made while the current name exists: the old one is another object', async () => {
    bench.sim.admin.addUser({ userName: 'doe@example.com' });
    bench.sim.admin.addUser({ userName: 'jane@example.com' });
    const result = await bench.converge([user('doe', { previousNames: ['jane@example.com'] })]);
    expect(stepsOf(result.plan)).toEqual(['adopt user doe@example.com']);
    expect(userOf(bench.sim.state(), 'jane').active).toBe(true);
    expect(bench.sim.requests.writes).toBe(0);
  });

  test('never takes a name that another declaration claims', async () => {
    bench.sim.admin.addUser({ userName: 'jane@example.com' });
    const result = await bench.converge([user('doe', { previousNames: ['jane@example.com'] }), jane]);
    expect(stepsOf(result.plan)).toEqual(['adopt user jane@example.com', 'create user doe@example.com']);
    expect(findingsOf(result.plan)).toEqual(['warning duplicate delinea_user.doe']);
    expect(result.plan.delinea.findings[0]?.message).toContain('delinea_user.jane');
  });

  test('is planned when another declaration claims the previous name and no object has it', async () => {
    const plan = await bench.plan([user('doe', { previousNames: ['jane@example.com'] }), jane]);
    expect([findingsOf(plan), stepsOf(plan)]).toEqual([
      [],
      ['create user doe@example.com', 'create user jane@example.com'],
    ]);
  });

  test('that two declarations claim is refused for both, and other objects are planned', async () => {
    bench.sim.admin.addUser({ userName: 'old@example.com' });
    const both = [
      user('one', { previousNames: ['old@example.com'] }),
      user('two', { previousNames: ['old@example.com'] }),
      tom,
    ];
    const result = await bench.converge(both);
    expect(findingsOf(result.plan)).toEqual(['error duplicate delinea_user.one', 'error duplicate delinea_user.two']);
    expect(result.plan.complete).toBe(false);
    expect(stepsOf(result.plan)).toEqual(['create user tom@example.com']);
    expect(userOf(bench.sim.state(), 'old').active).toBe(true);
  });
});

describe('addresses that shift', () => {
  test('u0: alice -> bob, u1: bob -> carol renames nobody: alice leaves, carol joins, bob stays', async () => {
    await bench.converge([called('u0', 'alice'), called('u1', 'bob')]);
    const bob = userOf(bench.sim.state(), 'bob').id;
    const result = await bench.converge([called('u0', 'bob'), called('u1', 'carol')]);
    expect(result.failures).toEqual([]);
    expect(factsOf(bench.sim.state())).toEqual([
      'user alice@example.com disabled',
      'user bob@example.com active',
      'user carol@example.com active',
    ]);
    expect(userOf(bench.sim.state(), 'bob').id).toBe(bob);
    expect(stepsOf(await bench.plan([called('u0', 'bob'), called('u1', 'carol')]))).toEqual([]);
  });

  test('and back again', async () => {
    const shifted = [called('u0', 'bob'), called('u1', 'carol')];
    await bench.converge(shifted);
    const ids = bench.sim.state().users.map(({ id }) => id);
    await bench.converge([called('u0', 'carol'), called('u1', 'bob')]);
    expect(bench.sim.requests.writes).toBe(2);
    expect(bench.sim.state().users.map(({ id }) => id)).toEqual(ids);
    expect(stepsOf(await bench.plan([called('u0', 'carol'), called('u1', 'bob')]))).toEqual([]);
  });
});

describe('names', () => {
  test('that differ in case only are the same: no change of user, group, role or container', async () => {
    bench.sim.admin.addRole('Auditor');
    const spelled = (jane: string, sre: string, role: string) => {
      const who = declared('user', 'jane', { userName: jane });
      const team = declared('group', 'sre', { displayName: sre, ...membersOf(who) });
      return [who, team, bind('b', role, who), grant('g', 'prod', team, 'Edit')];
    };
    await bench.converge(spelled('Jane@Example.com', 'SRE', 'auditor'));
    expect(stepsOf(await bench.plan(spelled('jane@example.COM', 'sre', 'AUDITOR')))).toEqual([]);
    expect(userOf(bench.sim.state(), 'jane').userName).toBe('Jane@Example.com');
  });

  test.each(["o'hara", 'a "quoted" one', 'plus+tag', 'jürgen ß', 'back\\slash', '名前', '${x} %{y}'])(
    'with awkward letters are found again: %s',
    async (name) => {
      const odd = [
        declared('user', 'odd', { userName: `${name}@example.com` }),
        declared('group', 'odd', { displayName: name }),
      ];
      for (const surface of ['platform-rest', 'platform-scim']) {
        const own = await openWorkbench({
          provider: { externalIdFrom: 'userName', routing: ['user', 'group'].map((kind) => ({ kind, surface })) },
        });
        await own.converge(odd);
        own.ledger.clear();
        expect(stepsOf(await own.plan(odd))).toEqual([`adopt group ${name}`, `adopt user ${name}@example.com`]);
        await own.close();
      }
    },
  );

  test('that several live groups share are an error', async () => {
    bench.sim.admin.addGroup({ displayName: 'sre' });
    bench.sim.admin.addGroup({ displayName: 'SRE' });
    const plan = await bench.plan([group('sre'), user('tom')]);
    expect(findingsOf(plan)).toEqual(['error ambiguous delinea_group.sre']);
    for (const { id } of bench.sim.state().groups) expect(plan.delinea.findings[0]?.message).toContain(id);
  });
});

import { afterEach, describe, expect, test } from '@jest/globals';
import { factsOf, findingsOf, groupOf, stepsOf, userOf } from '../../../test/support/assert/facts.js';
import { bind, declared, grant, group, membersOf, user } from '../../../test/support/tenant/declare.js';
import { openWorkbench, type Workbench, type WorkbenchOptions } from '../../../test/support/tenant/workbench.js';

let bench: Workbench;
afterEach(() => bench?.close());
const open = async (options: WorkbenchOptions = {}) => {
  bench = await openWorkbench({
    data: { users: [{ userName: 'stranger@example.com' }], containers: ['prod', 'stage'] },
    ...options,
  });
};

const [jane, tom] = [user('jane'), user('tom')] as const;
const sre = group('sre', membersOf(jane, tom));
const edges = [grant('g', 'prod', sre, 'Owner'), grant('j', 'stage', jane, 'View'), bind('b', 'Platform Admin', jane)];

describe('an object removed from code', () => {
  test.each(['shared', 'split'] as const)(
    'is disabled, emptied and revoked, never deleted (%s ids)',
    async (idSpaces) => {
      await open({ idSpaces });
      await bench.converge([jane, tom, sre, ...edges]);
      const result = await bench.converge([tom]);
      expect(result.failures).toEqual([]);
      expect(stepsOf(result.plan)).toEqual([
        'deactivate group sre',
        'deactivate user jane@example.com',
        'revoke container-permission Owner of sre on prod',
        'revoke container-permission View of jane@example.com on stage',
        'revoke role-binding Platform Admin of jane@example.com',
      ]);
      expect(factsOf(bench.sim.state())).toEqual([
        'group sre: ',
        'user jane@example.com disabled',
        'user stranger@example.com active',
        'user tom@example.com active',
      ]);
      expect([...bench.ledger.values()].map(({ address }) => address)).toEqual(['delinea_user.tom']);
      expect(stepsOf(await bench.plan([tom]))).toEqual([]);
      expect(result.notes).toEqual([
        {
          address: jane.address,
          message: expect.stringContaining('login disabled; sessions: 0 open; check-outs: 0 open'),
        },
      ]);
    },
  );

  test('a member leaves the groups before the account is disabled', async () => {
    await open();
    await bench.converge([jane, tom, sre]);
    const plan = await bench.plan([tom, group('sre', membersOf(tom))]);
    // The group's write has to be tried twice: the account must wait all the same.
    bench.sim.faults.set({ faults: [{ kind: 'throttle', method: 'PATCH', path: '/Groups', at: [1] }] });
    bench.sim.resetRequests();
    expect((await bench.apply(plan)).failures).toEqual([]);
    const patches = bench.sim.log.filter(({ method }) => method === 'PATCH');
    expect(patches.map(({ path, status }) => [path.split('/').at(-2), status])).toEqual([
      ['Groups', 429],
      ['Groups', 204],
      ['users', 200],
    ]);
    expect(groupOf(bench.sim.state(), 'sre').members).toEqual(['tom@example.com']);
  });

  test('is retained when on_removal = "retain" was applied before', async () => {
    await open();
    await bench.converge([
      user('jane', { onRemoval: 'retain' }),
      tom,
      group('sre', { ...membersOf(tom), onRemoval: 'retain' }),
      grant('g', 'prod', tom, 'Edit', { onRemoval: 'retain' }),
      bind('b', 'User', tom, { onRemoval: 'retain' }),
    ]);
    const before = bench.sim.state();
    const result = await bench.converge([tom]);
    expect(stepsOf(result.plan).map((step) => step.split(' ')[0])).toEqual(['forget', 'forget', 'forget', 'forget']);
    expect([bench.sim.state(), result.written, bench.ledger.size]).toEqual([before, false, 1]);
  });

  test('is removed by the on_removal that was applied last', async () => {
    await open();
    await bench.converge([jane]);
    const setting = await bench.converge([user('jane', { onRemoval: 'retain' })]);
    expect([stepsOf(setting.plan), setting.plan.applyable, setting.written]).toEqual([
      ['configure user jane@example.com'],
      true,
      false,
    ]);
    await bench.converge([]);
    expect(userOf(bench.sim.state(), 'jane').active).toBe(true);
  });

  test('is deleted only with on_removal = "delete" and allow_delete', async () => {
    await open();
    const doomed = [user('jane', { onRemoval: 'delete' }), group('sre', { onRemoval: 'delete' }), tom];
    await bench.converge(doomed);
    const refused = await bench.converge([tom]);
    expect(findingsOf(refused.plan)).toEqual(['error guarded delinea_group.sre', 'error guarded delinea_user.jane']);
    expect([bench.sim.state().users.length, bench.ledger.size]).toEqual([3, 3]);
    await bench.close();

    await open({ provider: { allowDelete: true } });
    await bench.converge(doomed);
    const result = await bench.converge([tom]);
    expect(stepsOf(result.plan)).toEqual(['delete group sre', 'delete user jane@example.com']);
    expect(factsOf(bench.sim.state())).toEqual(['user stranger@example.com active', 'user tom@example.com active']);
  });

  test('is only forgotten when it is already disabled, empty, revoked or deleted', async () => {
    await open();
    await bench.converge([jane, tom, sre, ...edges, user('gone'), group('gone')]);
    const { admin } = bench.sim;
    admin.setActive('jane@example.com', false);
    admin.removeMember('sre', 'jane@example.com');
    admin.removeMember('sre', 'tom@example.com');
    admin.revoke('prod', { group: 'sre' });
    admin.unbindRole('Platform Admin', { user: 'jane@example.com' });
    admin.deleteUser('gone@example.com');
    admin.deleteGroup('gone');
    bench.sim.resetRequests();
    const result = await bench.converge([tom]);
    expect(stepsOf(result.plan).filter((step) => !step.startsWith('forget'))).toEqual([
      'revoke container-permission View of jane@example.com on stage',
    ]);
    expect([bench.sim.requests.writes, bench.ledger.size, result.failures]).toEqual([1, 1, []]);
  });

  test('is forgotten without a write by a removed block', async () => {
    await open();
    await bench.converge([jane, tom]);
    await bench.converge([tom], { forgotten: ['delinea_user.jane'] });
    expect([userOf(bench.sim.state(), 'jane').active, bench.ledger.size]).toEqual([true, 1]);
  });

  test('is removed when two groups are members of each other', async () => {
    await open();
    await bench.converge([tom, group('a', membersOf(tom)), group('b', membersOf(tom))]);
    bench.sim.admin.addMember('a', 'group:b');
    bench.sim.admin.addMember('b', 'group:a');
    const result = await bench.converge([tom]);
    expect(result.failures).toEqual([]);
    expect(bench.sim.state().groups.map(({ members }) => members)).toEqual([[], []]);
  });
});

describe('a declared object is never removed', () => {
  test('at a new address: only the ledger changes', async () => {
    await open();
    await bench.converge([jane, tom, sre]);
    const who = declared('user', 'renamed', { userName: 'jane@example.com' });
    const team = declared('group', 'team', { displayName: 'sre', ...membersOf(who, tom) });
    const result = await bench.converge([who, tom, team]);
    expect([stepsOf(result.plan), result.written]).toEqual([[], false]);
    expect([...bench.ledger.values()].map(({ address }) => address).sort()).toEqual([
      'delinea_group.team',
      'delinea_user.renamed',
      'delinea_user.tom',
    ]);
    expect(factsOf(bench.sim.state())).toContain('user jane@example.com active');
  });

  test('through a moved block', async () => {
    await open();
    await bench.converge([jane]);
    const moved = [{ from: 'delinea_user.jane', to: 'delinea_user.moved' }];
    const result = await bench.converge(
      [declared('user', 'moved', { userName: 'doe@example.com', previousNames: ['jane@example.com'] })],
      { moved },
    );
    expect(stepsOf(result.plan)).toEqual(['update user doe@example.com']);
    expect(bench.sim.state().users).toHaveLength(2);
  });

  test('while its own declaration has an error', async () => {
    await open();
    await bench.converge([jane, tom]);
    bench.sim.admin.addUser({ userName: 'doe@example.com', title: 'Cook' });
    const result = await bench.converge([
      declared('user', 'jane', { userName: 'doe@example.com', title: 'Engineer' }),
      tom,
    ]);
    expect(findingsOf(result.plan)).toEqual(['error not_ours delinea_user.jane']);
    expect([stepsOf(result.plan), userOf(bench.sim.state(), 'jane').active, bench.ledger.size]).toEqual([[], true, 2]);
  });

  test('as the principal or scope of an edge with an error in the other', async () => {
    await open();
    await bench.converge([jane, tom, sre, ...edges]);
    bench.sim.admin.setActive('jane@example.com', false);
    const demanding = user('jane', { active: true });
    const result = await bench.converge([demanding, tom, group('sre', membersOf(demanding, tom)), ...edges]);
    expect(stepsOf(result.plan).filter((step) => !step.startsWith('update'))).toEqual([]);
    expect(factsOf(bench.sim.state())).toEqual(
      expect.arrayContaining([
        'jane@example.com has View on stage',
        'jane@example.com is Platform Admin',
        'jane@example.com in sre',
      ]),
    );
  });
});

describe('an edge whose principal or scope changes', () => {
  test('is granted first, then the former edge is revoked', async () => {
    await open();
    await bench.converge([tom, jane, grant('g', 'prod', tom, 'Edit'), bind('b', 'User', tom)]);
    const result = await bench.converge([tom, jane, grant('g', 'stage', tom, 'Edit'), bind('b', 'User', jane)]);
    expect(stepsOf(result.plan)).toEqual([
      'create container-permission Edit of tom@example.com on stage',
      'create role-binding User of jane@example.com',
      'revoke container-permission Edit of tom@example.com on prod',
      'revoke role-binding User of tom@example.com',
    ]);
    expect(result.failures).toEqual([]);
    expect(factsOf(bench.sim.state()).filter((fact) => /has|is/.test(fact))).toEqual([
      'jane@example.com is User',
      'tom@example.com has Edit on stage',
    ]);
    expect(stepsOf(await bench.plan([tom, jane, grant('g', 'stage', tom, 'Edit'), bind('b', 'User', jane)]))).toEqual(
      [],
    );
  });

  test('is an error under prevent_destroy, and nothing is written', async () => {
    await open();
    await bench.converge([tom, grant('g', 'prod', tom, 'Edit'), bind('b', 'User', tom)]);
    const [before, books] = [bench.sim.state(), [...bench.ledger]];
    const kept = { preventDestroy: true };
    const result = await bench.converge([
      tom,
      grant('g', 'stage', tom, 'Edit', {}, kept),
      bind('b', 'Platform Admin', tom, {}, kept),
    ]);
    expect(findingsOf(result.plan)).toEqual([
      'error guarded delinea_container_permission.g',
      'error guarded delinea_role_binding.b',
    ]);
    expect([stepsOf(result.plan), result.written]).toEqual([[], false]);
    expect([bench.sim.state(), [...bench.ledger]]).toEqual([before, books]);
  });
});

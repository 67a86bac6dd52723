import { describe, expect, test } from '@jest/globals';
import type { GuardEvidence, Operation, Step } from '../model/plan.js';
import { guardedTenant } from './evidence.fixture.js';
import { gatherEvidence, grantsAccess, peopleBehind, reductionsNeedingGrants } from './evidence.js';
import { directoryOf, stepOf } from './steps.fixture.js';

const { reader, reopen, sim, idOf, of, step, user, disabled, members, owner, holder, given } = guardedTenant();

test('evidence: nothing is read when the plan reduces no access', async () => {
  const steps = [
    user('jane@x', 'none'),
    user('ann@x', 'reactivate', { desired: { active: true }, changed: ['active'] }),
    members('empty', [], ['jane@x']),
    owner('viewed', 'jane@x', 'replace', { right: 'Owner' }),
    holder('Admin', 'jane@x', 'none'),
    given('user', { userName: 'new@x' }),
  ];
  expect(await gatherEvidence(reader(), steps)).toEqual({ orphans: [], protectedInside: {}, unread: [] });
  expect(sim().requests.total).toBe(0);
});

describe('reductions that need the grants of the same plan', () => {
  const needy = async (...steps: Step[]) =>
    [...(await reductionsNeedingGrants(reader(), steps, await gatherEvidence(reader(), steps)))].sort();
  const right = (name: string) =>
    given('container-permission', { container: idOf('solo'), ...of(name), right: 'Owner' });
  const revoked = () => owner('solo', 'jane@x', 'revoke');

  test('are those that would leave no active holder without the grants', async () => {
    expect(await needy(revoked(), right('tom@x'))).toEqual([revoked().key]);
    expect(await needy(revoked(), right('two'), owner('pair', 'jane@x', 'revoke'))).toEqual([revoked().key]);
    const joined = members('empty', [], ['tom@x']);
    expect(
      await needy(
        holder('Admin', 'jane@x', 'revoke'),
        given('role-binding', { role: 'Admin', ...of('empty') }),
        joined,
      ),
    ).toEqual([holder('Admin', 'jane@x', 'revoke').key]);
  });

  test('are none when the grants do not help, nothing is granted, or another holder remains', async () => {
    expect(await needy(revoked(), right('ann@x'))).toEqual([]);
    expect(await needy(revoked())).toEqual([]);
    expect(await needy(right('tom@x'))).toEqual([]);
    expect(await needy(owner('pair', 'jane@x', 'revoke'), right('tom@x'))).toEqual([]);
  });

  test('a grant writes something and does not reduce access', () => {
    const operations: Operation[] = [
      'create',
      'reactivate',
      'deactivate',
      'delete',
      'forget',
      'record',
      'none',
      'adopt',
    ];
    expect(operations.filter((operation) => grantsAccess(user('jane@x', operation)))).toEqual(['create', 'reactivate']);
    expect(grantsAccess(user('jane@x', 'update', { desired: { title: 'x' }, changed: ['title'] }))).toBe(true);
    expect(grantsAccess(user('jane@x', 'update', { desired: { active: false }, changed: ['active'] }))).toBe(false);
    expect(grantsAccess(owner('viewed', 'jane@x', 'replace', { right: 'Owner' }))).toBe(true);
    expect(grantsAccess(owner('solo', 'jane@x', 'replace', { right: 'View' }))).toBe(false);
    expect(grantsAccess(members('two', ['jane@x', 'tom@x'], ['tom@x', 'alone@x']))).toBe(false);
    expect(grantsAccess(members('two', ['jane@x'], ['jane@x', 'alone@x']))).toBe(true);
  });
});

describe('people behind groups', () => {
  const groups = { outer: ['inner', 'tom'], inner: ['jane', 'deep'], deep: ['ann'], sole: ['kim'] };
  const group = (id: string, operation: Operation, more: Partial<Step> = {}) =>
    stepOf('group', operation, { key: id, id, ...more });
  const leaving = (id: string, before: string[], after: string[]) =>
    group(id, 'update', { before: { members: before }, desired: { members: after }, changed: ['members'] });
  const behind = (...steps: Step[]) => peopleBehind(steps, directoryOf(groups));

  test('a group that goes: everybody inside, at any depth', async () => {
    const found = await behind(group('outer', 'delete'));
    expect(Object.keys(found)).toEqual(['group outer']);
    expect([...found['group outer']!].sort()).toEqual(['user ann', 'user jane', 'user tom']);
    expect(await behind(group('sole', 'delete'))).toEqual({ 'group sole': ['user kim'] });
  });

  test('a group that loses members: everybody in the groups inside, and not its own users', async () => {
    const found = await behind(leaving('outer', ['inner', 'tom'], ['inner']));
    expect(Object.keys(found)).toEqual(['group inner']);
    expect([...found['group inner']!].sort()).toEqual(['user ann', 'user jane']);
  });

  test('nothing for users, for groups that keep their members, and for groups without an id', async () => {
    expect(await behind(stepOf('user', 'delete', { key: 'jane', id: 'jane' }))).toEqual({});
    expect(await behind(leaving('outer', ['inner'], ['inner', 'tom']))).toEqual({});
    expect(await behind(stepOf('group', 'delete', { key: 'outer' }))).toEqual({});
  });

  test('the first answer counts when a plan has two steps on one group', async () => {
    const directory = directoryOf(groups);
    await peopleBehind([group('deep', 'delete'), group('deep', 'delete')], directory);
    expect(directory.asked.filter((each) => each === 'members of deep')).toHaveLength(1);
  });
});

test('earlier losses: those of accounts that are enabled again no longer count', async () => {
  const lost = (key: string, kind?: string) => ({
    key,
    label: key,
    people: [],
    ...(kind === undefined ? {} : { kind }),
  });
  const earlier = [
    lost(`user ${idOf('jane@x')}`, 'user'),
    lost(`user ${idOf('ann@x')}`, 'user'),
    lost(`group ${idOf('two')}`, 'group'),
    lost(`group ${idOf('two')} ${idOf('jane@x')}`),
  ];
  const found = await gatherEvidence(reader(), [disabled('tom@x')], undefined, { earlier });
  expect(found.earlier?.map(({ key }) => key)).toEqual(earlier.slice(1).map(({ key }) => key));
  expect((await gatherEvidence(reader(), [disabled('tom@x')])).earlier).toBeUndefined();
});

describe('protected principals inside groups', () => {
  const withinOf = async (...steps: Step[]) => (await gatherEvidence(reader(), steps)).protectedInside;
  const revoked = (name: string) =>
    stepOf('container-permission', 'revoke', {
      key: 'p',
      before: { container: idOf('solo'), ...of(name), right: 'View' },
    });

  test.each(['inner', 'outer'])('%s: found when it loses a right', async (name) => {
    expect(await withinOf(revoked(name))).toEqual({ [`group ${idOf(name)}`]: ['me@x'] });
  });

  test('found in a group that leaves another group, although the plan shows only its id', async () => {
    expect(await withinOf(members('outer', ['inner', 'tom@x'], ['tom@x']))).toEqual({
      [`group ${idOf('inner')}`]: ['me@x'],
    });
  });

  test('all are listed by name; a deleted member has none', async () => {
    await reopen({ protectedPrincipals: ['tom@x', 'me@x'] });
    expect(await withinOf(revoked('outer'))).toEqual({ [`group ${idOf('outer')}`]: ['me@x', 'tom@x'] });
    const gone = step('group', 'two', 'update', {
      before: { members: ['gone'] },
      desired: { members: [] },
      changed: ['members'],
    });
    expect(await withinOf(gone)).toEqual({});
  });

  test('none in a group that loses no access, in a group without them, and for users', async () => {
    expect(await withinOf(revoked('two'), disabled('tom@x'))).toEqual({});
    expect(await withinOf(revoked('me@x'))).toEqual({});
    expect(await withinOf(members('inner', ['me@x'], []))).toEqual({});
    expect(await withinOf({ ...revoked('inner'), operation: 'none' }, disabled('tom@x'))).toEqual({});
  });
});

describe('a kind that cannot be read', () => {
  const refusing = (path: string, status: number) => sim().faults.set({ faults: [{ kind: 'status', path, status }] });
  const evidence = async (...steps: Step[]): Promise<GuardEvidence> => {
    try {
      return await gatherEvidence(reader(), steps);
    } finally {
      sim().faults.clear();
    }
  };

  test('is reported when the configuration does not use the kind', async () => {
    refusing('/ContainerPermissions', 403);
    const { orphans, unread } = await evidence(disabled('jane@x'));
    expect(orphans.map(({ name }) => name)).toEqual(['Admin', 'Crew']);
    expect(unread).toEqual([
      expect.stringMatching(/^not checked whether every container keeps an active Owner: .*403/),
    ]);
  });

  test('ends the run when the configuration uses the kind, or the error is transient', async () => {
    refusing('/ContainerPermissions', 403);
    await expect(evidence(disabled('jane@x'), owner('solo', 'jane@x', 'none'))).rejects.toMatchObject({
      code: 'forbidden',
    });
    await reopen();
    refusing('/ContainerPermissions', 500);
    await expect(evidence(disabled('jane@x'))).rejects.toThrow(/500|failed/);
  });
});

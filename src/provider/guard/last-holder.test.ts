import { describe, expect, test } from '@jest/globals';
import type { Step } from '../model/plan.js';
import { data, guardedTenant } from './evidence.fixture.js';
import { gatherEvidence } from './evidence.js';
import { stepOf } from './steps.fixture.js';

const {
  reader,
  reopen,
  sim,
  idOf,
  of,
  step,
  user,
  disabled,
  members,
  owner,
  holder,
  given,
  orphansOf,
  asked,
  rightsAskedBy,
} = guardedTenant();
const containers = (...names: string[]) => names.map((name) => `container ${name}: active Owner`).sort();
const roles = (...names: string[]) => names.map((name) => `role ${name}: active holder`).sort();

describe('last holder: a container without an active Owner', () => {
  test('found when the only Owner is disabled, directly or in groups', async () => {
    expect(await orphansOf(disabled('jane@x'))).toEqual([
      ...containers('byGroup', 'byMixed', 'byNested', 'solo', 'withIdle'),
      ...roles('Admin', 'Crew'),
    ]);
    expect(await orphansOf(disabled('tom@x'))).toEqual([]);
    expect(await orphansOf(disabled('jane@x'), disabled('tom@x'))).toEqual([
      ...containers('byGroup', 'byMixed', 'byNested', 'byTwo', 'pair', 'solo', 'withIdle'),
      ...roles('Admin', 'Crew', 'Duo'),
    ]);
  });

  test('many disabled accounts: containers are read, not accounts', async () => {
    const everybody = ['jane@x', 'tom@x', 'me@x', 'alone@x'].map(disabled);
    const steps = [...everybody, members('idle', ['ann@x'], []), members('empty', [], [])];
    expect(await orphansOf(...steps)).toEqual([
      ...containers('byGroup', 'byMixed', 'byNested', 'byRing', 'byTwo', 'pair', 'solo', 'withIdle'),
      ...roles('Admin', 'Crew', 'Duo'),
    ]);
    expect(rightsAskedBy('container')).toBe(data.containers.length);
    expect([rightsAskedBy('user'), rightsAskedBy('group')]).toEqual([0, 0]);
  });

  test('few disabled accounts: only their own permissions are read', async () => {
    expect(await orphansOf(disabled('me@x'))).toEqual([]);
    // The account itself, and the groups inner and outer.
    expect([rightsAskedBy('user'), rightsAskedBy('group'), rightsAskedBy('container')]).toEqual([1, 2, 0]);
    expect(asked().filter(({ path }) => path.endsWith('/Containers'))).toEqual([]);
    await reopen();
    await orphansOf(disabled('me@x'), disabled('tom@x'), disabled('jane@x'));
    // There are fewer of them than containers.
    expect([rightsAskedBy('user'), rightsAskedBy('group')]).toEqual([4, 8]);
  });

  test('found when groups contain each other', async () => {
    expect(await orphansOf(disabled('alone@x'))).toEqual(containers('byRing'));
  });

  test('found when the right is revoked or lowered', async () => {
    expect(await orphansOf(owner('solo', 'jane@x', 'revoke'))).toEqual(containers('solo'));
    expect(await orphansOf(owner('solo', 'jane@x', 'replace', { right: 'View' }))).toEqual(containers('solo'));
    expect(await orphansOf(owner('pair', 'jane@x', 'revoke'))).toEqual([]);
    expect(await orphansOf(owner('pair', 'jane@x', 'revoke'), owner('pair', 'tom@x', 'revoke'))).toEqual(
      containers('pair'),
    );
    expect(await orphansOf(owner('solo', 'tom@x', 'revoke'), owner('viewed', 'jane@x', 'revoke'))).toEqual([]);
  });

  test('found when the group that is Owner loses its last active member, also in a nested group', async () => {
    expect(await orphansOf(members('owners', ['jane@x'], []))).toEqual([
      ...containers('byGroup', 'byNested'),
      ...roles('Crew'),
    ]);
    expect(await orphansOf(members('mixed', ['jane@x', 'ann@x'], ['ann@x']))).toEqual(containers('byMixed'));
    expect(await orphansOf(members('nested', ['owners'], []))).toEqual(containers('byNested'));
    expect(await orphansOf(members('two', ['jane@x', 'tom@x'], ['tom@x']))).toEqual([]);
    expect(await orphansOf(members('two', ['jane@x', 'tom@x'], ['tom@x']), disabled('tom@x'))).toEqual(
      containers('byTwo'),
    );
    expect(await orphansOf(step('group', 'owners', 'deactivate', { before: { members: [idOf('jane@x')] } }))).toEqual([
      ...containers('byGroup', 'byNested'),
      ...roles('Crew'),
    ]);
  });

  test('not found when it had no active Owner before and keeps its own edges', async () => {
    expect(await orphansOf(members('idle', ['ann@x'], []))).toEqual([]);
    expect(await orphansOf(user('ann@x', 'delete'))).toEqual([]);
    expect(await orphansOf(owner('byIdle', 'idle', 'revoke'))).toEqual(containers('byIdle'));
  });

  test('not found when the same plan adds another active Owner', async () => {
    const right = (name: string, container = 'solo') =>
      given('container-permission', { container: idOf(container), ...of(name), right: 'Owner' });
    const revoked = owner('solo', 'jane@x', 'revoke');
    expect(await orphansOf(revoked, right('tom@x'))).toEqual([]);
    expect(await orphansOf(revoked, right('ann@x'))).toEqual(containers('solo'));
    expect(await orphansOf(revoked, right('two'))).toEqual([]);
    expect(await orphansOf(revoked, right('empty'))).toEqual(containers('solo'));
    expect(await orphansOf(revoked, right('empty'), members('empty', [], ['tom@x']))).toEqual([]);
    expect(await orphansOf(revoked, right('tom@x'), disabled('tom@x'))).toEqual(containers('solo'));
    expect(await orphansOf(revoked, right('tom@x', 'pair'))).toEqual(containers('solo'));
    const enabled = user('ann@x', 'reactivate', { desired: { active: true }, changed: ['active'] });
    expect(await orphansOf(revoked, right('ann@x'), enabled)).toEqual([]);
    expect(await orphansOf(revoked, owner('solo', 'tom@x', 'replace', { right: 'Owner' }))).toEqual([]);
    const person = stepOf('user', 'create', { key: 'delinea_user.new', desired: { userName: 'new@x' } });
    const toPerson = { principalType: 'user', principalId: { ref: 'delinea_user.new', attribute: 'id' } };
    const fresh = given('container-permission', { container: idOf('solo'), ...toPerson, right: 'Owner' });
    expect(await orphansOf(revoked, person, fresh)).toEqual([]);
  });

  test('edges that only the plan shows do not count: live edges are read', async () => {
    const ghost = stepOf('container-permission', 'none', {
      key: 'ghost',
      before: { container: idOf('solo'), ...of('two') },
      desired: { right: 'Owner' },
    });
    expect(await orphansOf(owner('solo', 'jane@x', 'revoke'), ghost)).toEqual(containers('solo'));
    expect(await orphansOf(owner('pair', 'jane@x', 'revoke'), owner('pair', 'tom@x', 'none'))).toEqual([]);
  });
});

describe('last holder: an admin role without an active holder', () => {
  test('found when the only binding, its holder or the members of its group are removed', async () => {
    expect(await orphansOf(holder('Admin', 'jane@x', 'revoke'))).toEqual(roles('Admin'));
    expect(await orphansOf(holder('Crew', 'owners', 'revoke'))).toEqual(roles('Crew'));
    expect(await orphansOf(holder('Duo', 'jane@x', 'revoke'))).toEqual([]);
    expect(await orphansOf(holder('Duo', 'jane@x', 'revoke'), disabled('tom@x'))).toEqual(roles('Duo'));
    expect(await orphansOf(holder('Duo', 'jane@x', 'revoke'), holder('Duo', 'tom@x', 'revoke'))).toEqual(roles('Duo'));
  });

  test('checked only for the roles in `adminRoles`; nothing is read when there are none', async () => {
    expect(await orphansOf(holder('Unwatched', 'jane@x', 'revoke'))).toEqual([]);
    await reopen({ adminRoles: [] });
    expect(await orphansOf(disabled('jane@x'))).not.toContainEqual(expect.stringContaining('role'));
    sim().resetRequests();
    await orphansOf(holder('Admin', 'jane@x', 'revoke'));
    expect(asked().filter(({ path }) => path.includes('/api/v1/'))).toEqual([]);
  });

  test('an unknown name in `adminRoles`: refused with the path of the setting', async () => {
    await reopen({ adminRoles: ['Admim'] });
    await expect(orphansOf(disabled('alone@x'))).rejects.toMatchObject({ code: 'unknown_name', path: 'adminRoles' });
  });

  test('another holder in the plan: the lists of users and groups are not read', async () => {
    const lists = () => asked().filter(({ path }) => path.endsWith('/users') || path.endsWith('/groups')).length;
    const revoked = holder('Duo', 'jane@x', 'revoke');
    expect(await orphansOf(revoked, holder('Duo', 'tom@x', 'none'))).toEqual([]);
    const spared = lists();
    await reopen();
    expect(await orphansOf(revoked, holder('Admin', 'jane@x', 'none'))).toEqual([]);
    expect(lists() - spared).toBeGreaterThan(spared);
  });

  test.each([
    ['lists: users and groups are read one by one', '/(users|groups)\\?', []],
    [
      'responses for others: the orphan has a doubt',
      '/(users|groups)(\\?|/(?!JANE))',
      [['Duo', 'the list of users leaves out their roles; the list of groups leaves out their roles']],
    ],
  ])('no roles in %s', async (_, path, doubted) => {
    const others = path.replace('JANE', idOf('jane@x'));
    sim().faults.set({ faults: [{ kind: 'dropFields', path: others, fields: ['roles'] }] });
    const { orphans } = await gatherEvidence(reader(), [
      holder('Duo', 'jane@x', 'revoke'),
      owner('solo', 'jane@x', 'revoke'),
    ]);
    sim().faults.clear();
    expect(orphans.map(({ name, doubt }) => [name, doubt])).toEqual([['solo', undefined], ...doubted]);
    expect(orphans.map((orphan) => 'doubt' in orphan)).toEqual([false, ...doubted.map(() => true)]);
  });

  test('not found when the same plan binds another active holder', async () => {
    const bound = (name: string) => given('role-binding', { role: 'Admin', ...of(name) });
    expect(await orphansOf(holder('Admin', 'jane@x', 'revoke'), bound('tom@x'))).toEqual([]);
    expect(await orphansOf(holder('Admin', 'jane@x', 'revoke'), bound('empty'))).toEqual(roles('Admin'));
  });
});

describe('last holder: a membership that a step removes by itself', () => {
  const membership = (group: string, name: string, operation: 'revoke' | 'create') => {
    const ends = { group: idOf(group), ...of(name) };
    return stepOf('group-membership', operation, {
      key: `${name} in ${group}`,
      ...(operation === 'create' ? { desired: ends } : { before: ends, id: 'm' }),
    });
  };

  test('counts like a member that leaves the list of its group', async () => {
    expect(await orphansOf(membership('owners', 'jane@x', 'revoke'))).toEqual([
      ...containers('byGroup', 'byNested'),
      ...roles('Crew'),
    ]);
    expect(await orphansOf(membership('nested', 'owners', 'revoke'))).toEqual(containers('byNested'));
    expect(await orphansOf(membership('two', 'jane@x', 'revoke'))).toEqual([]);
    expect(await orphansOf(membership('two', 'jane@x', 'revoke'), membership('two', 'tom@x', 'revoke'))).toEqual(
      containers('byTwo'),
    );
  });

  test('is harmless when the same plan adds an active member', async () => {
    const revoked = membership('owners', 'jane@x', 'revoke');
    expect(await orphansOf(revoked, membership('owners', 'tom@x', 'create'))).toEqual([]);
    expect(await orphansOf(revoked, membership('owners', 'ann@x', 'create'))).not.toEqual([]);
    expect(await orphansOf(revoked, membership('two', 'alone@x', 'create'))).not.toEqual([]);
  });
});

test('an orphan: has the keys of the steps that cause it', async () => {
  const stepsBy = async (...steps: Step[]) =>
    Object.fromEntries(
      (await gatherEvidence(reader(), steps)).orphans.map((orphan) => [orphan.name, [...orphan.steps].sort()]),
    );
  const revoked = owner('pair', 'jane@x', 'revoke');
  expect(await stepsBy(revoked, disabled('tom@x'), disabled('alone@x'), owner('solo', 'tom@x', 'revoke'))).toEqual({
    pair: [revoked.key, 'user tom@x'].sort(),
    byRing: ['user alone@x'],
  });
  expect(await stepsBy(members('two', ['jane@x', 'tom@x'], []), members('nested', ['owners'], []))).toEqual({
    byTwo: ['group two'],
    byNested: ['group nested'],
  });
});

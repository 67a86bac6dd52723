import { describe, expect, test } from '@jest/globals';
import { directoryOf, groupIn, userIn } from '../guard/steps.fixture.js';
import { principalKey } from '../model/principal.js';
import { accountsWithin, anyActive, groupsContaining, membersAmong } from './directory.js';

const nested = { outer: ['middle', 'tom'], middle: ['inner'], inner: ['jane'], other: ['ann'] };
const circle = { a: ['b', 'jane'], b: ['c'], c: ['a'] };

test('accounts within a group: at any depth, each once, and no groups', async () => {
  expect((await accountsWithin(directoryOf(nested), groupIn('outer'))).sort()).toEqual(['user jane', 'user tom']);
  expect(await accountsWithin(directoryOf({ empty: [] }), groupIn('empty'))).toEqual([]);
});

test('groups that contain a principal: a long chain is shown by its first groups and its end', async () => {
  const chain = Object.fromEntries(
    Array.from({ length: 40 }, (_, index) => [`g${index}`, [index === 0 ? 'jane' : `g${index - 1}`]]),
  );
  const found = await groupsContaining(directoryOf(chain), userIn('jane'));
  const { through } = found.find(({ group }) => group.id === 'g39')!;
  expect([through.length, through[0]!.id, through[29]!.id, through.at(-1)!.id]).toEqual([31, 'g0', 'g29', 'g39']);
});

describe('directory: whether an account can log in', () => {
  test.each([
    ['a user who can', ['jane'], ['jane'], true],
    ['a user who cannot', ['jane'], ['tom'], false],
    ['nobody at all', [], ['jane'], false],
    ['the second of two', ['tom', 'jane'], ['jane'], true],
    ['a member', ['inner'], ['jane'], true],
    ['a member two groups down', ['outer'], ['jane'], true],
    ['a member of the group itself, not of a nested one', ['outer'], ['tom'], true],
    ['a member of another group', ['outer'], ['ann'], false],
    ['a group without anybody active', ['outer', 'inner'], [], false],
  ])('%s', async (_, principals, active, expected) => {
    const directory = directoryOf(nested, active);
    const asked = principals.map((id) => (id in nested ? groupIn(id) : userIn(id)));
    expect(await anyActive(directory, asked)).toBe(expected);
  });

  test('groups that contain each other are read once', async () => {
    expect(await anyActive(directoryOf(circle, ['jane']), [groupIn('c')])).toBe(true);
    const idle = directoryOf(circle);
    expect(await anyActive(idle, [groupIn('a'), groupIn('b'), groupIn('a')])).toBe(false);
    expect(idle.asked.filter((each) => each === 'members of a')).toHaveLength(1);
  });

  test('stops at the first active account', async () => {
    const directory = directoryOf(nested, ['jane']);
    await anyActive(directory, [userIn('jane'), groupIn('outer')]);
    expect(directory.asked).toEqual(['active jane']);
  });

  test('reads accounts before the members of groups', async () => {
    const directory = directoryOf(nested, ['ann']);
    await anyActive(directory, [groupIn('outer'), userIn('ann')]);
    expect(directory.asked).toEqual(['active outer', 'members of outer', 'active ann']);
  });

  test('distinguishes a user from a group with the same id', async () => {
    const directory = directoryOf({ x: ['jane'] }, ['jane']);
    expect(await anyActive(directory, [userIn('x'), groupIn('x')])).toBe(true);
  });
});

describe('directory: members at any depth', () => {
  const keys = (...ids: string[]) => new Set(ids.map((id) => principalKey(id in nested ? groupIn(id) : userIn(id))));
  const found = async (group: string, ...wanted: string[]) =>
    [...(await membersAmong(directoryOf(nested), groupIn(group), keys(...wanted)))].sort();

  test('returns only the wanted members, at any depth', async () => {
    expect(await found('outer', 'jane', 'ann')).toEqual(['user jane']);
    expect(await found('outer', 'tom', 'inner')).toEqual(['group inner', 'user tom']);
    expect(await found('other', 'jane', 'tom')).toEqual([]);
  });

  test('includes the group itself', async () => {
    expect(await found('inner', 'inner')).toEqual(['group inner']);
  });

  test('ends when groups contain each other', async () => {
    const directory = directoryOf(circle);
    expect([...(await membersAmong(directory, groupIn('b'), new Set(['user jane'])))]).toEqual(['user jane']);
    expect(directory.asked).toHaveLength(4);
  });
});

describe('directory: groups that contain a principal', () => {
  const around = async (groups: Parameters<typeof directoryOf>[0], of: ReturnType<typeof userIn>) =>
    (await groupsContaining(directoryOf(groups), of)).map(({ group, through }) => [
      group.id,
      through.map(({ id }) => id),
    ]);

  test('lists all groups with the groups on the way', async () => {
    expect(await around(nested, userIn('jane'))).toEqual([
      ['inner', ['inner']],
      ['middle', ['inner', 'middle']],
      ['outer', ['inner', 'middle', 'outer']],
    ]);
    expect(await around(nested, groupIn('middle'))).toEqual([['outer', ['outer']]]);
    expect(await around(nested, userIn('nobody'))).toEqual([]);
  });

  test('shows the shortest way when there are two', async () => {
    const diamond = { top: ['left', 'jane'], left: ['jane'] };
    expect(await around(diamond, userIn('jane'))).toEqual([
      ['top', ['top']],
      ['left', ['left']],
    ]);
  });

  test('ends when groups contain each other', async () => {
    expect((await around(circle, userIn('jane'))).map(([id]) => id)).toEqual(['a', 'c', 'b']);
  });

  test('reads memberships once per directory', async () => {
    const directory = directoryOf(nested);
    await Promise.all([groupsContaining(directory, userIn('jane')), groupsContaining(directory, userIn('ann'))]);
    await groupsContaining(directory, userIn('tom'));
    expect(directory.asked.filter((each) => each === 'groups')).toHaveLength(1);
    expect(await groupsContaining(directoryOf({ g: ['jane'] }), userIn('jane'))).toHaveLength(1);
  });
});

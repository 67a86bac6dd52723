import { describe, expect, test } from '@jest/globals';
import { directoryOf, groupIn, userIn } from '../guard/steps.fixture.js';
import { principalKey } from '../model/principal.js';
import { allMemberships, anyActive, membersWithin } from './directory.js';

const nested = { outer: ['middle', 'tom'], middle: ['inner'], inner: ['jane'], other: ['ann'] };
const circle = { a: ['b', 'jane'], b: ['c'], c: ['a'] };

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
  const found = async (...groups: string[]) =>
    (await membersWithin(directoryOf(nested), groups.map(groupIn))).map(principalKey);

  test('each once, the principals themselves and the nearest first', async () => {
    expect(await found('outer')).toEqual(['group outer', 'group middle', 'user tom', 'group inner', 'user jane']);
    expect(await found('inner', 'outer')).toHaveLength(5);
    expect(await found()).toEqual([]);
  });

  test('ends when groups contain each other', async () => {
    const directory = directoryOf(circle);
    expect((await membersWithin(directory, [groupIn('b')])).map(principalKey)).toContain('user jane');
    expect(directory.asked).toHaveLength(4);
  });
});

test('memberships of all groups: read once per directory', async () => {
  const directory = directoryOf(nested);
  const [one, other] = await Promise.all([allMemberships(directory), allMemberships(directory)]);
  expect(one).toBe(other);
  expect(directory.asked).toEqual(['groups']);
  expect(one.groupsAround(userIn('jane')).map(({ at }) => at.id)).toEqual(['inner', 'middle', 'outer']);
  expect(await allMemberships(directoryOf({ g: ['jane'] }))).not.toBe(one);
});

import { expect, test } from '@jest/globals';
import { resourceOf } from '../resources/index.js';
import type { Warning } from './warnings.js';
import { WarningLimiter } from './warnings.js';

const user = resourceOf('user');
const gone = (name: string): Warning => ({
  message: `${name} is gone`,
  groupMessage: 'is gone',
  hint: 'Look.',
});

test('warnings: the first hundred of a kind name their object, the others have one summary', () => {
  const crowd = new WarningLimiter();
  const told = Array.from({ length: 103 }, (_, index) => crowd.limit(user, [gone(`u${index}`)])[0]!);
  expect(new Set(told.slice(0, 100).map(({ message }) => message)).size).toBe(100);
  expect(told.slice(100)).toEqual(
    ['u100', 'u101', 'u102'].map((name) => ({
      ...gone(name),
      message: 'users, more than 100: each is gone',
      hint: `${name} is gone. Look.`,
    })),
  );
  expect(crowd.limit(resourceOf('group'), [gone('g')])).toEqual([gone('g')]);
});

test('warnings: a warning without a group message is always reported', () => {
  const crowd = new WarningLimiter();
  const one: Warning = { message: 'careful' };
  for (let times = 0; times < 200; times++) expect(crowd.limit(user, [one])).toEqual([one]);
});

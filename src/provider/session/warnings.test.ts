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
  const limiter = new WarningLimiter();
  const limited = Array.from({ length: 103 }, (_, index) => limiter.limit(user, [gone(`u${index}`)])[0]!);
  expect(new Set(limited.slice(0, 100).map(({ message }) => message)).size).toBe(100);
  expect(limited.slice(100)).toEqual(
    ['u100', 'u101', 'u102'].map((name) => ({
      ...gone(name),
      message: 'users, more than 100: each is gone',
      hint: `One of them: ${name} is gone. Look.`,
    })),
  );
  expect(limiter.limit(resourceOf('group'), [gone('g')])).toEqual([gone('g')]);
});

test('warnings: a warning without a group message is always reported', () => {
  const limiter = new WarningLimiter();
  const one: Warning = { message: 'careful' };
  for (let times = 0; times < 200; times++) expect(limiter.limit(user, [one])).toEqual([one]);
});

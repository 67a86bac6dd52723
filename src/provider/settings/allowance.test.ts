import { expect, test } from '@jest/globals';
import { allowanceOf, allowedCount } from './allowance.js';

test('allowanceOf: takes the allowances among the settings', () => {
  expect(allowanceOf({ tenant: 'acme', allowMissing: 3, allowOrphans: ['prod'] }, 'the environment')).toEqual({
    source: 'the environment',
    missing: 3,
    orphans: ['prod'],
  });
});

test('allowedCount: returns the first count that is set, also zero', () => {
  const allowances = [{ source: 'a' }, { source: 'b', removals: 0 }, { source: 'c', removals: 9, missing: 1 }];
  expect(allowedCount(allowances, 'removals')).toEqual({ count: 0, source: 'b' });
  expect(allowedCount(allowances, 'missing')).toEqual({ count: 1, source: 'c' });
  expect(allowedCount([], 'missing')).toBeUndefined();
});

import { test } from '@jest/globals';
import { checkGuards } from '../support/property/guards.js';
import { checkSession } from '../support/property/session-guards.js';

test('48 random changes: the guards refuse the same as a second implementation of the rules', () =>
  checkGuards([5, 6, 7, 8, 9, 10, 11, 12], 6));

test.each([
  ['known', true],
  ['unknown', false],
])('6 random changes with %s values: a session refuses the same', (_, isKnown) => checkSession(13, 6, isKnown));

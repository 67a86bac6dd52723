import { test } from '@jest/globals';
import { checkOneAnswer } from '../support/property/one-answer.js';

test('guards, regained access and off-boarding: agree with effective access in random tenants', () =>
  checkOneAnswer(24, 15));

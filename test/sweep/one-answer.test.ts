import { test } from '@jest/globals';
import { checkOneAnswer } from '../support/property/one-answer.js';

test.each([1, 2, 3])(
  '200 random tenants from seed %s: guards, regained access and off-boarding agree with effective access',
  (seed) => checkOneAnswer(200, seed),
  1_200_000,
);

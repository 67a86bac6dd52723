import { test } from '@jest/globals';
import { checkAgreement } from '../support/property/access-agrees.js';

test.each([1, 2, 3])(
  '200 random tenants from seed %s: guards, regained access and off-boarding agree with effective access',
  (seed) => checkAgreement(200, seed),
  1_200_000,
);

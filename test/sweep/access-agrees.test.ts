import { test } from '@jest/globals';
import { checkAgreement } from '../support/property/access-agrees.js';

test(
  '100 random tenants: guards, regained access and off-boarding agree with effective access',
  () => checkAgreement(100, 1),
  1_200_000,
);

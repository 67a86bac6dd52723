import { test } from '@jest/globals';
import { checkAgreement } from '../support/property/access-agrees.js';

test('guards, regained access and off-boarding: agree with effective access in random tenants', () =>
  checkAgreement(24, 15));

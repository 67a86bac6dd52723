import { jest } from '@jest/globals';
import { rulesAreKept } from '../support/terraform/random/rules.js';
import { terraformTest } from '../support/terraform/terraform-test.js';

jest.setTimeout(240_000);

terraformTest('a random configuration keeps the rules of Terraform, and the tenant is as it says', () =>
  rulesAreKept(12),
);

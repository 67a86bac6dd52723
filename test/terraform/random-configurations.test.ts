import { jest } from '@jest/globals';
import { checkRandomConfiguration } from '../support/terraform/random/rules.js';
import { terraformTest } from '../support/terraform/terraform-test.js';

jest.setTimeout(240_000);

terraformTest('random configuration: the rules of Terraform hold and the tenant matches it with seed 12', () =>
  checkRandomConfiguration(12),
);

import { jest } from '@jest/globals';
import { terraformTest } from './support/terraform.js';
import { rulesAreKept } from './support/terraform-random/rules.js';

jest.setTimeout(240_000);

const seeds = Array.from({ length: 3 }, (_, index) => 1 + index * 11);

terraformTest('random configurations keep the rules of Terraform, and the tenant is as they say', async () => {
  for (const seed of seeds) await rulesAreKept(seed);
});

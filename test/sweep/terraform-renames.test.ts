import { describe, jest } from '@jest/globals';
import { randomFrom } from '../support/generate/random.js';
import { BESIDE, renameAll } from '../support/terraform/renames.js';
import { withTenant } from '../support/terraform/tenant.js';
import { terraformTest } from '../support/terraform/terraform-test.js';

jest.setTimeout(600_000);

describe('every address renamed 20 times with up to 100 ms per request', () => {
  for (const parallelism of [10, 1]) {
    terraformTest(`leaves the tenant unchanged with parallelism ${parallelism}`, () => {
      const random = randomFrom(parallelism);
      return withTenant({ data: BESIDE }, (tenant) =>
        renameAll(tenant, 20, () => random.below(100), `-parallelism=${parallelism}`),
      );
    });
  }
});

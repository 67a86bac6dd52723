import { expect, jest } from '@jest/globals';
import { countCases } from '../support/sweep/count-cases.js';
import { checkRandomConfiguration } from '../support/terraform/random/rules.js';
import { terraformTest } from '../support/terraform/terraform-test.js';

jest.setTimeout(1_800_000);

/** Six seeds for each routing of users and groups, with shared and with split ids. */
const seeds = Array.from({ length: 48 }, (_, index) => 1000 + index);

terraformTest('48 random configurations and changes: the rules of Terraform hold on every routing', async () => {
  const named = (seed: number) => `seed ${seed}`;
  const count = await countCases(seeds, 2, named, async (seed) => {
    await checkRandomConfiguration(seed);
    return [];
  });
  expect(count.failed).toEqual([]);
  expect(count.ran).toBe(seeds.length);
});

import { expect, jest } from '@jest/globals';
import { terraformTest } from '../support/terraform.js';
import { rulesAreKept } from '../support/terraform-random/rules.js';
import { countCases } from './counted.js';

jest.setTimeout(1_800_000);

const seeds = Array.from({ length: 216 }, (_, index) => 1000 + index);

terraformTest('216 random configurations keep the rules of Terraform on every routing', async () => {
  const named = (seed: number) => `seed ${seed}`;
  const count = await countCases(seeds, 2, named, async (seed) => {
    await rulesAreKept(seed);
    return [];
  });
  expect(count.failed).toEqual([]);
  expect(count.ran).toBe(seeds.length);
});

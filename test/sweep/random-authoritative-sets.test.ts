import { expect, test } from '@jest/globals';
import { checkRandomSetFaults, checkRandomSets } from '../support/property/authoritative-sets.js';
import { countCases } from '../support/sweep/count-cases.js';

const seedsFrom = (first: number, count: number) => Array.from({ length: count }, (_, index) => first + index);

test.each([
  ['120 random sets: the tenant matches them after each apply', seedsFrom(5000, 120), checkRandomSets],
  [
    '120 random sets: the tenant matches them in the end when requests fail at random',
    seedsFrom(7000, 120),
    checkRandomSetFaults,
  ],
] as const)(
  '%s',
  async (_, seeds, property) => {
    const count = await countCases(
      seeds,
      2,
      (seed) => `seed ${seed}`,
      async (seed) => {
        await property(seed);
        return [];
      },
    );
    expect(count.failed).toEqual([]);
    expect(count.ran).toBe(seeds.length);
  },
  900_000,
);

import { test } from '@jest/globals';
import { checkRandomChange, checkRandomFaults } from '../support/property/changes.js';
import { sweep } from '../support/sweep/seeds.js';

const seeds = (count: number) => Array.from({ length: count }, (_, index) => 5000 + index);

test(
  '120 random changes: each plan is the difference of the models',
  () => sweep(seeds(120), checkRandomChange),
  900_000,
);
test(
  '200 random schedules of faults: the tenant reaches the target',
  () => sweep(seeds(200), checkRandomFaults),
  1_800_000,
);

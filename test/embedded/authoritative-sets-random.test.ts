import { test } from '@jest/globals';
import { checkRandomSetFaults, checkRandomSets } from '../support/property/authoritative-sets.js';

const seeds = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

test.each(seeds(3))(
  'random authoritative sets: the tenant matches the declarations and the own account keeps its access with seed %d',
  checkRandomSets,
);
test.each(seeds(2))(
  'random authoritative sets: the tenant ends the same when requests fail at random with seed %d',
  checkRandomSetFaults,
);

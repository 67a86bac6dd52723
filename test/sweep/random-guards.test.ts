import { test } from '@jest/globals';
import { checkGuards } from '../support/property/guards.js';

const seeds = Array.from({ length: 300 }, (_, index) => 9000 + index);

test(
  '1,500 random changes: the guards refuse the same as a second implementation of the rules',
  () => checkGuards(seeds, 5),
  1_200_000,
);

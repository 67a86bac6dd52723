import { test } from '@jest/globals';
import { checkRandomFaults } from '../support/property/changes.js';

const seeds = Array.from({ length: 4 }, (_, index) => index + 1);

test.each(seeds)('random faults: the tenant reaches the target without duplicates with seed %d', checkRandomFaults);

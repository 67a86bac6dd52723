import { test } from '@jest/globals';
import { faultsAreOvercome } from '../support/property/changes.js';

const seeds = Array.from({ length: 4 }, (_, index) => index + 1);

test.each(seeds)('a random schedule of faults ends at the target, without duplicates: seed %d', faultsAreOvercome);

import { describe, test } from '@jest/globals';
import { changesAreDifferences, faultsAreOvercome } from './support/property.js';

const seeds = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

describe('a random change of an organisation', () => {
  test.each(seeds(24))('is planned as the difference of the models, and arrives: seed %d', changesAreDifferences);
});

describe('a random schedule of faults', () => {
  test.each(seeds(30))('ends at the target, without duplicates: seed %d', faultsAreOvercome);
});

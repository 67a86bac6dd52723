import { test } from '@jest/globals';
import { changesAreDifferences } from '../support/property/changes.js';

const seeds = Array.from({ length: 6 }, (_, index) => index + 1);

test.each(seeds)(
  'a random change is planned as the difference of the models, and arrives: seed %d',
  changesAreDifferences,
);

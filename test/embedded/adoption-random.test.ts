import { test } from '@jest/globals';
import { checkRandomAdoption } from '../support/property/adoption.js';

const seeds = Array.from({ length: 12 }, (_, index) => index + 1);

test.each(seeds)(
  'random adoption: no unmanaged permission is lowered or revoked without consent, and managed ones follow the code with seed %d',
  checkRandomAdoption,
);

import { test } from '@jest/globals';
import { checkRandomChange } from '../support/property/changes.js';

const seeds = Array.from({ length: 6 }, (_, index) => index + 1);

test.each(seeds)(
  'random change: the plan is the difference of the models and the tenant reaches the target with seed %d',
  checkRandomChange,
);

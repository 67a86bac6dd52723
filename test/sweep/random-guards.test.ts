import { jest, test } from '@jest/globals';
import { checkGuards } from '../support/property/guards.js';
import { checkSession } from '../support/property/session-guards.js';
import { checkTerraform } from '../support/property/terraform-guards.js';
import { sweep } from '../support/sweep/seeds.js';
import { terraformTest } from '../support/terraform/terraform-test.js';

jest.setTimeout(1_200_000);

const seeds = (first: number, count: number) => Array.from({ length: count }, (_, index) => first + index);

test('1,000 random changes: the guards refuse the same as a second implementation of the rules', () =>
  checkGuards(seeds(9000, 200), 5));

test('140 random changes, planned one instance at a time: a session refuses the same', () =>
  sweep(seeds(20_000, 20), (seed) => checkSession(seed, 7, true)));

test('140 random changes with unknown values: a session counts what they turn into at worst', () =>
  sweep(seeds(30_000, 20), (seed) => checkSession(seed, 7, false)));

terraformTest('20 random changes: a plan of the real terraform is refused in the same cases', () =>
  sweep(seeds(40_000, 10), (seed) => checkTerraform(seed, 2, seed % 2 === 0)),
);

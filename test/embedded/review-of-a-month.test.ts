import { expect, test } from '@jest/globals';
import { readMonths } from '../support/generate/months.js';
import { checkCommits, checkPlanned } from '../support/property/access-history.js';

/** A month in which 166 rights of people change, some through nested groups. */
const [before, after] = readMonths('knative').slice(13, 15) as [Month, Month];
type Month = ReturnType<typeof readMonths>[number];

test('review: a month of a real organisation gives who gains and who loses what, as computed from its data', async () => {
  expect(await checkPlanned(before, after)).toBe(166);
});

test('review: so do its commits as plans of Terraform', () => {
  expect(checkCommits(before, after)).toBeGreaterThan(100);
});

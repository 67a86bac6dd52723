import { describe, expect, test } from '@jest/globals';
import { ORGANISATIONS, readMonths } from '../support/generate/months.js';
import { checkCommits, checkPlanned } from '../support/property/access-history.js';

/** Every this many months are planned on a tenant as well. */
const PLANNED = 6;

describe('reviews equal what the data of an organisation gives', () => {
  test.each(ORGANISATIONS)('%s: for every commit, as a plan of Terraform', (name) => {
    const months = readMonths(name);
    const changes = months.slice(1).map((after, index) => checkCommits(months[index]!, after));
    expect(changes.reduce((sum, each) => sum + each, 0)).toBeGreaterThan(3);
  });

  test('knative: for months on a tenant, forwards and backwards', async () => {
    const months = readMonths('knative');
    let changes = 0;
    for (let index = 3; index < months.length; index += PLANNED) {
      const [before, after] = [months[index - 1]!, months[index]!];
      changes += (await checkPlanned(before, after)) + (await checkPlanned(after, before));
    }
    expect(changes).toBeGreaterThan(3);
  });
});

import { expect, test } from '@jest/globals';
import { checkRandomAccess } from '../support/property/access.js';

test('the access after a plan equals that after its apply: statuses, nested groups, names, removals, sets', async () => {
  let steps = 0;
  for (let seed = 1; seed <= 12; seed++) {
    steps += await checkRandomAccess(seed).catch((error: Error) => {
      throw new Error(`seed ${seed}: ${error.message}`, { cause: error });
    });
  }
  expect(steps).toBeGreaterThan(200);
}, 60_000);

import { test } from '@jest/globals';
import { checkRandomChange, checkRandomFaults } from '../support/property/changes.js';

const FIRST = 5000;

/** Checks one property for many seeds and reports the seeds that failed. */
async function sweep(count: number, property: (seed: number) => Promise<void>): Promise<void> {
  const failed: string[] = [];
  for (let seed = FIRST; seed < FIRST + count; seed++) {
    await property(seed).catch((error: Error) => void failed.push(`seed ${seed}: ${error.message}`));
  }
  if (failed.length > 0) throw new Error(`${failed.length} of ${count} failed\n${failed.slice(0, 5).join('\n')}`);
}

test('300 random changes: each plan is the difference of the models', () => sweep(300, checkRandomChange), 900_000);
test('500 random schedules of faults: the tenant reaches the target', () => sweep(500, checkRandomFaults), 1_800_000);

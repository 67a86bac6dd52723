import { expect, test } from '@jest/globals';
import { countCases } from '../support/sweep/count-cases.js';
import { FAULTS, type FaultCase, judge, nameOf, OUTAGE } from '../support/sweep/fault-case.js';
import { type CleanRun, cleanRun } from '../support/sweep/reference-run.js';
import { PROFILES, SCENARIOS } from '../support/sweep/scenarios.js';

/** Numbers of consecutive failures: one, more than the retries of a read, and permanent. */
const LENGTHS = [1, 3, OUTAGE];

/** Returns a case for every fault at every request. */
function each(clean: CleanRun): FaultCase[] {
  return requestsOf(clean).flatMap((at) => Object.keys(FAULTS).map((fault) => ({ clean, fault, at, length: 1 })));
}

/** Returns cases for a third of the faults at every request, with the lengths in turn. */
function long(clean: CleanRun, offset: number): FaultCase[] {
  return requestsOf(clean).flatMap((at) =>
    Object.keys(FAULTS).flatMap((fault, index) => {
      const turn = (at + index + offset) / 3;
      return Number.isInteger(turn) ? { clean, fault, at, length: LENGTHS[turn % LENGTHS.length]! } : [];
    }),
  );
}

function requestsOf({ requests }: CleanRun): number[] {
  return Array.from({ length: requests }, (_, index) => index + 1);
}

test('fault at every request of every scenario: nothing unplanned happens, the ledger is right and the next run reaches the target', async () => {
  const cases: FaultCase[] = [];
  for (const [index, profile] of PROFILES.entries()) {
    for (const scenario of SCENARIOS) {
      const clean = await cleanRun(scenario, profile);
      cases.push(...(index === 0 ? each(clean) : long(clean, index)));
    }
  }
  const { ran, failed } = await countCases(cases, 6, nameOf, async (one) => {
    const { struck, problems } = await judge(one);
    return struck || problems.length > 0 ? problems : undefined;
  });
  expect(failed.slice(0, 10)).toEqual([]);
  expect(ran).toBeGreaterThanOrEqual(3_000);
}, 1_800_000);

import { expect, test } from '@jest/globals';
import { countCases } from '../support/sweep/count-cases.js';
import { FAULTS, type FaultCase, judge, nameOf, OUTAGE } from '../support/sweep/fault-case.js';
import { type CleanRun, cleanRun } from '../support/sweep/reference-run.js';
import { PROFILES, SCENARIOS } from '../support/sweep/scenarios.js';

/** Once; longer than a read is tried again, so that the read fails; for good. */
const LENGTHS = [1, 3, OUTAGE];

/** Every fault once at every request. */
function each(clean: CleanRun): FaultCase[] {
  return requestsOf(clean).flatMap((at) => Object.keys(FAULTS).map((fault) => ({ clean, fault, at, length: 1 })));
}

/** At every request a third of the faults, of one length after another. */
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

test('a fault at every request of every kind of run: nothing unplanned, a true ledger, and the next run ends as a clean one', async () => {
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

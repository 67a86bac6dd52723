import { expect, test } from '@jest/globals';
import { countCases } from '../support/sweep/count-cases.js';
import { FAULTS, type FaultCase, nameOf, OUTAGE, runFaultCase } from '../support/sweep/fault-case.js';
import { makeReferenceRun, type ReferenceRun } from '../support/sweep/reference-run.js';
import { PROFILES, SCENARIOS, SECRET_SERVER, SECRET_SERVER_SCENARIOS } from '../support/sweep/scenarios.js';

/** Numbers of consecutive failures: one, more than the retries of a read, and permanent. */
const LENGTHS = [1, 3, OUTAGE];

/** Returns a case for every fault at every request. */
function each(reference: ReferenceRun): FaultCase[] {
  return requestsOf(reference).flatMap((at) =>
    Object.keys(FAULTS).map((fault) => ({ reference, fault, at, length: 1 })),
  );
}

/** Returns cases for a third of the faults at every request, with the lengths in turn. */
function long(reference: ReferenceRun, offset: number): FaultCase[] {
  return requestsOf(reference).flatMap((at) =>
    Object.keys(FAULTS).flatMap((fault, index) => {
      const turn = (at + index + offset) / 3;
      return Number.isInteger(turn) ? { reference, fault, at, length: LENGTHS[turn % LENGTHS.length]! } : [];
    }),
  );
}

function requestsOf({ requests }: ReferenceRun): number[] {
  return Array.from({ length: requests }, (_, index) => index + 1);
}

test('fault at every request of every scenario: nothing unplanned happens, the ledger is right and the next run reaches the target', async () => {
  const cases: FaultCase[] = [];
  for (const [index, profile] of PROFILES.entries()) {
    for (const scenario of SCENARIOS) {
      const reference = await makeReferenceRun(scenario, profile);
      cases.push(...(index === 0 ? each(reference) : long(reference, index)));
    }
  }
  for (const scenario of SECRET_SERVER_SCENARIOS)
    cases.push(...long(await makeReferenceRun(scenario, SECRET_SERVER), 1));
  const { ran, failed } = await countCases(cases, 6, nameOf, async (one) => {
    const { struck, problems } = await runFaultCase(one);
    return struck || problems.length > 0 ? problems : undefined;
  });
  expect(failed.slice(0, 10)).toEqual([]);
  expect(ran).toBeGreaterThanOrEqual(3_000);
}, 1_800_000);

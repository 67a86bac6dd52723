import { expect, test } from '@jest/globals';
import { countCases } from '../support/sweep/count-cases.js';
import { type KillCase, nameOf, runKillCase } from '../support/sweep/kill-case.js';
import { makeReferenceRun } from '../support/sweep/reference-run.js';
import { PROFILES, SCENARIOS } from '../support/sweep/scenarios.js';

test('kill -9 before and after every write of every scenario: the next run reaches the target', async () => {
  const cases: KillCase[] = [];
  for (const profile of PROFILES) {
    for (const scenario of SCENARIOS) {
      const reference = await makeReferenceRun(scenario, profile);
      const writes = Array.from({ length: reference.writes }, (_, index) => index + 1);
      cases.push(...writes.flatMap((write) => [false, true].map((committed) => ({ reference, write, committed }))));
    }
  }
  const { ran, failed } = await countCases(cases, 2, nameOf, runKillCase);
  expect(failed.slice(0, 10)).toEqual([]);
  expect(ran).toBe(cases.length);
}, 1_800_000);

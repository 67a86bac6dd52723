import { expect, test } from '@jest/globals';
import { countCases } from '../support/sweep/count-cases.js';
import { judgeKill, type KillCase, nameOf } from '../support/sweep/kill-case.js';
import { cleanRun } from '../support/sweep/reference-run.js';
import { PROFILES, SCENARIOS } from '../support/sweep/scenarios.js';

test('kill -9 before and after every write of every scenario: the next run reaches the target', async () => {
  const cases: KillCase[] = [];
  for (const profile of PROFILES) {
    for (const scenario of SCENARIOS) {
      const clean = await cleanRun(scenario, profile);
      const writes = Array.from({ length: clean.writes }, (_, index) => index + 1);
      cases.push(...writes.flatMap((write) => [false, true].map((committed) => ({ clean, write, committed }))));
    }
  }
  const { ran, failed } = await countCases(cases, 2, nameOf, judgeKill);
  expect(failed.slice(0, 10)).toEqual([]);
  expect(ran).toBe(cases.length);
}, 1_800_000);

import { expect, test } from '@jest/globals';
import { DelineaError, DelineaErrors, type ErrorCode, type Plan } from '../provider/index.js';
import { sampleChange, samplePlan } from '../review/sample-plan.fixture.js';
import { exitOfApply, exitOfDrift, exitOfError, exitOfPlan } from './exit.js';

const same = [sampleChange('none', 'user', 'jane')];
const changed = [sampleChange('update', 'user', 'jane')];
const found = (level: 'error' | 'drift' | 'note', code: ErrorCode | 'added_out_of_band'): Partial<Plan['delinea']> => ({
  findings: [{ level, code, message: 'x' }],
});

test.each([
  ['nothing', samplePlan(same), 0, 0],
  ['a change', samplePlan(changed), 2, 2],
  ['something to take over', samplePlan([sampleChange('take over', 'user', 'jane')]), 2, 2],
  ['the ledger alone', samplePlan([sampleChange('record', 'user', 'jane')]), 0, 0],
  ['a note', samplePlan(same, found('note', 'added_out_of_band')), 0, 0],
  ['a change behind the back', samplePlan(same, found('drift', 'added_out_of_band')), 0, 2],
  ['an error beside a change', samplePlan(changed, found('error', 'not_ours')), 1, 1],
  ['what could not be read beside a change', samplePlan(changed, found('error', 'forbidden')), 5, 5],
])('%s', (_, plan, ofPlan, ofDrift) => {
  expect([exitOfPlan(plan), exitOfDrift(plan)]).toEqual([ofPlan, ofDrift]);
});

test.each([
  ['converged', samplePlan(changed), true, [], 0],
  ['a failure after a write', samplePlan(changed), true, ['rejected'], 4],
  ['an unreadable answer after a write', samplePlan(changed), true, ['timed_out'], 4],
  ['a failure before any write', samplePlan(changed), false, ['stale_plan'], 1],
  ['no answer before any write', samplePlan(changed), false, ['host_unreachable'], 5],
  ['written, with an object left out of the plan', samplePlan(changed, found('error', 'not_ours')), true, [], 4],
  ['nothing but an object left out', samplePlan(same, found('error', 'not_ours')), false, [], 1],
] as const)('apply: %s', (_, plan, written, faults, code) => {
  expect(exitOfApply(plan, { written, faults })).toBe(code);
});

test('errors: what could not be read wins', () => {
  expect(exitOfError(new DelineaError('stack_invalid', 'x'))).toBe(1);
  expect(exitOfError(new DelineaErrors([new DelineaError('rejected', 'x'), new DelineaError('timed_out', 'y')]))).toBe(
    5,
  );
  expect(exitOfError(new TypeError('x'))).toBe(1);
});

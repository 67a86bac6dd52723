import { expect, test } from '@jest/globals';
import {
  DelineaError,
  DelineaErrors,
  type EndedSessions,
  type ErrorCode,
  type Plan,
  type RemainingAccess,
} from '../provider/index.js';
import { driftOf } from '../review/index.js';
import { sampleChange, samplePlan } from '../review/text/sample-plan.fixture.js';
import { exitOfApply, exitOfDrift, exitOfError, exitOfOffboard, exitOfPlan, exitOfRules } from './exit.js';

const same = [sampleChange('none', 'user', 'jane')];
const changed = [sampleChange('update', 'user', 'jane')];
const found = (
  level: 'error' | 'drift' | 'note',
  code: ErrorCode | 'added_out_of_band' | 'not_checked',
): Partial<Plan['delinea']> => ({
  findings: [{ level, code, message: 'x' }],
});

test.each([
  ['nothing', samplePlan(same), 0, 0],
  ['a change', samplePlan(changed), 2, 2],
  ['an object to adopt', samplePlan([sampleChange('adopt', 'user', 'jane')]), 2, 2],
  ['a change of the ledger only', samplePlan([sampleChange('record', 'user', 'jane')]), 0, 0],
  ['a note', samplePlan(same, found('note', 'added_out_of_band')), 0, 0],
  ['a change outside of code', samplePlan(same, found('drift', 'added_out_of_band')), 0, 2],
  ['holders that were not read', samplePlan(same, found('note', 'not_checked')), 0, 5],
  ['an error beside a change', samplePlan(changed, found('error', 'not_ours')), 1, 1],
  ['an unreadable object beside a change', samplePlan(changed, found('error', 'forbidden')), 5, 5],
])('exit codes of plan and drift: %s', (_, plan, ofPlan, ofDrift) => {
  expect([exitOfPlan(plan), exitOfDrift(driftOf(plan))]).toEqual([ofPlan, ofDrift]);
});

test.each([
  ['converged', samplePlan(changed), true, [], 0],
  ['a failure after a write', samplePlan(changed), true, ['rejected'], 4],
  ['a timeout after a write', samplePlan(changed), true, ['timed_out'], 4],
  ['a failure before any write', samplePlan(changed), false, ['stale_plan'], 1],
  ['no connection before any write', samplePlan(changed), false, ['host_unreachable'], 5],
  ['written, with an object left out of the plan', samplePlan(changed, found('error', 'not_ours')), true, [], 4],
  ['nothing but an object left out', samplePlan(same, found('error', 'not_ours')), false, [], 1],
] as const)('exit code of apply: %s', (_, plan, written, faults, code) => {
  expect(exitOfApply(plan, { written, faults })).toBe(code);
});

test('exit code of errors: unreadable before all others', () => {
  expect(exitOfError(new DelineaError('stack_invalid', 'x'))).toBe(1);
  expect(exitOfError(new DelineaErrors([new DelineaError('rejected', 'x'), new DelineaError('timed_out', 'y')]))).toBe(
    5,
  );
  expect(exitOfError(new TypeError('x'))).toBe(1);
});

const path = { kind: 'role-binding', id: '1', label: 'x', through: [] };
test.each<[string, EndedSessions, number]>([
  ['all ended', { what: 'sessions', ended: 1, open: [] }, 0],
  ['one was refused', { what: 'log-ins', open: [], refused: 'x' }, 4],
  ['they could not be read', { what: 'sessions', open: [], unread: 'x' }, 5],
])('exit code of offboard with sessions to end: %s', (_, ended, code) => {
  const result = { done: 1, failures: [], notes: [], converged: true, written: true };
  const remaining = { disabled: true, paths: [], work: [], unread: [] };
  expect(exitOfOffboard(samplePlan(changed), result, remaining, [ended])).toBe(code);
});

test.each<[string, Partial<RemainingAccess>, { written: boolean; faults: ErrorCode[] }, number]>([
  ['no access is left', {}, { written: true, faults: [] }, 0],
  ['its sessions are unknown', { work: [{ what: 'sessions' }] }, { written: true, faults: [] }, 0],
  ['the login', { disabled: false }, { written: false, faults: [] }, 2],
  ['a role', { paths: [path] }, { written: true, faults: [] }, 2],
  ['a session', { work: [{ what: 'sessions', open: 1 }] }, { written: true, faults: [] }, 2],
  ['a role, and a part that could not be read', { paths: [path], unread: ['x'] }, { written: true, faults: [] }, 5],
  ['a step failed after a write', { unread: ['x'] }, { written: true, faults: ['rejected'] }, 4],
  ['a step failed before any write', { disabled: false }, { written: false, faults: ['rejected'] }, 1],
  ['the same, and a part was not read', { unread: ['x'] }, { written: false, faults: ['rejected'] }, 5],
])('exit code of offboard: %s', (_, left, { written, faults }, code) => {
  const failures = faults.map((fault) => ({ address: 'a', label: 'a', error: new DelineaError(fault, 'x') }));
  const result = { done: 1, failures, notes: [], converged: failures.length === 0, written };
  const remaining = { disabled: true, paths: [], work: [], unread: [], ...left };
  expect(exitOfOffboard(samplePlan(changed), result, remaining)).toBe(code);
});

test('exit codes of drift with rules: unreadable, then an error, then a violated rule, then drift', () => {
  const kept = { violations: [], policies: [], unread: [], checked: 1, assertions: [], skipped: 0 };
  const finding = { policy: 'own', message: 'x', key: 'x' };
  const warned = { ...kept, policies: [{ ...finding, level: 'warning' as const }] };
  const refused = { ...kept, policies: [{ ...finding, level: 'error' as const }] };
  const violated = { ...kept, violations: [{ assertion: 'x', message: 'x', key: 'x', isOld: true }] };
  const codes = [0, 1, 2, 5] as const;
  expect(codes.map((code) => exitOfRules(code, undefined))).toEqual([0, 1, 2, 5]);
  expect(codes.map((code) => exitOfRules(code, warned))).toEqual([0, 1, 2, 5]);
  expect(codes.map((code) => exitOfRules(code, refused))).toEqual([3, 1, 3, 5]);
  expect(codes.map((code) => exitOfRules(code, violated))).toEqual([3, 1, 3, 5]);
  expect(codes.map((code) => exitOfRules(code, { ...violated, unread: ['users'] }))).toEqual([5, 5, 5, 5]);
});

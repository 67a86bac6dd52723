import { expect, test } from '@jest/globals';
import { ERRORS_BEFORE_STOP } from '../api/breaker-limits.js';
import { DelineaError } from '../model/errors.js';
import { AbortPolicy } from './abort-policy.js';

const fault = () => new DelineaError('server_error', 'container list: HTTP 500');
const reasonAfter = (count: number, report: (abort: AbortPolicy) => void) => {
  const abort = new AbortPolicy();
  for (let time = 0; time < count; time++) report(abort);
  return abort.reason;
};

test('AbortPolicy: ends an apply when the limit of errors in a row is reached', () => {
  expect(reasonAfter(ERRORS_BEFORE_STOP - 1, (abort) => abort.failed(fault()))).toBeUndefined();
  expect(reasonAfter(ERRORS_BEFORE_STOP, (abort) => abort.failed(fault()))?.code).toBe('skipped');
});

test('AbortPolicy: counts an error once when several steps fail with the same response', () => {
  const shared = fault();
  let step = 0;
  const reports = [
    () => shared,
    () => shared.at('container'),
    () => shared.about(`View on folder ${step++}`),
    () => new DelineaError('server_error', 'two edges failed', { cause: shared.about(`set ${step++}`) }),
  ];
  for (const report of reports) {
    expect(reasonAfter(ERRORS_BEFORE_STOP * 2, (abort) => abort.failed(report()))).toBeUndefined();
  }
  expect(reasonAfter(ERRORS_BEFORE_STOP, (abort) => abort.failed(fault().about('a user')))?.code).toBe('skipped');
});

test('AbortPolicy: check throws when the run was stopped or a reason is set', () => {
  const abort = new AbortPolicy();
  expect(() => abort.check(undefined)).not.toThrow();
  expect(() => abort.check(AbortSignal.abort())).toThrow('the run was stopped');
  abort.failed(new DelineaError('budget_spent', 'max_requests were sent'));
  expect(() => abort.check(undefined)).toThrow('not attempted: max_requests were sent');
});

import { expect, test } from '@jest/globals';
import { ERRORS_BEFORE_STOP } from '../api/breaker-limits.js';
import { DelineaError } from '../model/errors.js';
import { AbortPolicy } from './abort-policy.js';

const fault = () => new DelineaError('server_error', 'container list: HTTP 500');
const times = (count: number, tell: (end: AbortPolicy) => void) => {
  const end = new AbortPolicy();
  for (let time = 0; time < count; time++) tell(end);
  return end.reason;
};

test('so many faults in a row end an apply', () => {
  expect(times(ERRORS_BEFORE_STOP - 1, (end) => end.failed(fault()))).toBeUndefined();
  expect(times(ERRORS_BEFORE_STOP, (end) => end.failed(fault()))?.code).toBe('skipped');
});

test('one answer that many steps waited for is one fault, whatever each says it of', () => {
  const shared = fault();
  let step = 0;
  const told = [
    () => shared,
    () => shared.at('container'),
    () => shared.about(`View on folder ${step++}`),
    () => new DelineaError('server_error', 'two edges failed', { cause: shared.about(`set ${step++}`) }),
  ];
  for (const tell of told) expect(times(ERRORS_BEFORE_STOP * 2, (end) => end.failed(tell()))).toBeUndefined();
  expect(times(ERRORS_BEFORE_STOP, (end) => end.failed(fault().about('a user')))?.code).toBe('skipped');
});

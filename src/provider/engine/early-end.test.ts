import { expect, test } from '@jest/globals';
import { STOPS_AT } from '../early-stop.js';
import { DelineaError } from '../errors.js';
import { EarlyEnd } from './early-end.js';

const fault = () => new DelineaError('server_error', 'container list: HTTP 500');
const times = (count: number, tell: (end: EarlyEnd) => void) => {
  const end = new EarlyEnd();
  for (let time = 0; time < count; time++) tell(end);
  return end.reason;
};

test('so many faults in a row end an apply', () => {
  expect(times(STOPS_AT - 1, (end) => end.failed(fault()))).toBeUndefined();
  expect(times(STOPS_AT, (end) => end.failed(fault()))?.code).toBe('skipped');
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
  for (const tell of told) expect(times(STOPS_AT * 2, (end) => end.failed(tell()))).toBeUndefined();
  expect(times(STOPS_AT, (end) => end.failed(fault().about('a user')))?.code).toBe('skipped');
});

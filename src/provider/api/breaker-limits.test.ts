import { expect, test } from '@jest/globals';
import { belowConnectorThreshold, CONNECTOR_THRESHOLD, ERRORS_BEFORE_STOP } from './breaker-limits.js';

test('belowConnectorThreshold: states the distance to the threshold', () => {
  expect(ERRORS_BEFORE_STOP).toBeLessThan(CONNECTOR_THRESHOLD);
  expect(belowConnectorThreshold(ERRORS_BEFORE_STOP)).toMatch(/^15 fewer than the 20 /);
});

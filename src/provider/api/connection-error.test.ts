import { describe, expect, test } from '@jest/globals';
import { ConnectionFailure, connectionError, isTransientFailure } from './connection-error.js';

const URL = 'https://acme.delinea.app/api/v1/users';

describe('connectionError', () => {
  test('returns other errors unchanged', () => {
    const error = new Error('bug');
    expect(connectionError(error, 'user list', URL, true)).toBe(error);
  });

  test.each([
    ['certain', 'ECONNREFUSED', false],
    ['certain', 'CERT_HAS_EXPIRED', false],
    ['uncertain', 'ECONNRESET', true],
    ['uncertain', 'EPIPE', true],
  ])('write: is %s when the connection fails with %s', (_, code, uncertain) => {
    expect(connectionError(new ConnectionFailure(code, false), 'create user', URL, true)).toMatchObject({
      code: 'host_unreachable',
      message: `create user: connection to acme.delinea.app failed (${code})`,
      uncertain,
    });
  });

  test('read: is never uncertain, and a time-out has a limit to raise', () => {
    expect(connectionError(new ConnectionFailure('ETIMEDOUT', true), 'user list', URL, false)).toMatchObject({
      code: 'timed_out',
      message: 'user list: no response from acme.delinea.app in time',
      remedy: [{ kind: 'raise', setting: 'timeoutSeconds' }],
      uncertain: false,
    });
  });

  test('write: is uncertain after a time-out, and the hint is to plan again', () => {
    expect(connectionError(new ConnectionFailure('ETIMEDOUT', true), 'create user', URL, true)).toMatchObject({
      code: 'timed_out',
      hint: 'The write may have been executed. Plan again to check.',
      remedy: [],
      uncertain: true,
    });
  });
});

describe('isTransient', () => {
  test.each([
    ['a reset', new ConnectionFailure('ECONNRESET', false), true],
    ['a time-out', new ConnectionFailure('OTHER', true), true],
    ['an invalid certificate', new ConnectionFailure('CERT_HAS_EXPIRED', false), false],
    ['an unknown host', new ConnectionFailure('ENOTFOUND', false), false],
    ['another error', new Error('ECONNRESET'), false],
  ])('%s', (_, error, transient) => {
    expect(isTransientFailure(error)).toBe(transient);
  });
});

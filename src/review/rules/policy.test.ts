import { describe, expect, test } from '@jest/globals';
import { accessOf, grantOf, groupOf, scopeOf, userOf } from '../../provider/access/access.fixture.js';
import { DelineaError, EffectiveAccess } from '../../provider/index.js';
import { type Policy, type PolicyInput, runPolicies } from './policy.js';

const jane = userOf('jane');
const prod = scopeOf('prod');
const input = (): PolicyInput => ({
  after: new EffectiveAccess(
    accessOf({ principals: [jane, groupOf('dba', [jane])], scopes: [prod], grants: [grantOf(jane, prod, 'View')] }),
  ),
  changes: [],
  steps: [],
  labels: [],
  adminRoles: [],
});
const run = (policy: unknown) => runPolicies([{ id: 'own', file: 'own.ts', policy: policy as Policy }], input());
const warning = { level: 'warning', message: 'look' } as const;

describe('runPolicies', () => {
  test('findings have the name of their policy and a key, errors first', () => {
    const error = { level: 'error', message: 'no', key: 'k', address: 'delinea_group.a' } as const;
    expect(run(() => [warning, error])).toEqual([
      { policy: 'own', ...error },
      { policy: 'own', ...warning, key: 'look' },
    ]);
  });

  test('a policy asks for effective access', () => {
    const policy: Policy = ({ after }) =>
      after.who(prod).map(({ principal, right }) => ({ level: 'warning', message: `${principal.name} ${right}` }));
    expect(run(policy)).toMatchObject([{ message: 'jane View' }]);
  });

  const hostile: readonly (readonly [string, unknown, string])[] = [
    [
      'throws',
      () => {
        throw new Error('boom');
      },
      'boom',
    ],
    [
      'throws nothing',
      () => {
        throw undefined;
      },
      'it threw undefined',
    ],
    [
      'throws an object without a text',
      () => {
        throw Object.create(null);
      },
      'an object without a text',
    ],
    ['returns nothing', () => undefined, 'something else than findings'],
    ['returns a text', () => 'ok', 'something else than findings'],
    ['returns an object', () => ({ length: 0 }), 'something else than findings'],
    ['returns another level', () => [{ ...warning, level: 'note' }], '0: level'],
    ['returns no message', () => [{ level: 'error' }], '0: message'],
    ['returns an unknown property', () => [{ ...warning, hint: 'x' }], 'something else than findings'],
    ['returns a promise', async () => [], 'it returned a promise'],
    ['returns a promise that never ends', () => new Promise(() => undefined), 'it returned a promise'],
    [
      'returns a promise that fails',
      async () => {
        throw new Error('late');
      },
      'it returned a promise',
    ],
    [
      'returns an array that throws',
      () =>
        new Proxy([], {
          get: () => {
            throw new Error('trap');
          },
        }),
      'trap',
    ],
    ['changes its data', ({ after }: PolicyInput) => [after.state.grants.pop()], 'not extensible|read only|delete'],
    [
      'changes a person',
      ({ after }: PolicyInput) => [Object.assign(after.principals[0]!, { active: false })],
      'read only',
    ],
  ];

  test.each(hostile)('a policy that %s is an error with its name and file', (_, policy, expected) => {
    const failed = (() => {
      try {
        return run(policy);
      } catch (error) {
        return error;
      }
    })();
    expect(failed).toBeInstanceOf(DelineaError);
    const { message, path } = failed as DelineaError;
    expect([message, path]).toEqual([expect.stringMatching(/^the policy own failed: /), 'own.ts']);
    expect(message).toMatch(new RegExp(expected));
  });
});

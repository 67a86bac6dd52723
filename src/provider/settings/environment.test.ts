import { describe, expect, test } from '@jest/globals';
import { environmentName, isLocked, readEnvironment, readEnvironmentList } from './environment.js';
import { settingAttributes } from './settings-schema.js';

test('environmentName: converts camelCase to DELINEA_UPPER_CASE', () => {
  expect(environmentName('scimClientSecret')).toBe('DELINEA_SCIM_CLIENT_SECRET');
});

describe('readEnvironment', () => {
  const read = (env: Record<string, string>) => readEnvironment(settingAttributes, env);

  test('a list of names is separated by commas, or is JSON when a name contains one', () => {
    expect(read({ DELINEA_PROTECTED_PRINCIPALS: 'a@x, SRE' })).toEqual({ protectedPrincipals: ['a@x', 'SRE'] });
    expect(read({ DELINEA_PROTECTED_PRINCIPALS: ' ["Ops, EU"]' })).toEqual({ protectedPrincipals: ['Ops, EU'] });
  });

  test('a list of objects is JSON', () => {
    const routing = [{ kind: 'user', surface: 'platform-scim' }];
    expect(read({ DELINEA_ROUTING: JSON.stringify(routing) })).toEqual({ routing });
    expect(read({ DELINEA_SURFACES: '[{"name":"s","base_url":"u","readScope":"r"}]' })).toEqual({
      surfaces: [{ name: 's', baseUrl: 'u', readScope: 'r' }],
    });
  });

  test('invalid JSON is an error that does not repeat the text', () => {
    expect(() => read({ DELINEA_SURFACES: '[{"name": hunter2' })).toThrow('DELINEA_SURFACES is not valid JSON');
    expect(() => read({ DELINEA_ADMIN_ROLES: '["hunter2", ' })).toThrow('DELINEA_ADMIN_ROLES is not valid JSON');
  });

  test('an empty variable is unset', () => {
    expect(read({ DELINEA_TENANT: '', DELINEA_ADMIN_ROLES: '' })).toEqual({});
  });
});

test('readEnvironmentList: empty entries do not count', () => {
  expect(readEnvironmentList('DELINEA_ALLOWED_HOSTS', { DELINEA_ALLOWED_HOSTS: ' a.example,, b.example ' })).toEqual([
    'a.example',
    'b.example',
  ]);
  expect(readEnvironmentList('DELINEA_ALLOWED_HOSTS', {})).toEqual([]);
  expect(readEnvironmentList('DELINEA_ALLOWED_HOSTS', { DELINEA_ALLOWED_HOSTS: '["a.example"]' })).toEqual([
    'a.example',
  ]);
  for (const text of ['[1]', '["a.example"'])
    expect(() => readEnvironmentList('DELINEA_ALLOWED_HOSTS', { DELINEA_ALLOWED_HOSTS: text })).toThrow(
      'DELINEA_ALLOWED_HOSTS',
    );
});

test.each([
  ['1', true],
  ['true', true],
  ['0', false],
  ['false', false],
  ['', false],
  [undefined, false],
])('isLocked: DELINEA_LOCKED=%s means %s', (value, locked) => {
  expect(isLocked({ DELINEA_LOCKED: value })).toBe(locked);
});

test('isLocked: another value is an error, since a misspelt lock must not be open', () => {
  expect(() => isLocked({ DELINEA_LOCKED: 'yes' })).toThrow('DELINEA_LOCKED must be 1 or 0');
});

import { describe, expect, test } from '@jest/globals';
import { DelineaError } from '../model/errors.js';
import { allowancesInCode, checkLock, mergeSettings } from './merge-settings.js';
import { settingAttributes } from './settings-schema.js';

const merge = (block: object, environment: object) =>
  mergeSettings(settingAttributes, { ...block }, { ...environment });

describe('mergeSettings', () => {
  test.each<[string, object, object, object]>([
    [
      'a list of code is added to that of the environment',
      { adminRoles: ['a'] },
      { adminRoles: ['b', 'a'] },
      { adminRoles: ['b', 'a'] },
    ],
    ['the smaller number counts when code is larger', { concurrency: 9 }, { concurrency: 2 }, { concurrency: 2 }],
    ['the smaller number counts when code is smaller', { maxRequests: 9 }, { maxRequests: 20 }, { maxRequests: 9 }],
    ['a number of one source counts', { retries: 3 }, {}, { retries: 3 }],
    ['deletion needs both: code only', { allowDelete: true }, {}, { allowDelete: false }],
    ['deletion needs both: environment only', {}, { allowDelete: true }, { allowDelete: false }],
    ['deletion needs both: both', { allowDelete: true }, { allowDelete: true }, { allowDelete: true }],
    ['an allowance of code does not count', { allowRemovals: 9 }, { allowRemovals: 1 }, { allowRemovals: 1 }],
    ['an address of code replaces both of the environment', { tenant: 'a' }, { url: 'https://b' }, { tenant: 'a' }],
    ['other settings of code win', { externalIdFrom: 'userName' }, {}, { externalIdFrom: 'userName' }],
    [
      'a property of the environment replaces that of code in the same surface',
      { surfaces: [{ name: 's', readScope: 'wide', baseUrl: 'https://a' }, { name: 't' }] },
      { surfaces: [{ name: 's', readScope: 'read' }, { name: 'u' }] },
      { surfaces: [{ name: 's', readScope: 'read', baseUrl: 'https://a' }, { name: 't' }, { name: 'u' }] },
    ],
  ])('%s', (_, block, environment, merged) => {
    expect(merge(block, environment)).toEqual({ allowDelete: false, ...merged });
  });
});

describe('allowancesInCode', () => {
  const read = (block: object, permitted = '') =>
    allowancesInCode(settingAttributes, { ...block }, { DELINEA_ALLOW_IN_CODE: permitted });

  test('an allowance of code is an error unless the environment permits it by name', () => {
    expect(() => read({ allowRemovals: 20 })).toThrow(
      expect.objectContaining({ path: 'allow_removals', hint: expect.stringContaining('DELINEA_ALLOW_REMOVALS') }),
    );
    expect(() => read({ allowRemovals: 20 }, 'allow_missing')).toThrow(DelineaError);
    expect(read({ allowRemovals: 20, tenant: 'acme' }, 'allow_missing,allow_removals')).toEqual({ allowRemovals: 20 });
  });

  test('a permitted name that is not an allowance is an error', () => {
    expect(() => read({}, 'allow_removal')).toThrow('there is no allowance "allow_removal"');
    expect(() => read({}, 'tenant')).toThrow('there is no allowance "tenant"');
  });
});

describe('checkLock', () => {
  const check = (block: object, locked = '1') => checkLock(settingAttributes, { ...block }, { DELINEA_LOCKED: locked });
  const settings = settingAttributes.filter(({ inCode }) => inCode !== 'free').map(({ name }) => name);

  test.each(settings)('%s in code is an error while the environment is locked', (name) => {
    expect(() => check({ [name]: 'x' })).toThrow('because DELINEA_LOCKED is set');
    expect(() => check({ [name]: 'x' }, '0')).not.toThrow();
  });

  test('settings that guard nothing stay free', () => {
    expect(() => check({ externalIdFrom: 'userName' })).not.toThrow();
  });
});

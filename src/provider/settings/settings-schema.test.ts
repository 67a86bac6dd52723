import { describe, expect, test } from '@jest/globals';
import { environmentName } from './environment.js';
import { settingAttributes } from './settings-schema.js';
import { surfaces } from './surfaces.js';

describe('settings schema', () => {
  test('environmentName: converts camelCase to DELINEA_UPPER_CASE', () => {
    expect(environmentName('clientSecret')).toBe('DELINEA_CLIENT_SECRET');
  });

  test('settings: each has a description, and secrets are sensitive', () => {
    expect(settingAttributes.filter(({ description }) => description === '')).toEqual([]);
    const sensitive = settingAttributes.filter((attribute) => attribute.sensitive).map(({ name }) => name);
    expect(sensitive).toEqual([
      'clientSecret',
      'scimToken',
      'scimClientSecret',
      'secretServerPassword',
      'secretServerClientSecret',
      'secretServerScimToken',
      'connectorToken',
    ]);
  });

  test('settings: hosts and credentials of the surfaces have the rules that protect the environment', () => {
    const ruleOf = (setting: string) => settingAttributes.find(({ name }) => name === setting)?.inCode;
    const hosts = Object.values(surfaces).flatMap(({ host }) => host ?? []);
    const credentials = Object.values(surfaces).flatMap(
      ({ auth }) => Object.values(auth.credentials).flat() as string[],
    );
    expect(hosts.filter((setting) => ruleOf(setting) !== 'address')).toEqual([]);
    expect(credentials.filter((setting) => ruleOf(setting) !== 'authority')).toEqual([]);
    const free = settingAttributes.filter(({ inCode }) => inCode === 'free').map(({ name }) => name);
    expect(free).toEqual(['externalIdFrom']);
  });
});

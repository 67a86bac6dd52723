import { describe, expect, test } from '@jest/globals';
import { environmentName } from './environment.js';
import { settingAttributes } from './settings-schema.js';

describe('settings schema', () => {
  test('environmentName: converts camelCase to DELINEA_UPPER_CASE', () => {
    expect(environmentName('clientSecret')).toBe('DELINEA_CLIENT_SECRET');
  });

  test('settings: each has a description, and secrets are sensitive', () => {
    expect(settingAttributes.filter(({ description }) => description === '')).toEqual([]);
    const sensitive = settingAttributes.filter((attribute) => attribute.sensitive).map(({ name }) => name);
    expect(sensitive).toEqual(['clientSecret', 'scimToken', 'scimClientSecret']);
  });
});

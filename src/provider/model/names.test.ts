import { expect, test } from '@jest/globals';
import { resources } from '../resources/index.js';
import { settingAttributes } from '../settings/settings.js';
import { camelCase, camelKeys, kindOf, snakeCase, snakeKeys, terraformType } from './names.js';

test('snakeCase: every attribute and setting converts to snake_case and back', () => {
  for (const { name } of [...resources.flatMap(({ attributes }) => attributes), ...settingAttributes]) {
    expect(snakeCase(name)).toMatch(/^[a-z][a-z0-9_]*$/);
    expect(camelCase(snakeCase(name))).toBe(name);
  }
});

test('camelKeys: converts attributes and those of elements back, and drops null', () => {
  const values = {
    userName: 'jane',
    emails: [{ value: 'j', isPrimary: true }],
    previousNames: ['old_name'],
    active: false,
  };
  expect(camelKeys({ ...snakeKeys(values), display_name: null })).toEqual(values);
});

test('kindOf: every kind is found from its Terraform type', () => {
  for (const { type } of resources) expect(kindOf(terraformType(type))).toBe(type);
  expect(terraformType('container-permission')).toBe('delinea_container_permission');
});

test('kindOf: undefined for types of other providers', () => {
  expect(kindOf('aws_iam_user')).toBeUndefined();
});

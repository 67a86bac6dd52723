import { expect, test } from '@jest/globals';
import { resources } from '../resources/index.js';
import { settingAttributes } from '../settings/settings.js';
import { camelCase, camelKeys, kindOf, snakeCase, snakeKeys, terraformType } from './names.js';

test('every attribute and setting has one name in either spelling', () => {
  for (const { name } of [...resources.flatMap(({ attributes }) => attributes), ...settingAttributes]) {
    expect(snakeCase(name)).toMatch(/^[a-z][a-z0-9_]*$/);
    expect(camelCase(snakeCase(name))).toBe(name);
  }
});

test('attributes of a block and of its elements have their names again; null is unset', () => {
  const values = {
    userName: 'jane',
    emails: [{ value: 'j', isPrimary: true }],
    previousNames: ['old_name'],
    active: false,
  };
  expect(camelKeys({ ...snakeKeys(values), display_name: null })).toEqual(values);
});

test('every kind is found again from its Terraform type', () => {
  for (const { type } of resources) expect(kindOf(terraformType(type))).toBe(type);
  expect(terraformType('container-permission')).toBe('delinea_container_permission');
});

test('another provider is not ours', () => {
  expect(kindOf('aws_iam_user')).toBeUndefined();
});

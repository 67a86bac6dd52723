import { describe, expect, test } from '@jest/globals';
import { resources } from '../provider/resources/index.js';
import { settingAttributes } from '../provider/settings.js';
import { camelCase, kindOf, snakeCase, terraformType } from './names.js';

describe('names', () => {
  const names = [...resources.flatMap(({ attributes }) => attributes), ...settingAttributes].map(({ name }) => name);

  test.each([...new Set(names)])('%s survives the way to Terraform and back', (name) => {
    expect(snakeCase(name)).toMatch(/^[a-z][a-z0-9_]*$/);
    expect(camelCase(snakeCase(name))).toBe(name);
  });

  test.each(resources.map(({ type }) => type))('the kind %s survives too', (kind) => {
    expect(kindOf(terraformType(kind))).toBe(kind);
  });

  test('a type of another provider is no kind', () => {
    expect(kindOf('aws_iam_user')).toBeUndefined();
  });
});

import { expect, test } from '@jest/globals';
import { resourceOf } from '../resources/index.js';
import { onRemovalOf } from './owned-object.js';

test.each([
  ['unset', {}, undefined],
  ['the default', { onRemoval: 'deactivate' }, undefined],
  ['another value', { onRemoval: 'delete' }, 'delete'],
])('onRemovalOf: %s', (_, values, expected) => {
  expect(onRemovalOf(resourceOf('user'), values)).toBe(expected);
});

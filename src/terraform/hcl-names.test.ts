import { expect, test } from '@jest/globals';
import { withHclNames } from './hcl-names.js';

test.each([
  ['Unset: `clientId`.', 'Unset: `client_id`.'],
  ['Needs `onRemoval = "delete"`.', 'Needs `on_removal = "delete"`.'],
  ['The value `whenEqual`.', 'The value `whenEqual`.'],
  ['userName in plain text', 'userName in plain text'],
  ['`/parent/userName`', '`/parent/userName`'],
  ['`jane.userName`', '`jane.userName`'],
])('%s: only names of attributes and settings in code spans change', (description, expected) => {
  expect(withHclNames(description)).toBe(expected);
});

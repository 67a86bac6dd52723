import { expect, test } from '@jest/globals';
import { isReference, referencesIn } from './declaration.js';

const jane = { ref: 'delinea_user.jane', attribute: 'id' };

test('referencesIn: finds references at any depth', () => {
  expect(referencesIn({ members: ['u1', jane], grants: [{ principalId: jane, right: 'View' }], name: 'x' })).toEqual([
    jane,
    jane,
  ]);
  expect(referencesIn(null)).toEqual([]);
});

test.each([jane, 'delinea_user.jane', null, { attribute: 'id' }])('isReference: %j', (value) => {
  expect(isReference(value)).toBe(value === jane);
});

import { describe, expect, test } from '@jest/globals';
import { resourceOf } from '../resources/index.js';
import { elementFaults, withExclusiveFlags } from './elements.js';
import { attributeOf } from './resource.js';

const user = resourceOf('user');
const emails = attributeOf(user, 'emails');
const phones = attributeOf(user, 'phoneNumbers');

describe('exclusive flags of a declared set', () => {
  test('elements without a value get false when one element has the flag', () => {
    expect(
      withExclusiveFlags(emails, [{ value: 'a' }, { value: 'b', primary: true }, { value: 'c', primary: null }]),
    ).toEqual([
      { value: 'a', primary: false },
      { value: 'b', primary: true },
      { value: 'c', primary: false },
    ]);
  });

  test.each([
    ['without a primary one', emails, [{ value: 'a' }, { value: 'b', primary: false }]],
    ['of elements that are never the only one', phones, [{ value: '1', type: 'work' }, { value: '2' }]],
  ] as const)('%s says no more than it says', (_, attribute, elements) => {
    expect(withExclusiveFlags(attribute, elements)).toEqual(elements);
  });
});

describe('a refused set', () => {
  test.each([
    [
      'an address twice',
      { emails: [{ value: 'a@e.com', primary: true }, { value: 'A@E.com' }, { value: 'a@E.com' }] },
      ['emails has "a@E.com" twice, also as "a@e.com"; keep one'],
    ],
    [
      'an address in two normal forms',
      { emails: [{ value: 'é@e.com' }, { value: 'e\u0301@e.com' }] },
      ['emails has "e\u0301@e.com" twice, also as "é@e.com"; keep one'],
    ],
    [
      'a number twice',
      { phoneNumbers: [{ value: '1' }, { value: '1', type: 'home' }] },
      ['phoneNumbers has "1" twice; keep one'],
    ],
    ['numbers in two cases, which are two', { phoneNumbers: [{ value: '1x' }, { value: '1X' }] }, []],
    [
      'two primary addresses',
      { emails: ['a', 'b'].map((value) => ({ value, primary: true })) },
      ['emails has several elements with primary = true; keep one'],
    ],
    [
      'what is not known yet, which may be anything',
      { emails: [{ value: undefined }, { value: undefined }, { value: { ref: 'x' } }, { value: { ref: 'x' } }, null] },
      [],
    ],
    ['what is no list', { emails: 'a', phoneNumbers: undefined }, []],
  ] as const)('%s', (_, values, expected) => {
    expect(elementFaults(user, values).map(({ attribute, message }) => `${attribute} ${message}`)).toEqual(expected);
  });

  test('edges of an authoritative set are not compared here: a user and a group may have the same id', () => {
    const grants = ['user', 'group'].map((principalType) => ({ principalType, principalId: '1', right: 'View' }));
    expect(elementFaults(resourceOf('container-permissions'), { container: 'prod', grants })).toEqual([]);
  });
});

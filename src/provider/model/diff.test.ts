import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { resourceOf } from '../resources/index.js';
import { diff, differingNames, isInactive } from './diff.js';
import { foldCase } from './fold-case.js';
import type { Values } from './values.js';

const [user, group, permission] = ['user', 'group', 'container-permission'].map(resourceOf) as [
  ReturnType<typeof resourceOf>,
  ReturnType<typeof resourceOf>,
  ReturnType<typeof resourceOf>,
];
const changed = (desired: Values, live: Values, of = user) => diff(of, desired, live).map(({ attribute }) => attribute);

describe('diff', () => {
  test.each([
    ['unset is not managed', {}, { title: 'a' }, []],
    ['another text', { title: 'a' }, { title: 'b' }, ['title']],
    ['a text in another case', { title: 'a' }, { title: 'A' }, ['title']],
    ['a name in another case', { userName: 'Jane@x' }, { userName: 'JANE@X' }, []],
    ['a name in another normal form', { userName: 'jürgen' }, { userName: 'ju\u0308rgen' }, []],
    ['missing where something is wanted', { title: 'a' }, {}, ['title']],
    ['nothing wanted and nothing there', { title: '' }, {}, []],
    ['nothing wanted and null there', { title: '' }, { title: null }, []],
    ['nothing wanted and something there', { title: '' }, { title: 'a' }, ['title']],
    ['no e-mails wanted, none there', { emails: [] }, {}, []],
    ['false where nothing was said', { active: false }, {}, ['active']],
    ['settings', { adopt: 'always', onRemoval: 'retain' }, {}, []],
    ['the id', { id: '1' }, { id: '2' }, []],
    [
      'e-mails in another order',
      { emails: [{ value: 'a' }, { value: 'b' }] },
      { emails: [{ value: 'B' }, { value: 'A' }] },
      [],
    ],
    [
      'a field that the service added',
      { emails: [{ value: 'a' }] },
      { emails: [{ value: 'a', type: 'work', primary: true }] },
      [],
    ],
    [
      'a field that differs',
      { emails: [{ value: 'a', primary: true }] },
      { emails: [{ value: 'a', primary: false }] },
      ['emails'],
    ],
    [
      'primary false and primary unsaid',
      { emails: [{ value: 'a', primary: false }] },
      { emails: [{ value: 'a' }] },
      [],
    ],
    [
      'two primary ones where one is said to be it',
      { emails: [{ value: 'a' }, { value: 'b', primary: true }] },
      { emails: ['a', 'b'].map((value) => ({ value, primary: true })) },
      ['emails'],
    ],
    [
      'one primary and the others unsaid on both sides',
      { emails: [{ value: 'a' }, { value: 'b', primary: true }] },
      { emails: [{ value: 'a' }, { value: 'b', primary: true }] },
      [],
    ],
    ['one e-mail more there', { emails: [{ value: 'a' }] }, { emails: [{ value: 'a' }, { value: 'b' }] }, ['emails']],
  ] as const)('%s', (_, desired, live, expected) => {
    expect(changed(desired, live)).toEqual(expected);
  });

  test('members compare as a set of exact ids', () => {
    expect(changed({ members: ['1', '2', '2'] }, { members: ['2', '1'] }, group)).toEqual([]);
    expect(changed({ members: ['a'] }, { members: ['A'] }, group)).toEqual(['members']);
    expect(changed({ members: ['1'] }, { members: ['1', '2'] }, group)).toEqual(['members']);
  });

  test('a reference to an object that does not exist yet differs from everything', () => {
    const jane = { ref: 'delinea_user.jane', attribute: 'id' };
    expect(changed({ members: ['1', jane] }, { members: ['1', 'x'] }, group)).toEqual(['members']);
    expect(changed({ principalId: jane }, { principalId: '1' }, permission)).toEqual(['principalId']);
  });
});

describe('isInactive', () => {
  test.each([
    ['a disabled account', resourceOf('user'), { active: false }, true],
    ['an active account', resourceOf('user'), { active: true }, false],
    ['an empty group', group, { members: [] }, true],
    ['a group with members', group, { members: ['1'] }, false],
    ['a kind that cannot be inactive', permission, {}, false],
  ])('%s', (_, resource, values, expected) => {
    expect(isInactive(resource, values)).toBe(expected);
  });
});

test('differingNames: names the attributes as messages spell them', () => {
  const differences = diff(resourceOf('user'), { displayName: 'a', title: 'b' }, {});
  expect(differingNames(differences)).toBe('display_name, title');
});

const text = fc.string({ unit: 'grapheme', maxLength: 8 });
/** At most one of them is primary: several are refused. */
const emails = fc
  .tuple(
    fc.uniqueArray(text.filter(Boolean), { selector: foldCase, maxLength: 6 }),
    fc.nat({ max: 6 }),
    fc.constantFrom(false, undefined),
  )
  .map(([all, first, others]) => all.map((value, index) => ({ value, primary: index === first ? true : others })));
const values = fc.record({ userName: text, title: text, active: fc.boolean(), emails }, { requiredKeys: [] });

describe('diff, for any values', () => {
  test('an object does not differ from itself, nor from one with more attributes', () => {
    fc.assert(
      fc.property(values, values, (some, other) => {
        expect(diff(user, some, some)).toEqual([]);
        expect(diff(user, some, { ...other, ...some })).toEqual([]);
      }),
    );
  });

  test('the order of a set and the case of a name make no difference', () => {
    fc.assert(
      fc.property(values, fc.integer(), (some, turn) => {
        const turned = [...(some.emails ?? [])]
          .sort((left, right) => ((left.value.length * turn) % 7) - ((right.value.length * turn) % 7))
          .reverse();
        const live = {
          ...some,
          ...(some.emails ? { emails: turned } : {}),
          ...(some.userName === undefined ? {} : { userName: foldCase(some.userName) }),
        };
        expect(diff(user, some, live)).toEqual([]);
      }),
    );
  });

  test('the differences are exactly the changed declared attributes', () => {
    fc.assert(
      fc.property(
        fc.record({ title: text, displayName: text, department: text }),
        fc.subarray(['title', 'displayName', 'department']),
        (some, touched) => {
          const live = Object.fromEntries(
            Object.entries(some).map(([name, value]) => [name, touched.includes(name) ? `${value}!` : value]),
          );
          expect(changed(some, live).sort()).toEqual([...touched].sort());
        },
      ),
    );
  });
});

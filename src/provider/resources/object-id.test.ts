import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { needsKind, ownId, sentId } from './object-id.js';

const MEMBERS = ['user', 'group'];

test.each([
  ['user', '1', '1'],
  ['container', '1', '1'],
  ['group', '1', 'group:1'],
  ['group', 'group:1', 'group:group:1'],
  ['group', 'c2c7bcc6', 'c2c7bcc6'],
])('own id: the %s with the id %j is known as %j', (kind, id, own) => {
  expect(ownId(kind, id)).toBe(own);
  expect(sentId([kind], own).id).toBe(id);
});

test('sent id: only a number has its kind, which a list of members needs', () => {
  expect(sentId(MEMBERS, '1')).toEqual({ id: '1', kind: 'user' });
  expect(sentId(MEMBERS, 'group:1')).toEqual({ id: '1', kind: 'group' });
  expect(sentId(MEMBERS, 'c2c7bcc6')).toEqual({ id: 'c2c7bcc6' });
  expect([needsKind(MEMBERS, '1'), needsKind(MEMBERS, 'c2c7bcc6'), needsKind(['user'], '1')]).toEqual([
    true,
    false,
    false,
  ]);
});

describe('ids of any text', () => {
  const id = fc.oneof(
    fc.nat().map(String),
    fc.nat().map((number) => `group:${number}`),
    fc.string(),
  );
  const kind = fc.constantFrom('user', 'group', 'container');

  test('own id: is sent as the service has it', () => {
    fc.assert(fc.property(kind, id, (of, text) => expect(sentId([of], ownId(of, text)).id).toBe(text)));
  });

  test('own id: two ids of a kind never become one, nor the numbers of a user and of a group', () => {
    fc.assert(fc.property(kind, id, id, (of, one, other) => (ownId(of, one) === ownId(of, other)) === (one === other)));
    fc.assert(fc.property(fc.nat(), fc.nat(), (one, other) => ownId('user', `${one}`) !== ownId('group', `${other}`)));
  });
});

import { describe, expect, test } from '@jest/globals';
import {
  fieldOf,
  fieldsOf,
  requireChangeable,
  requireCreatable,
  requireParts,
  type Wire,
  withoutCreateOnly,
  withoutParts,
} from './wire.js';

const wire: Wire = {
  path: '/things',
  fields: {
    name: { at: ['name'], immutable: true },
    place: { at: ['place'], immutable: 'Move it by hand.' },
    shared: { at: ['shared'], trueNeeds: 'place' },
    secret: { at: ['secret'], createOnly: true },
    memberIds: { at: ['id'], from: { path: '/members' } },
    owner: [
      { at: ['userId'], when: { attribute: 'ownerType', is: 'user' } },
      { at: ['groupId'], when: { attribute: 'ownerType', is: 'group' } },
    ],
  },
};
const values = { name: 'n', secret: 's', memberIds: ['1'] };
const live = { id: '7', values: { name: 'n' }, raw: {} };

describe('fieldOf and fieldsOf', () => {
  test('fieldOf: picks the place that another attribute decides', () => {
    expect(fieldOf(wire, 'owner', { ownerType: 'group' })?.at).toEqual(['groupId']);
    expect(fieldOf(wire, 'owner', {})).toBeUndefined();
    expect(fieldOf(wire, 'absent', {})).toBeUndefined();
  });

  test('fieldsOf: returns every place', () => {
    expect(fieldsOf(wire, 'owner')).toHaveLength(2);
    expect(fieldsOf(wire, 'absent')).toEqual([]);
  });
});

describe('parts and creation-only attributes', () => {
  test('withoutCreateOnly: drops attributes that are never read back', () => {
    expect(withoutCreateOnly(wire, values)).toEqual({ name: 'n', memberIds: ['1'] });
  });

  test('withoutParts: drops lists in collections of their own', () => {
    expect(withoutParts(wire, values)).toEqual({ name: 'n', secret: 's' });
  });

  test('requireParts: throws when such a list was not read', () => {
    expect(() => requireParts(wire, live, ['name', 'memberIds'], 'thing n')).toThrow(
      expect.objectContaining({
        code: 'incomplete_response',
        message: 'the response for thing n has no member_ids',
      }),
    );
    expect(() => requireParts(wire, { ...live, values: { memberIds: [] } }, ['memberIds'], 'thing n')).not.toThrow();
  });

  test.each([['name'], ['secret']])('requireChangeable: throws when %s changes', (name) => {
    expect(() => requireChangeable(wire, live, [name], 'thing n')).toThrow(
      expect.objectContaining({ code: 'immutable', message: `thing n: ${name} cannot be changed after creation` }),
    );
  });

  test('requireChangeable: the hint is that of the field', () => {
    expect(() => requireChangeable(wire, live, ['place'], 'thing n')).toThrow(
      expect.objectContaining({ code: 'immutable', hint: 'Move it by hand.' }),
    );
  });

  test.each([
    [{ shared: true }, true],
    [{ shared: true, place: '' }, true],
    [{ shared: true, place: 'p' }, false],
    [{ shared: false }, false],
  ])('requireCreatable: %j is refused: %p', (created, refused) => {
    const check = () => requireCreatable(wire, created, 'thing n');
    if (refused)
      expect(check).toThrow(expect.objectContaining({ code: 'guarded', message: 'thing n: shared needs a place' }));
    else expect(check).not.toThrow();
  });
});

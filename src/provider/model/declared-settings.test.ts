import { describe, expect, test } from '@jest/globals';
import { user } from '../../../test/support/tenant/declare.js';
import { resourceOf, resources } from '../resources/index.js';
import { compareSettings, settingsOf, withDefaults } from './declared-settings.js';

const kind = resourceOf('user');

describe('settingsOf', () => {
  test.each([
    ['nothing for the defaults', user('jane', { adopt: 'whenEqual', onRemoval: 'deactivate' }), {}],
    ['no attributes that are written', user('jane', { title: 'Chief', active: false }), {}],
    [
      'attributes and lifecycle',
      user('jane', { onRemoval: 'delete' }, { preventDestroy: true, ignoreChanges: ['title'] }),
      { onRemoval: 'delete', preventDestroy: true, ignoreChanges: ['title'] },
    ],
  ])('returns %s', (_, declaration, expected) => {
    expect(settingsOf(kind, declaration)).toEqual(expected);
  });

  test('knows every setting of every kind', () => {
    const names = (type: string) => Object.keys(withDefaults(resourceOf(type), {}));
    const declared = resources.filter(({ removal }) => removal);
    expect(Object.fromEntries(declared.map(({ type }) => [type, names(type)]))).toEqual({
      user: ['adopt', 'onRemoval'],
      group: ['allowEmpty', 'adopt', 'onRemoval'],
      container: [],
      'group-membership': ['onRemoval'],
      'container-permission': ['adopt', 'onRemoval'],
      'container-permissions': ['adopt', 'allowEmpty', 'retired', 'onRemoval'],
      'role-binding': ['onRemoval'],
      'role-bindings': ['adopt', 'allowEmpty', 'onRemoval'],
    });
  });
});

describe('compareSettings', () => {
  test('returns nothing for equal settings, whatever the order of a list', () => {
    expect(compareSettings(kind, { previousNames: ['a', 'b'] }, { previousNames: ['b', 'a'] })).toEqual([]);
    expect(compareSettings(kind, {}, { adopt: 'whenEqual' })).toEqual([]);
  });

  test('names the settings as code spells them, with defaults', () => {
    expect(compareSettings(kind, { preventDestroy: true }, { onRemoval: 'delete', reactivate: 'T-1' })).toEqual([
      { name: 'on_removal', before: 'deactivate', after: 'delete' },
      { name: 'reactivate', before: null, after: 'T-1' },
      { name: 'prevent_destroy', before: true, after: false },
    ]);
  });

  test('has no old value for an object that was not managed', () => {
    expect(compareSettings(kind, undefined, { onRemoval: 'retain' })).toEqual([
      { name: 'on_removal', after: 'retain' },
    ]);
  });
});

import { describe, expect, test } from '@jest/globals';
import { accessOf, groupOf, scopeOf, userOf } from './access.fixture.js';
import { findPrincipal, findScope, findScopes } from './find-object.js';

const state = accessOf({
  principals: [userOf('7', { name: 'Jane@example.com' }), userOf('8', { name: 'sre' }), groupOf('sre'), groupOf('dba')],
  scopes: [
    scopeOf('1', { name: 'prod' }),
    scopeOf('2', { name: 'db', parent: '1' }),
    scopeOf('3', { name: 'db' }),
    { kind: 'role', id: 'auditor', name: 'Auditor' },
  ],
});

describe('findPrincipal, findScope', () => {
  test.each([
    ['jane@EXAMPLE.com', 'user 7'],
    ['7', 'user 7'],
    ['user:sre', 'user 8'],
    ['group:sre', 'group sre'],
    ['dba', 'group dba'],
  ])('the principal %s', (text, expected) => {
    const { kind, id } = findPrincipal(state, text);
    expect(`${kind} ${id}`).toBe(expected);
  });

  test.each([
    ['/prod/db', 'container 2'],
    ['/db', 'container 3'],
    ['container:2', 'container 2'],
    ['AUDITOR', 'role auditor'],
    ['role:Auditor', 'role auditor'],
  ])('the scope %s', (text, expected) => {
    const { kind, id } = findScope(state, text);
    expect(`${kind} ${id}`).toBe(expected);
  });

  test('several: lists each with its id, and how to name one', () => {
    expect(() => findPrincipal(state, 'sre')).toThrow('"sre" names 2 objects: user sre (id 8), group sre (id sre)');
    expect(() => findScope(state, 'db')).toThrow('"db" names 2 objects');
  });

  test('none: proposes similar names', () => {
    expect(thrownBy(() => findPrincipal(state, 'dbaa'))).toMatchObject({ hint: 'Did you mean "dba"?' });
    expect(() => findScope(state, 'prod/')).toThrow('there is no container or role "prod/"');
  });

  test('none in a state of which parts are unread: lists them, as the object may be there', () => {
    const unread = ['containers: 403', 'roles: 403'];
    const error = {
      code: 'list_incomplete',
      message: expect.stringMatching(/ could not be read: containers: 403; roles: 403$/),
    };
    expect(thrownBy(() => findScope({ ...state, unread }, 'prod/'))).toMatchObject(error);
    expect(thrownBy(() => findScopes({ ...state, unread }, 'x*'))).toMatchObject(error);
    expect(thrownBy(() => findPrincipal({ ...state, unread }, 'x'))).toMatchObject(error);
    expect(thrownBy(() => findScopes({ ...state, unread: [] }, 'x*'))).toMatchObject({ code: 'unknown_name' });
  });

  test('containers in each other have a path all the same', () => {
    const scopes = [scopeOf('1', { name: 'a', parent: '2' }), scopeOf('2', { name: 'b', parent: '1' })];
    expect(findScope({ scopes }, '/b/a').id).toBe('1');
  });
});

function thrownBy(run: () => unknown): unknown {
  try {
    return run();
  } catch (error) {
    return error;
  }
}

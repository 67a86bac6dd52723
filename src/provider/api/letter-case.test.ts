import { expect, test } from '@jest/globals';
import { resourceOf } from '../resources/index.js';
import { decode } from './codec.js';
import { inKnownCase } from './letter-case.js';

const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const user = resourceOf('user');
const group = resourceOf('group');

test('names in another case are read: of attributes, of an extension, inside of both and of elements', () => {
  const sent = {
    ID: '7',
    USERNAME: 'ann',
    Name: { GivenName: 'Ann' },
    Emails: [{ Value: 'a@x', Primary: true }],
    [ENTERPRISE.toLowerCase()]: { Department: 'IT', Manager: { Value: '5' } },
  };
  const { id, values, raw } = decode(user, user.wire.scim!, sent, 'test');
  expect([id, values]).toEqual([
    '7',
    {
      userName: 'ann',
      givenName: 'Ann',
      emails: [{ value: 'a@x', primary: true }],
      department: 'IT',
      manager: '5',
    },
  ]);
  expect(raw).toMatchObject({ userName: 'ann', [ENTERPRISE]: { department: 'IT' } });
});

test('members in another case are members, not an omitted list', () => {
  const sent = { id: '7', displayName: 'sre', Members: [{ Value: '1', Type: 'User' }] };
  expect(decode(group, group.wire.scim!, sent, 'test').values.members).toEqual(['1']);
});

test('an object with the known names is returned itself', () => {
  const sent = { id: '7', userName: 'ann', meta: { Version: 1 }, emails: [{ value: 'a@x' }] };
  expect(inKnownCase(user.wire.scim!, sent)).toBe(sent);
});

test('of two spellings in one object, the known one counts', () => {
  const sent = { id: '7', UserName: 'eve', userName: 'ann' };
  expect(inKnownCase(user.wire.scim!, sent)).toBe(sent);
  expect(decode(user, user.wire.scim!, sent, 'test').values.userName).toBe('ann');
});

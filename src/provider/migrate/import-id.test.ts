import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isEdge } from '../model/keys.js';
import { resourceOf, resources } from '../resources/index.js';
import { importForm, importIdOf, readImportId } from './import-id.js';

const edges = resources.filter(isEdge);
const sets = resources.filter(({ authoritativeFor }) => authoritativeFor);
const objects = resources.filter((resource) => resource.removal && !isEdge(resource) && !resource.authoritativeFor);

const text = fc.oneof(
  fc.string({ minLength: 1 }),
  fc
    .array(fc.constantFrom(',', '/', 'user', 'group', ',user,', ',group,', ' ', 'ü', '"', '${'), { minLength: 1 })
    .map((parts) => parts.join('')),
);
const id = fc.oneof(fc.uuid(), fc.nat().map(String), fc.constantFrom('user', 'group', 'scim-cloud:7'));
const principalType = fc.constantFrom('user', 'group');

describe('the text of an import', () => {
  test.each(edges)('of an edge is read as the ends that it was made of: $type', (resource) => {
    const [scope = ''] = resource.key;
    fc.assert(
      fc.property(text, principalType, id, (place, type, principalId) => {
        const key = { [scope]: place, principalType: type, principalId };
        expect(readImportId(resource, importIdOf(resource, { id: 'live', key })).key).toEqual(key);
      }),
    );
  });

  test.each(edges)('of an edge may be its live id as well: $type', (resource) => {
    fc.assert(
      fc.property(text, (live) => {
        expect(readImportId(resource, live).id).toBe(live);
      }),
    );
    for (const live of ['4711', 'user/12/Ops, EU', 'a,user,', ',user,b', ',group,', '']) {
      expect(readImportId(resource, live)).toEqual({ id: live });
    }
  });

  test.each(sets)('of a set is its place, which every edge of it names: $type', (resource) => {
    const { scope } = resource.authoritativeFor!;
    fc.assert(
      fc.property(text, (place) => {
        const edge = { id: '1', key: { [scope]: place, principalType: 'user', principalId: '2' } };
        expect(importIdOf(resource, edge)).toBe(place);
        expect(readImportId(resource, place).key).toEqual({ [scope]: place });
      }),
    );
  });

  test.each(objects)('of an object is its id, and its name from a person: $type', (resource) => {
    const [name = ''] = resource.key;
    expect(importIdOf(resource, { id: '7', key: { [name]: 'jane, x' } })).toBe('7');
    expect(readImportId(resource, 'jane, x')).toEqual({ id: 'jane, x', key: { [name]: 'jane, x' } });
  });

  test('has names when a person wrote it', () => {
    expect(readImportId(resourceOf('container-permission'), 'Production,group,Auditors').key).toEqual({
      container: 'Production',
      principalType: 'group',
      principalId: 'Auditors',
    });
    expect(readImportId(resourceOf('role-binding'), 'Ops, user,EU,user,Doe, Jane').key).toEqual({
      role: 'Ops, user,EU',
      principalType: 'user',
      principalId: 'Doe, Jane',
    });
  });

  test.each([
    ['user', 'its user_name, or its id'],
    ['container-permission', '<container>,user|group,<user_name, display_name or id>, or its id'],
    ['role-binding', '<role>,user|group,<user_name, display_name or id>, or its id'],
    ['role-bindings', 'the role, as in a declaration'],
  ])('is told to those who write another: %s', (kind, form) => {
    expect(importForm(resourceOf(kind))).toBe(form);
  });
});

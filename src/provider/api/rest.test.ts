import { describe, expect, test } from '@jest/globals';
import type { JsonObject } from '../model/values.js';
import { resourceOf } from '../resources/index.js';
import { rest } from './rest.js';

const user = resourceOf('user');
const target = { resource: user, wire: user.wire.rest!, path: '/users/7' };

describe('rest', () => {
  test('pageQuery: has skip and take', () => {
    expect(rest.pageQuery(200, 100)).toEqual({ skip: 200, take: 100 });
  });

  test('readPage: returns data and total', () => {
    const page = { data: [{ id: 1 }], total: 3, skip: 0, take: 1 };
    expect(rest.readPage(page, 'user list')).toEqual({ items: [{ id: 1 }], total: 3 });
  });

  test.each<[string, JsonObject | undefined]>([
    ['there is no body', undefined],
    ['it is a SCIM list', { Resources: [], totalResults: 0 }],
    ['it is a Secret Server list', { records: [], total: 0 }],
    ['an item is not an object', { data: [5], total: 1 }],
  ])('readPage: throws when %s', (_, body) => {
    expect(() => rest.readPage(body, 'user list')).toThrow(
      expect.objectContaining({
        code: 'malformed_response',
        message: 'user list: not a list with "data" and "total"',
      }),
    );
  });

  test('filterQuery: joins the terms with and, in single quotes', () => {
    const terms = [
      { at: ['userName'], value: "o'hara" },
      { at: ['manager', 'value'], value: '7' },
    ];
    expect(rest.filterQuery(terms)).toEqual({ filter: "userName eq 'o''hara' and manager.value eq '7'" });
  });

  test('create: posts the declared attributes to the collection', () => {
    const values = { userName: 'ada', givenName: 'Ada', manager: '5', title: '', onRemoval: 'retain' };
    expect(rest.create({ ...target, path: '/users' }, values)).toEqual([
      {
        method: 'POST',
        path: '/users',
        body: { userName: 'ada', name: { givenName: 'Ada' }, manager: { value: '5' } },
      },
    ]);
  });

  const raw = { name: { givenName: 'A', familyName: 'B' }, manager: { value: '1', display: 'Old' }, title: 'T' };
  const live = { id: '7', values: {}, raw };

  test('update: sends what changes, a nested object whole and a reference as its id', () => {
    expect(rest.update(target, live, { givenName: 'C', manager: '2', title: '' })).toEqual([
      {
        method: 'PATCH',
        path: '/users/7',
        body: { name: { givenName: 'C', familyName: 'B' }, manager: { value: '2' }, title: null },
      },
    ]);
  });

  test('update: clears an object and a reference when all their parts are cleared', () => {
    const [request] = rest.update(target, live, { givenName: '', familyName: '', manager: '' });
    expect(request?.body).toEqual({ name: null, manager: null });
  });

  test('update: is empty when no attribute is on the wire', () => {
    expect(rest.update(target, live, { onRemoval: 'retain' })).toEqual([]);
  });

  test('remove: deletes the object', () => {
    expect(rest.remove(target, {})).toEqual([{ method: 'DELETE', path: '/users/7' }]);
  });
});

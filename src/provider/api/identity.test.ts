import { describe, expect, test } from '@jest/globals';
import type { JsonObject } from '../model/values.js';
import { resourceOf } from '../resources/index.js';
import { identity } from './identity.js';

const ANN = '11111111-1111-4111-8111-111111111111';
const BEN = '22222222-2222-4222-8222-222222222222';
const OPS = '33333333_3333_4333_8333_333333333333';
const targetOf = (kind: string) => {
  const resource = resourceOf(kind);
  return { resource, wire: resource.wire.identity!, path: '/Report/RunReport' };
};
const [user, group] = [targetOf('user'), targetOf('group')];
const reads = identity.reads!;
const rows = (...found: JsonObject[]) => ({ success: true, Result: { Results: found.map((Row) => ({ Row })) } });

describe('identity: lists', () => {
  test('list: is the report of all objects, with pages from 1', () => {
    expect(reads.list(group.wire, identity.pageQuery(200, 100))).toEqual({
      method: 'POST',
      path: '/Report/RunReport',
      body: {
        ID: 'all_role',
        Args: {
          PageNumber: 3,
          PageSize: 100,
          Limit: 1_000_000,
          FilterQuery: null,
          Caching: 0,
          Ascending: true,
          SortBy: 'Name',
          Parameters: [],
        },
      },
    });
  });

  test('list: a search is a report with the name between wildcards', () => {
    const filter = identity.filterQuery([{ at: ['username'], filter: 'user_searchbyname', value: 'ann@x' }]);
    expect(reads.list(user.wire, { ...identity.pageQuery(0, 10), ...filter }).body).toMatchObject({
      ID: 'user_searchbyname',
      Args: {
        PageNumber: 1,
        SortBy: 'Username',
        Parameters: [{ Name: 'searchString', Value: '%ann@x%', Label: 'searchString', Type: 'string', ColumnType: 12 }],
      },
    });
  });

  test('readPage: returns rows with keys in lower case, and no total', () => {
    expect(identity.readPage(rows({ ID: ANN, USERNAME: 'ann' }, { Id: BEN }), 'user list')).toEqual({
      items: [{ id: ANN, username: 'ann' }, { id: BEN }],
    });
  });

  test.each<[string, JsonObject | undefined]>([
    ['there is no body', undefined],
    ['it is a REST list', { data: [], total: 0 }],
    ['the result has no rows', { success: true, Result: { Rows: [] } }],
    ['an entry has no row', { success: true, Result: { Results: [{ ID: ANN }] } }],
    ['an entry is not an object', { success: true, Result: { Results: [5] } }],
  ])('readPage: throws when %s', (_, body) => {
    expect(() => identity.readPage(body, 'user list')).toThrow(
      expect.objectContaining({ code: 'malformed_response', message: 'user list: not a "Result" of the identity API' }),
    );
  });
});

describe('identity: one object', () => {
  const place = { wire: user.wire, id: ANN, path: `/Report/RunReport/${ANN}` };

  test('object: joins the row of the report with the attributes, which count', async () => {
    const replies = [
      rows({ ID: ANN, Username: 'ann', Status: 'Active', DisplayName: 'old' }),
      { success: true, Result: { Name: 'ann', DisplayName: 'Ann', Mail: 'a@x' } },
    ];
    const sent: unknown[] = [];
    const object = await reads.object(place, async (read) => {
      sent.push([read.path, read.body?.ID]);
      return replies.shift();
    });
    expect(sent).toEqual([
      ['/Report/RunReport', 'user_byid'],
      ['/UserMgmt/GetUserAttributes', ANN],
    ]);
    expect(object).toEqual({
      id: ANN,
      username: 'ann',
      name: 'ann',
      status: 'Active',
      displayname: 'Ann',
      mail: 'a@x',
    });
  });

  test('object: is gone only if the report has no row with its id', async () => {
    expect(await reads.object(place, async () => rows())).toBeUndefined();
    expect(await reads.object(place, async () => rows({ ID: BEN, Username: 'ben' }))).toBeUndefined();
  });

  test('part: asks once for all members', () => {
    const { from } = group.wire.fields.members as { from: { path: string } };
    expect(reads.part(from, { ...place, id: OPS }, { PageNumber: 1, PageSize: 5 })).toEqual({
      method: 'POST',
      path: '/Roles/GetRoleMembers',
      query: { name: OPS },
      whole: true,
    });
  });

  test.each([
    [{ success: true, Result: ANN }, ANN],
    [{ success: true, Result: { ID: ANN } }, ANN],
    [{ success: true, Result: null }, null],
    [undefined, undefined],
  ])('newId: of %j', (body, id) => {
    expect(reads.newId(body)).toBe(id);
  });
});

describe('identity: writes', () => {
  const live = {
    id: OPS,
    values: { displayName: 'Ops', members: [ANN, OPS] },
    about: { members: { [ANN]: { kind: 'user' }, [OPS]: { kind: 'group' } } },
    raw: {},
  };

  test('create: has a random password, which is a secret, and no state of the account', () => {
    const values = { userName: 'ann@x', displayName: 'Ann', emails: [{ value: 'a@x' }], active: true };
    const [first] = identity.create(user, values);
    const [second] = identity.create(user, values);
    expect(first).toEqual({
      method: 'POST',
      path: '/CDirectoryService/CreateUser',
      body: { Name: 'ann@x', DisplayName: 'Ann', Mail: 'a@x', Password: expect.stringMatching(/^.{44}$/) },
      secrets: [first!.body!.Password],
    });
    expect(first!.body!.Password).not.toBe(second!.body!.Password);
  });

  test('update: names the object, and clears with an empty text', () => {
    const ann = { id: ANN, values: {}, raw: {} };
    expect(identity.update(user, ann, { userName: 'anna@x', displayName: '', emails: [] })).toEqual([
      {
        method: 'POST',
        path: '/CDirectoryService/ChangeUser',
        body: { ID: ANN, Name: 'anna@x', DisplayName: '', Mail: '' },
      },
    ]);
  });

  test('update: changes the name and members of each kind in one request', () => {
    const changes = { displayName: 'Operators', members: [BEN, 'aaaa_bbbb'] };
    expect(identity.update(group, live, changes)).toEqual([
      {
        method: 'POST',
        path: '/Roles/UpdateRole',
        body: {
          Name: OPS,
          NewName: 'Operators',
          Users: { Add: [BEN], Delete: [ANN] },
          Roles: { Add: ['aaaa_bbbb'], Delete: [OPS] },
        },
      },
    ]);
    expect(identity.update(group, live, { members: [ANN] })[0]!.body).toEqual({ Name: OPS, Roles: { Delete: [OPS] } });
  });

  test('update: is empty when nothing changes', () => {
    expect(identity.update(group, live, { members: [OPS, ANN] })).toEqual([]);
    expect(identity.update(group, live, {})).toEqual([]);
  });

  test('remove: names one user; a group cannot be deleted', () => {
    expect(identity.remove({ ...user, id: ANN }, {})).toEqual([
      { method: 'POST', path: '/UserMgmt/RemoveUsers', body: { Users: [ANN] } },
    ]);
    expect(() => identity.remove({ ...group, id: OPS }, {})).toThrow(expect.objectContaining({ code: 'unserved' }));
  });
});

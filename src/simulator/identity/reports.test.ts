import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type Simulator, startSimulator } from '../index.js';
import { identity, type Send } from '../test-client.js';

let simulator: Simulator;
let send: Send;
const data = {
  users: [
    { userName: 'zoe_x@example.com', displayName: 'Zoe', active: false },
    { userName: 'zoe-x@example.com', emails: [{ value: 'other@x' }, { value: 'z@x', primary: true }] },
  ],
  groups: [{ displayName: 'Ops', description: 'runs it' }],
};
const start = async (rowKeys?: 'lower' | 'upper') => {
  simulator = await startSimulator({ seedUsers: 5, data, ...(rowKeys && { rowKeys }) });
  send = await identity(simulator);
};
beforeEach(() => start());
afterEach(() => simulator.close());

type Row = Record<string, unknown>;
const run = async (ID: string, args?: object) =>
  (await send('POST', '/identity/api/Report/RunReport', { ID, ...(args && { Args: args }) })).body;
const rows = async (id: string, args?: object): Promise<Row[]> =>
  (await run(id, args)).Result.Results.map(({ Row }: { Row: Row }) => Row);
const parameter = (Name: string, Value: unknown) => ({
  Parameters: [{ Name, Value, Label: Name, Type: 'string', ColumnType: 12 }],
});
const names = (found: Row[]) => found.map(({ Username }) => Username);

test('user_all: lists all users with status, mail and dates', async () => {
  const all = await rows('user_all');
  expect(all).toHaveLength(7);
  expect(all[0]).toEqual({
    ID: simulator.state().users.find(({ displayName }) => displayName === 'Zoe')!.id,
    Username: 'zoe_x@example.com',
    DisplayName: 'Zoe',
    Mail: '',
    status: 'Suspended',
    created: expect.stringMatching(/^\/Date\(\d{13}\)\/$/),
    lastLogin: null,
  });
  expect(all[1]).toMatchObject({ Mail: 'z@x', status: 'Active' });
});

test('paging: numbers pages from 1, sorts first, and a page behind the end is empty', async () => {
  const page = (PageNumber: number) =>
    rows('user_all', { PageNumber, PageSize: 3, Limit: 100000, SortBy: 'Username', Ascending: false });
  const pages = [await page(1), await page(2), await page(3), await page(4)].map(names);
  expect(pages.map(({ length }) => length)).toEqual([3, 3, 1, 0]);
  expect(pages.flat()).toEqual([...pages.flat()].sort().reverse());
  expect((await run('user_all', { PageNumber: 0, PageSize: 3 })).success).toBe(false);
});

test('user_searchbyname: matches parts only with %, and _ is any character', async () => {
  const search = async (text: string) => names(await rows('user_searchbyname', parameter('searchString', text)));
  expect(await search('%USER0000%')).toHaveLength(5);
  expect(await search('user0000')).toEqual([]);
  expect(await search('zoe_x@example.com')).toEqual(['zoe_x@example.com', 'zoe-x@example.com']);
  expect(await search('zoe-x@example.com')).toEqual(['zoe-x@example.com']);
  expect(await search('%zo.%')).toEqual([]);
  expect((await run('user_searchbyname')).success).toBe(false);
});

test('by id: finds the user or group, or no row', async () => {
  const [user] = await rows('user_all');
  expect(await rows('user_byid', parameter('userid', user!.ID))).toEqual([user]);
  expect(await rows('user_byid', parameter('userid', '%'))).toEqual([]);
  const group = (await rows('all_role')).find(({ name }) => name === 'Ops');
  expect(group).toMatchObject({ description: 'runs it', ID: expect.stringContaining('_') });
  expect(await rows('role_byid', parameter('roleid', group!.ID))).toEqual([group]);
  expect(await rows('role_searchbyname', parameter('searchString', '%op%'))).toEqual([group]);
});

test('unknown report: fails', async () => {
  expect(await run('everything')).toMatchObject({ success: false });
});

test.each(['lower', 'upper'] as const)('tenant with column names in %s case: has no other case', async (rowKeys) => {
  await simulator.close();
  await start(rowKeys);
  const keys = [...(await rows('user_all')), ...(await rows('all_role'))].flatMap((row) => Object.keys(row));
  expect(new Set(keys)).toEqual(
    new Set(keys.map((key) => (rowKeys === 'lower' ? key.toLowerCase() : key.toUpperCase()))),
  );
});

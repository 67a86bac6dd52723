import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { openWorkbench, type Workbench } from '../../../test/support/tenant/workbench.js';
import { connect, type Tenant } from '../api/tenant.js';
import { groupIn, userIn } from '../guard/steps.fixture.js';
import { type LiveDirectory, liveDirectory } from './directory.js';
import { IdTranslator } from './id-translator.js';
import { Snapshot } from './snapshot.js';
import type { TenantReader } from './tenant-reader.js';

let bench: Workbench;
let tenant: Tenant;
let reading: TenantReader;
let live: LiveDirectory;

beforeAll(async () => {
  bench = await openWorkbench({
    data: {
      users: [{ userName: 'jane@x' }, { userName: 'ann@x', active: false }],
      groups: [
        { displayName: 'inner', members: ['jane@x', 'ann@x'] },
        { displayName: 'outer', members: ['group:inner', 'jane@x'] },
        { displayName: 'empty' },
      ],
      containers: ['prod'],
    },
  });
  tenant = await connect(bench.settings, { ...bench.sim.env });
});
afterAll(() => bench.close());
afterEach(() => bench.sim.faults.clear());
beforeEach(() => {
  const snapshot = new Snapshot(tenant);
  reading = { tenant, snapshot, translator: new IdTranslator(snapshot), edges: new Map() };
  live = liveDirectory(reading);
});

async function idOf(kind: string, name: string): Promise<string> {
  const [key] = kind === 'group' ? ['displayName'] : ['userName'];
  return (await new Snapshot(tenant).view(kind).byKey({ [key!]: name }))[0]!.id;
}

test('live directory: an enabled account is active; a disabled or deleted account and a group are not', async () => {
  const jane = await idOf('user', 'jane@x');
  expect(await live.active(userIn(jane))).toBe(true);
  expect(reading.translator.nameOf(['user'], jane)).toBe('jane@x');
  expect(await live.active(userIn(await idOf('user', 'ann@x')))).toBe(false);
  expect(await live.active(userIn('00000000-0000-0000-0000-000000000000'))).toBe(false);
  expect(await live.active(groupIn(await idOf('group', 'inner')))).toBe(false);
  expect(await live.active({ kind: 'container', id: '1' })).toBe(false);
});

test('live directory: the account is read by id when its list does not show whether it is active', async () => {
  const ann = await idOf('user', 'ann@x');
  const jane = await idOf('user', 'jane@x');
  bench.sim.faults.set({ faults: [{ kind: 'dropFields', path: '/users\\?', fields: ['active'] }] });
  await reading.snapshot.view('user').all();
  expect([await live.active(userIn(ann)), await live.active(userIn(jane))]).toEqual([false, true]);
});

test('live directory: members have their kinds and are read once', async () => {
  const [jane, ann] = [await idOf('user', 'jane@x'), await idOf('user', 'ann@x')];
  const [inner, outer] = [await idOf('group', 'inner'), await idOf('group', 'outer')];
  const keys = async (id: string) => (await live.members(groupIn(id))).map((each) => `${each.kind} ${each.id}`).sort();
  expect(await keys(outer)).toEqual([`group ${inner}`, `user ${jane}`].sort());
  expect(await keys(inner)).toEqual([`user ${ann}`, `user ${jane}`].sort());
  expect(await keys(await idOf('group', 'empty'))).toEqual([]);
  bench.sim.resetRequests();
  await keys(outer);
  expect(await live.members(userIn(jane))).toEqual([]);
  expect(bench.sim.requests.total).toBe(0);
  expect(await keys('no-such-group')).toEqual([]);
});

test('live directory: the group is read by id when its list does not show members', async () => {
  const outer = await idOf('group', 'outer');
  bench.sim.faults.set({ faults: [{ kind: 'dropFields', path: '/Groups\\?', fields: ['members'] }] });
  await reading.snapshot.view('group').all();
  expect(await live.members(groupIn(outer))).toHaveLength(2);
});

test('live directory: lists all groups', async () => {
  const wanted = await Promise.all(['inner', 'outer', 'empty'].map((name) => idOf('group', name)));
  expect((await live.groups()).map(({ kind, id }) => `${kind} ${id}`).sort()).toEqual(
    wanted.map((id) => `group ${id}`).sort(),
  );
});

import { describe, expect, test } from '@jest/globals';
import { simulatedTenant } from './reader.fixture.js';

const { reader, sim, idOf } = simulatedTenant({
  seedUsers: 150,
  data: { users: [{ userName: 'jane@x', title: 'Boss' }] },
});
const view = () => reader().snapshot.view('user');
const jane = { userName: 'jane@x' };

describe('view: list or single reads', () => {
  test('a list within the limit of pages is fully read', async () => {
    expect([await view().listIfWithin(0), view().complete, view().total]).toEqual([false, false, 151]);
    expect([await view().listIfWithin(1), view().complete]).toEqual([true, true]);
    expect(await view().count()).toBe(151);
  });

  test('announced reads use the list when that is cheaper; a single one announces nothing', async () => {
    await view().prepare(1);
    expect(sim().requests.total).toBe(0);
    await view().prepare(2);
    expect(view().complete).toBe(true);
  });

  test('a fresh snapshot reads each object by itself', async () => {
    const { users } = sim().state();
    const direct = reader().snapshot.fresh().view('user');
    await direct.prepare(100);
    await Promise.all(users.slice(0, 20).map(({ id }) => direct.byId(id)));
    expect([direct.complete, sim().requests.reads]).toEqual([false, 20]);
  });

  test('an object that was read is known without a request', async () => {
    const id = await idOf('user', 'jane@x');
    expect(view().seen(id)).toBeUndefined();
    await view().byId(id);
    expect(view().seen(id)?.values).toMatchObject(jane);
    expect(await view().byId('none')).toBeUndefined();
  });
});

describe('view: attributes that a list leaves out', () => {
  test('are read once by id', async () => {
    sim().faults.set({ faults: [{ kind: 'dropFields', path: '/users\\?', fields: ['title'] }] });
    const listed = (await view().all()).find(({ values }) => values.userName === 'jane@x')!;
    sim().resetRequests();
    expect(listed.values.title).toBeUndefined();
    const full = await Promise.all([
      view().withAttributes(listed, ['title']),
      view().withAttributes(listed, ['title']),
    ]);
    expect(full.map(({ values }) => values.title)).toEqual(['Boss', 'Boss']);
    expect(sim().requests.total).toBe(1);
    expect(await view().withAttributes(listed, ['userName'])).toBe(listed);
  });
});

describe('view: writes of this run', () => {
  test('a renamed object is found under its new name, and known under the old one', async () => {
    const [before] = await view().byKey(jane);
    const after = { ...before!, values: { ...before!.values, userName: 'doe@x' } };
    expect(view().keep(after)).toBe(true);
    expect(view().keep(after)).toBe(false);
    expect((await view().byKey({ userName: 'DOE@x' }))[0]?.id).toBe(before!.id);
    expect(view().renamedFrom(jane)).toBe(after);
    expect(view().renamedFrom({ userName: 'other@x' })).toBeUndefined();
  });

  test('a rename is seen from the earlier values when the object was not read before', async () => {
    const live = { id: '9', values: { userName: 'new@x' }, raw: {} };
    expect(view().keep(live, { userName: 'old@x' })).toBe(true);
    expect(view().renamedFrom({ userName: 'old@x' })).toBe(live);
  });

  test('a rename is seen from the earlier values when the object was read between the write and its read-back', async () => {
    const [after] = await view().byKey(jane);
    expect(view().keep(after!, { userName: 'old@x' })).toBe(true);
    expect(view().renamedFrom({ userName: 'old@x' })).toBe(after);
    expect(await view().byKey(jane)).toEqual([after]);
    expect(view().keep(after!, jane)).toBe(false);
  });

  test('an object created on the home surface is looked up again', async () => {
    await view().all();
    expect(view().isClosed).toBe(true);
    expect(await view().byKey({ userName: 'late@x' })).toEqual([]);
    sim().admin.addUser({ userName: 'late@x' });
    expect(await view().byKey({ userName: 'late@x' })).toEqual([]);
    view().expect({ userName: 'late@x' });
    expect(view().isClosed).toBe(false);
    expect(await view().byKey({ userName: 'late@x' })).toHaveLength(1);
  });
});

describe('view: names that are unique only within a parent', () => {
  test('byKey: the name alone finds every object, and an empty parent only the one at the root', async () => {
    for (const [name, parent] of [['top'], ['db'], ['db', 'top']] as const) sim().admin.addContainer(name, parent);
    const folders = reader().snapshot.view('container');
    const top = await idOf('container', 'top');
    const found = async (key: object) =>
      (await folders.byKey({ name: 'DB', ...key })).map(({ values }) => values.parent);
    expect((await found({})).sort()).toEqual([top, undefined]);
    expect([await found({ parent: '' }), await found({ parent: top })]).toEqual([[undefined], [top]]);
    expect(await found({ parent: 'other' })).toEqual([]);
  });
});

import { expect, test } from '@jest/globals';
import { resourceOf } from '../resources/index.js';
import { loadObject, loadWithActiveState } from './load-object.js';
import { simulatedTenant } from './reader.fixture.js';

const { reader, sim, idOf } = simulatedTenant({
  data: {
    users: [
      { userName: 'jane@x', title: 'Boss' },
      { userName: 'ann@x', active: false },
    ],
    groups: [{ displayName: 'sre', members: ['jane@x'] }],
  },
});
const hidden = (path: string, ...fields: string[]) =>
  sim().faults.set({ faults: [{ kind: 'dropFields', path, fields }] });

test('load: reads an object by id; undefined when no object has it', async () => {
  const jane = await idOf('user', 'jane@x');
  expect((await loadObject(reader(), 'user', jane, ['title']))?.values).toMatchObject({
    userName: 'jane@x',
    title: 'Boss',
  });
  expect(await loadObject(reader(), 'user', 'none', [])).toBeUndefined();
});

test('load: reads a listed object again only when its list left an attribute out', async () => {
  const listed = (await reader().snapshot.view('user').all()).find(({ values }) => values.userName === 'jane@x')!;
  sim().resetRequests();
  expect(await loadObject(reader(), 'user', listed, ['userName', 'active'])).toBe(listed);
  expect(sim().requests.total).toBe(0);
  hidden('/users\\?', 'title');
  const partial = { ...listed, values: { ...listed.values, title: undefined } };
  expect((await loadObject(reader(), 'user', partial, ['title'])).values.title).toBe('Boss');
  expect(sim().requests.total).toBe(1);
});

test('active state: loaded when the list leaves it out', async () => {
  hidden('/users\\?', 'active');
  const lives = await reader().snapshot.view('user').all();
  const flags = await Promise.all(lives.map((live) => loadWithActiveState(reader(), resourceOf('user'), live)));
  expect(flags.map(({ values }) => [values.userName, values.active]).sort()).toEqual([
    ['ann@x', false],
    ['jane@x', true],
  ]);
});

test('active state: refused when the object itself does not show it', async () => {
  const jane = await idOf('user', 'jane@x');
  hidden('/users', 'active');
  const live = (await reader().snapshot.view('user').byId(jane))!;
  await expect(loadWithActiveState(reader(), resourceOf('user'), live)).rejects.toMatchObject({
    code: 'incomplete_response',
    message: 'the Platform REST does not show whether jane@x is active',
  });
});

test('active state: a kind without one only loads the attributes', async () => {
  const sre = await idOf('group', 'sre');
  const live = (await loadObject(reader(), 'group', sre, []))!;
  expect((await loadWithActiveState(reader(), resourceOf('group'), live, ['members'])).values.members).toHaveLength(1);
});

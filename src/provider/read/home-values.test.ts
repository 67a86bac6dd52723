import { expect, test } from '@jest/globals';
import { homeValues, principalKindOf } from './home-values.js';
import { simulatedTenant } from './reader.fixture.js';

const { reader, idOf } = simulatedTenant({
  idSpaces: 'split',
  data: {
    users: [{ userName: 'jane@x', manager: 'boss@x' }, { userName: 'boss@x' }],
    groups: [{ displayName: 'sre' }],
    containers: ['prod'],
    containerPermissions: [
      { container: 'prod', user: 'jane@x', right: 'View' },
      { container: 'prod', group: 'sre', right: 'Edit' },
    ],
    roles: ['Admin'],
    roleBindings: [{ role: 'Admin', user: 'jane@x' }],
  },
});

test('home values: ids of another surface become ids of the home surface, by the kind of the principal', async () => {
  const [prod, jane, sre] = [await idOf('container', 'prod'), await idOf('user', 'jane@x'), await idOf('group', 'sre')];
  const lives = await reader().snapshot.view('container-permission').within({ container: prod });
  const values = await Promise.all(lives.map((live) => homeValues(reader(), 'container-permission', live)));
  expect(values).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ container: prod, principalType: 'user', principalId: jane }),
      expect.objectContaining({ container: prod, principalType: 'group', principalId: sre }),
    ]),
  );
  expect(lives.map(({ values: shown }) => shown.principalId)).not.toContain(jane);
});

test('home values: only the requested attributes are translated', async () => {
  const prod = await idOf('container', 'prod');
  const [live] = await reader().snapshot.view('container-permission').within({ container: prod });
  expect(await homeValues(reader(), 'container-permission', live!, ['container'])).toEqual(live!.values);
});

test('home values: names of roles and unset references stay', async () => {
  const jane = await idOf('user', 'jane@x');
  const [live] = await reader().snapshot.edges('role-binding', { principalType: 'user', principalId: jane });
  expect(await homeValues(reader(), 'role-binding', live!)).toEqual({
    role: 'Admin',
    principalType: 'user',
    principalId: jane,
  });
  const boss = (await reader()
    .snapshot.view('user')
    .byId(await idOf('user', 'boss@x')))!;
  expect((await homeValues(reader(), 'user', boss)).manager ?? null).toBeNull();
  const own = (await reader().snapshot.view('user').byId(jane))!;
  expect((await homeValues(reader(), 'user', own)).manager).toBe(boss.id);
});

test('kind of a principal: the kind that was read under the id, else the first', async () => {
  const [jane, sre] = [await idOf('user', 'jane@x'), await idOf('group', 'sre')];
  const kindOf = (id: string) => principalKindOf(reader(), ['user', 'group'], id);
  expect(kindOf(sre)).toBe('user');
  await reader().snapshot.view('group').byId(sre);
  expect([kindOf(sre), kindOf('nobody')]).toEqual(['group', 'user']);
  reader().translator.add('group', jane, 'named');
  expect(kindOf(jane)).toBe('group');
});

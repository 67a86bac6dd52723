import { expect, test } from '@jest/globals';
import { resourceOf } from '../resources/index.js';
import { simulatedTenant } from './reader.fixture.js';
import { resolveNamed, resolveScope, withCurrentScope } from './scope.js';

const { reader, sim, idOf } = simulatedTenant({
  data: {
    containers: ['prod', 'stage', { name: 'db', parent: 'prod' }, { name: 'db', parent: 'stage' }],
    roles: ['Admin'],
  },
});
const permission = resourceOf('container-permission');
const set = resourceOf('container-permissions');
const current = (container: string, scopeId?: string) =>
  withCurrentScope(reader(), {
    resource: permission,
    state: { container, right: 'View' },
    privateState: { scopeId },
  });

test('current scope: the state stays as it is while the name leads to the known id', async () => {
  expect(await current('prod', await idOf('container', 'prod'))).toEqual({ container: 'prod', right: 'View' });
  expect(await current('prod')).toEqual({ container: 'prod', right: 'View' });
});

test('current scope: the id wins when the container was renamed, or another has its name', async () => {
  const stage = await idOf('container', 'stage');
  expect(await current('earlier name', stage)).toEqual({ container: stage, right: 'View' });
  expect(await current('prod', stage)).toEqual({ container: stage, right: 'View' });
  expect(await withCurrentScope(reader(), { resource: set, state: { id: stage, container: 'old' } })).toMatchObject({
    container: stage,
  });
});

test('current scope: refused with the path of the attribute when neither name nor id leads to one container', async () => {
  await expect(current('gone', '999')).rejects.toMatchObject({ code: 'unknown_name', path: 'container' });
  await expect(current('db')).rejects.toMatchObject({ code: 'ambiguous', path: 'container' });
});

test('current scope: refused when the container with the known id is hidden', async () => {
  const stage = await idOf('container', 'stage');
  sim().seeOnly(['prod']);
  await expect(current('earlier name', stage)).rejects.toMatchObject({
    code: 'forbidden',
    path: 'container',
    message: expect.stringContaining('its container "earlier name" was not found by name, and its id cannot be read'),
  });
  sim().seeOnly(['prod', 'stage', 'db']);
});

test('current scope: a role is known by name only, and an object has no scope', async () => {
  const state = { role: 'Admin' };
  expect(
    await withCurrentScope(reader(), { resource: resourceOf('role-binding'), state, privateState: { scopeId: 'x' } }),
  ).toBe(state);
  expect(await withCurrentScope(reader(), { resource: resourceOf('user') })).toEqual({});
});

test('current scope: a group is known by id only, and is not looked up by name', async () => {
  const state = { group: '7', principalType: 'user', principalId: '1' };
  const before = sim().requests.total;
  expect(await withCurrentScope(reader(), { resource: resourceOf('group-membership'), state })).toBe(state);
  expect(sim().requests.total).toBe(before);
});

test('scope of a set: the id of a container by name or path, the name of a role', async () => {
  const prod = await idOf('container', 'prod');
  expect(await resolveScope(reader(), set, { container: 'prod' })).toBe(prod);
  expect(await resolveScope(reader(), set, { container: '/prod' })).toBe(prod);
  expect(await resolveScope(reader(), set, { container: prod })).toBe(prod);
  expect(await resolveScope(reader(), resourceOf('role-bindings'), { role: 'admin' })).toBe('Admin');
  await expect(resolveScope(reader(), set, { container: 'none' })).rejects.toMatchObject({
    code: 'unknown_name',
    path: 'container',
  });
});

test('named reference: other attributes stay as they are', async () => {
  const values = { container: 'prod', principalType: 'user', principalId: 'jane' };
  expect(await resolveNamed(reader(), permission, 'principalId', values)).toBe('jane');
  expect(await resolveNamed(reader(), permission, 'principalType', values)).toBe('user');
});

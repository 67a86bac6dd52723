import { expect, test } from '@jest/globals';
import { resourceOf } from '../resources/index.js';
import { isOwnAccount } from './own-account.js';
import { simulatedTenant } from './reader.fixture.js';

const { reader, sim, idOf, tenant } = simulatedTenant({
  data: { users: [{ userName: 'runner@x' }, { userName: 'jane@x' }], groups: [{ displayName: 'runner@x' }] },
});
const isOwn = (kind: string, principalType: string, principalId: string) =>
  isOwnAccount(reader(), resourceOf(kind), { principalType, principalId });

test.each(['container-permission', 'role-binding'])('own account: found by name without case in a %s', async (kind) => {
  Object.assign(tenant().settings, { ownAccounts: ['RUNNER@x'] });
  const [runner, jane] = [await idOf('user', 'runner@x'), await idOf('user', 'jane@x')];
  expect([await isOwn(kind, 'user', runner), await isOwn(kind, 'user', jane)]).toEqual([true, false]);
});

test('own account: never a group, never an object that is not an edge', async () => {
  Object.assign(tenant().settings, { ownAccounts: ['runner@x'] });
  const group = await idOf('group', 'runner@x');
  expect(await isOwn('role-binding', 'group', group)).toBe(false);
  expect(await isOwn('user', 'user', 'x')).toBe(false);
  expect(sim().requests.total).toBe(0);
});

import { expect, test } from '@jest/globals';
import type { OwnedObject } from '../model/owned-object.js';
import { groupsWithHiddenMembers, listIn, managedLists, managedMemberships } from './memberships.js';
import { simulatedTenant } from './reader.fixture.js';

const { reader, sim, idOf } = simulatedTenant({
  data: { users: [{ userName: 'jane@x' }], groups: [{ displayName: 'sre', members: ['jane@x'] }] },
});
const owned = (members: readonly string[] | undefined, more: Partial<OwnedObject> = {}): OwnedObject => ({
  address: 'delinea_group.sre',
  kind: 'group',
  id: '1',
  surface: 'platform-scim',
  key: { displayName: 'sre' },
  managedMembers: members && { members },
  ...more,
});

test('managed lists: those for which the ledger records members', () => {
  expect(managedLists(owned(['a']))).toEqual(['members']);
  expect(managedLists(owned(['a']), ['members', 'x'])).toEqual(['members']);
  expect(managedLists(owned(['a']), ['x'])).toEqual([]);
  expect([managedLists(owned([])), managedLists(owned(undefined))]).toEqual([[], []]);
  expect(managedLists(owned(['a'], { kind: 'user' }))).toEqual([]);
});

test('managed memberships: one for each recorded member', () => {
  const sre = owned(['a', 'b']);
  expect(managedMemberships([sre, owned(undefined)])).toEqual([
    { of: sre, list: 'members', member: 'a' },
    { of: sre, list: 'members', member: 'b' },
  ]);
});

test('a list of members: undefined when the response leaves it out', () => {
  expect([listIn({ members: ['a'] }, 'members'), listIn({ members: [] }, 'members')]).toEqual([['a'], []]);
  expect([listIn({ members: null }, 'members'), listIn({}, 'members')]).toEqual([undefined, undefined]);
});

test('hidden members: reported for groups of the account that do not show their members', async () => {
  const [jane, sre] = [await idOf('user', 'jane@x'), await idOf('group', 'sre')];
  const hidden = (...entries: OwnedObject[]) => groupsWithHiddenMembers(reader(), entries, jane);
  expect(await hidden(owned([jane], { id: sre }))).toEqual([]);
  sim().faults.set({ faults: [{ kind: 'dropFields', path: '/Groups', fields: ['members'] }] });
  const fresh = { ...reader(), snapshot: reader().snapshot.fresh() };
  const unseen = (...entries: OwnedObject[]) => groupsWithHiddenMembers(fresh, entries, jane);
  expect(await unseen(owned([jane], { id: sre }))).toEqual(['whether it is in sre: its members are not visible']);
  expect(await unseen(owned(['other'], { id: sre }), owned([jane], { id: 'deleted' }))).toEqual([]);
  // Ids of another id space may belong to other users.
  expect(await unseen(owned([jane], { id: sre, surface: 'scim-cloud' }))).toEqual([]);
});

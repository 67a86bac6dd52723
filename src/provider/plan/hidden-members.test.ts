import { expect, test } from '@jest/globals';
import { group } from '../../../test/support/tenant/declare.js';
import type { DelineaError } from '../model/errors.js';
import type { OwnedObject } from '../model/owned-object.js';
import { simulatedTenant } from '../read/reader.fixture.js';
import { resourceOf } from '../resources/index.js';
import { missingMemberships, refuseHiddenManaged, refuseHiddenMembers } from './hidden-members.js';
import { openPlanContext } from './plan-changes.js';
import type { Match, PlanContext } from './plan-context.js';

const sre = resourceOf('group');
const { reader, sim, idOf } = simulatedTenant({
  data: {
    users: ['jane', 'tom', 'ann'].map((name) => ({ userName: `${name}@x` })),
    groups: [{ displayName: 'sre', members: ['jane@x', 'tom@x'] }],
  },
});

const owned = (id: string, members: readonly string[]): OwnedObject => ({
  address: 'delinea_group.sre',
  kind: 'group',
  id,
  surface: 'platform-scim',
  key: { displayName: 'sre' },
  managedMembers: { members },
});

/** Returns the missing ones of the managed members. @param match what the declaration at the group's address matched */
async function missing(managed: readonly string[], match?: Partial<Match>) {
  const id = await idOf('group', 'sre');
  const context = openPlanContext(reader(), { stack: 's', declarations: [] }, match ? [group('sre')] : [], []);
  if (match) Object.assign(context.matches.get('delinea_group.sre')!, { live: { id, values: {} } }, match);
  const lost = await missingMemberships(context, [owned(id, managed)]);
  return lost.map(({ list, member }) => `${list} ${member}`);
}

test('missingMemberships: a managed member is missing when it is still declared and the group does not show it', async () => {
  const [jane, ann] = [await idOf('user', 'jane@x'), await idOf('user', 'ann@x')];
  expect(await missing([jane, ann], { resolved: { members: [jane, ann] } })).toEqual([`members ${ann}`]);
  expect(await missing([jane], { resolved: { members: [jane, ann] } })).toEqual([]);
});

test('missingMemberships: none when only dropped members are absent, since an earlier run may have removed them', async () => {
  const [jane, ann] = [await idOf('user', 'jane@x'), await idOf('user', 'ann@x')];
  expect(await missing([jane, ann], { resolved: { members: [jane] } })).toEqual([]);
  expect(await missing([ann], { resolved: { members: [] } })).toEqual([]);
  expect(await missing([jane, ann])).toEqual([]);
});

test('missingMemberships: a dropped member is missing when the group shows no declared member', async () => {
  const ann = await idOf('user', 'ann@x');
  expect(await missing([ann], { resolved: { members: ['another'] } })).toEqual([`members ${ann}`]);
});

test('missingMemberships: an absent member is missing when the declaration has no members or another group', async () => {
  const ann = await idOf('user', 'ann@x');
  expect(await missing([ann], { resolved: {} })).toEqual([`members ${ann}`]);
  const other = { live: { id: 'other', values: {} } as Match['live'], resolved: { members: [] } };
  expect(await missing([ann], other as Partial<Match>)).toEqual([`members ${ann}`]);
});

test('missingMemberships: every managed member is missing when the response leaves the list out', async () => {
  const jane = await idOf('user', 'jane@x');
  sim().faults.set({ faults: [{ kind: 'dropFields', path: '/Groups', fields: ['members'] }] });
  expect(await missing([jane], { resolved: { members: [] } })).toEqual([`members ${jane}`]);
});

test('refuseHiddenMembers: refuses a list when members are known and the response leaves it out', () => {
  const refusal = (known: object, live: object) => () => refuseHiddenMembers(sre, { ...known }, { ...live });
  expect(refusal({ members: ['a'] }, {})).toThrow('the response leaves out members, although 1 is known');
  expect(refusal({ members: ['a', 'b'] }, { members: null })).toThrow('although 2 are known');
  expect(refusal({ members: ['a'] }, { members: [] })).not.toThrow();
  for (const known of [{}, { members: [] }, { members: null }]) expect(refusal(known, {})).not.toThrow();
});

test('refuseHiddenMembers: the error has the list as its path when a front end asks for that', () => {
  const remedy = [{ kind: 'forget' }] as const;
  const errorOf = (isPath: boolean) => {
    try {
      refuseHiddenMembers(sre, { members: ['a'] }, {}, remedy, isPath);
    } catch (error) {
      return error as DelineaError;
    }
    return undefined;
  };
  expect(errorOf(true)).toMatchObject({ code: 'incomplete_response', path: 'members', remedy });
  expect(errorOf(false)).toMatchObject({ code: 'incomplete_response', path: undefined });
});

test('refuseHiddenManaged: refuses a managed list that matters, unless the run allows missing members', () => {
  const remedy = [{ kind: 'allowMissing', count: 1 }];
  const contextOf = (allowsMissing: boolean) =>
    ({ visibility: { allowsMissing, remedy: () => remedy } }) as unknown as PlanContext;
  const refusal =
    (allows: boolean, names: readonly string[], of: OwnedObject | undefined = owned('1', ['a'])) =>
    () =>
      refuseHiddenManaged(contextOf(allows), of, {}, names);
  expect(refusal(false, ['members'])).toThrow(expect.objectContaining({ code: 'incomplete_response', remedy }));
  expect(refusal(false, ['description'])).not.toThrow();
  expect(refusal(true, ['members'])).not.toThrow();
  expect(() => refuseHiddenManaged(contextOf(false), undefined, {}, ['members'])).not.toThrow();
});

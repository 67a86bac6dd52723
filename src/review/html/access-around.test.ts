import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { accessOf, grantOf, groupOf, scopeOf, tenants, userOf } from '../../provider/access/access.fixture.js';
import { compareAccess, EffectiveAccess, isPrivileged, isUsable, type TenantAccess } from '../../provider/index.js';
import type { ReviewEntry } from '../access/review-schema.js';
import { type AccessRow, accessAround } from './access-around.js';

const entriesOf = (before: EffectiveAccess, after: EffectiveAccess): ReviewEntry[] =>
  compareAccess(before, after).map(({ change, right, principal, scope, route }) => ({
    change,
    right,
    privileged: isPrivileged(right),
    people: [principal],
    scopes: [scope],
    through: route.through,
    ...(route.inheritedFrom ? { inheritedFrom: route.inheritedFrom } : {}),
  }));
const around = (before: TenantAccess, after: TenantAccess, most?: number) => {
  const states = [new EffectiveAccess(before), new EffectiveAccess(after)] as const;
  return accessAround(entriesOf(...states), ...states, most);
};
/** Returns every right in rows of some states, as text. */
const heldIn = (rows: readonly AccessRow[], states: readonly AccessRow['state'][]) =>
  rows
    .filter(({ state }) => states.includes(state))
    .flatMap(({ people, scopes, right }) =>
      people.flatMap((person) => scopes.map((scope) => `${person.kind} ${person.id} ${right} ${scope.id}`)),
    )
    .sort();
const heldOn = (state: TenantAccess, scopes: readonly { readonly kind: string; readonly id: string }[]) => {
  const access = new EffectiveAccess(state);
  return scopes
    .flatMap((scope) => access.who(scope))
    .filter(({ principal }) => isUsable(principal))
    .map(({ principal, right, scope }) => `${principal.kind} ${principal.id} ${right} ${scope.id}`)
    .sort();
};

const [ann, ben, prod, dev] = [userOf('ann'), userOf('ben'), scopeOf('prod'), scopeOf('dev')];

describe('accessAround', () => {
  test('holds exactly the access before and after on every container with a change', () => {
    fc.assert(
      fc.property(tenants, tenants, (before, after) => {
        const { rows, whole, changesOnly } = around(before, after);
        expect(changesOnly).toEqual([]);
        expect(heldIn(rows, ['lost', 'unchanged', 'only_before'])).toEqual(heldOn(before, whole));
        expect(heldIn(rows, ['gained', 'unchanged', 'only_after'])).toEqual(heldOn(after, whole));
      }),
      { numRuns: 300 },
    );
  });

  test('holds nothing on containers without a change', () => {
    const before = accessOf({ principals: [ann, ben], scopes: [prod, dev], grants: [grantOf(ann, dev, 'View')] });
    const { rows } = around(before, { ...before, grants: [...before.grants, grantOf(ben, prod, 'Edit')] });
    expect(rows.map(({ state, right }) => [state, right])).toEqual([['gained', 'Edit']]);
  });

  test('a right that another one replaces, and a right by another path, is in one state only', () => {
    const team = groupOf('team', [ann]);
    const before = accessOf({
      principals: [ann, ben, team],
      scopes: [prod],
      grants: [grantOf(ann, prod, 'Edit'), grantOf(ben, prod, 'View')],
    });
    const { rows } = around(before, { ...before, grants: [grantOf(team, prod, 'Edit'), grantOf(ben, prod, 'Owner')] });
    expect(rows.map(({ state, right, people, through }) => [state, right, people[0]!.name, through.length])).toEqual([
      ['gained', 'Owner', 'ben', 0],
      ['only_before', 'Edit', 'ann', 0],
      ['only_after', 'Edit', 'ann', 1],
      ['only_before', 'View', 'ben', 0],
    ]);
  });

  test('people with one path are one row', () => {
    const crowd = Array.from({ length: 400 }, (_, index) => userOf(`u${index}`));
    const all = groupOf('all', crowd);
    const before = accessOf({ principals: [...crowd, all, ann], scopes: [prod], grants: [grantOf(all, prod, 'View')] });
    const { rows } = around(before, { ...before, grants: [...before.grants, grantOf(ann, prod, 'View')] });
    expect(rows.map(({ state, people }) => [state, people.length])).toEqual([
      ['gained', 1],
      ['unchanged', 400],
    ]);
  });

  test('a container with more access than the limit has its changes only, and is listed', () => {
    const before = accessOf({ principals: [ann, ben], scopes: [prod, dev], grants: [grantOf(ann, prod, 'View')] });
    const grants = [...before.grants, grantOf(ben, prod, 'View'), grantOf(ben, dev, 'View')];
    const { rows, whole, changesOnly } = around(before, { ...before, grants }, 0);
    expect([whole, changesOnly].map((scopes) => scopes.map(({ name }) => name))).toEqual([['dev'], ['prod']]);
    expect(rows.map(({ state }) => state)).toEqual(['gained', 'gained']);
  });
});

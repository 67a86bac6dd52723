import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { accessOf, grantOf, groupOf, scopeOf, tenants, userOf } from './access.fixture.js';
import { compareAccess } from './compare-access.js';
import { EffectiveAccess } from './effective-access.js';
import { includesRight } from './right-order.js';
import type { TenantAccess } from './tenant-access.js';

const jane = userOf('jane');
const tom = userOf('tom');
const prod = scopeOf('prod');
const state = (parts: Partial<TenantAccess>) => accessOf({ principals: [jane, tom], scopes: [prod], ...parts });

const lines = (before: TenantAccess, after: TenantAccess) =>
  compareAccess(new EffectiveAccess(before), new EffectiveAccess(after))
    .map(({ change, principal, scope, right, beside, route }) => {
      const path = route.through.map(({ name }) => ` > ${name}`).join('');
      return `${principal.name}${path} ${change} ${right} on ${scope.name} beside [${beside.join()}]`;
    })
    .sort();

describe('compareAccess', () => {
  test('a new member of a group gains what the group has; the group itself is not listed', () => {
    const with_ = (...members: (typeof jane)[]) =>
      state({ principals: [jane, tom, groupOf('dba', members)], grants: [grantOf(groupOf('dba'), prod, 'Owner')] });
    expect(lines(with_(jane), with_(jane, tom))).toEqual(['tom > dba gained Owner on prod beside []']);
    expect(lines(with_(jane, tom), with_(tom))).toEqual(['jane > dba lost Owner on prod beside []']);
  });

  test.each([
    ['View', 'Owner', ['jane gained Owner on prod beside [View]']],
    ['Owner', 'View', ['jane lost Owner on prod beside [View]']],
    [
      'Edit',
      'Add Secret',
      ['jane gained Add Secret on prod beside [Edit]', 'jane lost Edit on prod beside [Add Secret]'],
    ],
    ['Edit', 'Edit', []],
  ])('%s becomes %s', (before, after, expected) => {
    const [one, other] = [before, after].map((right) => state({ grants: [grantOf(jane, prod, right)] }));
    expect(lines(one!, other!)).toEqual(expected);
  });

  test('a right that is had twice and taken once is not lost', () => {
    const dba = groupOf('dba', [jane]);
    const both = [grantOf(jane, prod, 'View'), grantOf(dba, prod, 'View')];
    const parts = (grants: typeof both) => state({ principals: [jane, dba], grants });
    expect(lines(parts(both), parts(both.slice(1)))).toEqual([]);
  });

  test('an account that is enabled gains all of its access; one that is disabled loses it', () => {
    const [on, off] = [true, false].map((active) =>
      state({ principals: [userOf('jane', { active })], grants: [grantOf(jane, prod, 'Edit')] }),
    );
    expect(lines(off!, on!)).toEqual(['jane gained Edit on prod beside []']);
    expect(lines(on!, off!)).toEqual(['jane lost Edit on prod beside []']);
  });

  test('a group whose members were not read is compared itself', () => {
    const hidden = { kind: 'group' as const, id: 'hidden', name: 'hidden' };
    const after = state({ principals: [hidden], grants: [grantOf(hidden, prod, 'Edit')] });
    expect(lines(state({}), after)).toEqual(['hidden gained Edit on prod beside []']);
  });

  test('access to a container that only one side has', () => {
    const fresh = scopeOf('fresh');
    const after = state({ scopes: [prod, fresh], grants: [grantOf(jane, fresh, 'Owner')] });
    expect(lines(state({}), after)).toEqual(['jane gained Owner on fresh beside []']);
    expect(lines(after, state({}))).toEqual(['jane lost Owner on fresh beside []']);
  });
});

/** Returns the rights of each account on each scope, as `who` lists them. */
function rightsIn(tenant: TenantAccess): Map<string, Set<string>> {
  const access = new EffectiveAccess(tenant);
  const found = new Map<string, Set<string>>();
  for (const { principal, scope, right } of access.scopes.flatMap((each) => access.who(each))) {
    if (principal.members) continue;
    const key = `${principal.kind}${principal.id} ${scope.id}`;
    found.set(key, (found.get(key) ?? new Set<string>()).add(right));
  }
  return found;
}

test('compareAccess: the differences of what each account can do, in random tenants', () => {
  fc.assert(
    fc.property(tenants, tenants, (before, after) => {
      const [old, now] = [rightsIn(before), rightsIn(after)];
      const differences = (from: typeof old, to: typeof old) =>
        [...to].flatMap(([key, rights]) =>
          [...rights]
            .filter((right) => !includesRight(from.get(key) ?? new Set(), right))
            .map((right) => `${key} ${right}`),
        );
      const found = compareAccess(new EffectiveAccess(before), new EffectiveAccess(after));
      const shown = (wanted: string) =>
        found
          .filter(({ change }) => change === wanted)
          .map(({ principal, scope, right }) => `${principal.kind}${principal.id} ${scope.id} ${right}`);
      expect(shown('gained').sort()).toEqual(differences(old, now).sort());
      expect(shown('lost').sort()).toEqual(differences(now, old).sort());
    }),
    { numRuns: 1_000 },
  );
});

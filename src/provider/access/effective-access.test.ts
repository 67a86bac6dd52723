import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { accessOf, grantOf, groupOf, scopeOf, tenants, userOf } from './access.fixture.js';
import { EffectiveAccess, rightsOf } from './effective-access.js';
import type { AccessObject, Grant, TenantAccess } from './tenant-access.js';

const jane = userOf('jane');
const tom = userOf('tom', { active: false });
const dba = groupOf('dba', [jane, tom]);
const all = groupOf('all', [dba]);
const prod = scopeOf('prod');
const names = (found: readonly { principal: { name: string }; right: string; hops: number }[]) =>
  found.map(({ principal, right, hops }) => `${principal.name} ${right} ${hops}`);

describe('EffectiveAccess', () => {
  const access = new EffectiveAccess(
    accessOf({
      principals: [jane, tom, dba, all],
      scopes: [prod],
      grants: [grantOf(all, prod, 'View'), grantOf(dba, prod, 'Owner'), grantOf(jane, prod, 'View')],
    }),
  );

  test('who: users and groups at any depth, by right, inactive accounts too', () => {
    expect(names(access.who(prod)).sort()).toEqual(
      ['all View 0', 'dba Owner 0', 'dba View 1', 'jane Owner 1', 'jane View 0', 'tom Owner 1', 'tom View 2'].sort(),
    );
    expect(access.who(prod).find(({ principal }) => principal.name === 'tom')?.principal.active).toBe(false);
  });

  test('what: the rights of one principal', () => {
    expect(names(access.what(tom))).toEqual(['tom Owner 1', 'tom View 2']);
    expect(access.what(userOf('nobody'))).toEqual([]);
  });

  test('groups around a principal, the nearest first, and the grants that reach it', () => {
    expect(access.groupsAround(tom).map(({ at, hops }) => [at.name, hops])).toEqual([
      ['dba', 1],
      ['all', 2],
    ]);
    expect(access.groupsAround(userOf('nobody'))).toEqual([]);
    expect([...access.grantsReaching(tom)].map(({ holder, grant }) => [holder.at.name, grant.rights.right])).toEqual([
      ['dba', 'Owner'],
      ['all', 'View'],
    ]);
  });

  test('why: the groups on the shortest path, the nearest first', () => {
    const { routes, total } = access.why(tom, prod);
    expect(routes.map(({ right, through }) => [right, through.map(({ name }) => name)])).toEqual([
      ['View', ['dba', 'all']],
      ['Owner', ['dba']],
    ]);
    expect(total).toBe(2);
    expect(access.why(userOf('nobody'), prod)).toEqual({ routes: [], total: 0 });
  });

  test('an object that was not read counts by its id', () => {
    const unread = new EffectiveAccess(
      accessOf({
        principals: [groupOf('g', [{ kind: 'user', id: '7' }])],
        grants: [grantOf(groupOf('g'), prod, 'View')],
      }),
    );
    expect(names(unread.who(prod))).toEqual(['g View 0', '7 View 1']);
  });

  test('a folder that inherits has the permissions of the nearest folder that does not', () => {
    const child = scopeOf('child', { parent: 'mid', inherits: true });
    const inherited = new EffectiveAccess(
      accessOf({
        principals: [jane, tom],
        scopes: [prod, scopeOf('mid', { parent: 'prod', inherits: true }), child, scopeOf('own', { parent: 'prod' })],
        // The list shows for the child what it had before the parent changed.
        grants: [grantOf(jane, prod, 'Owner'), grantOf(tom, child, 'View'), grantOf(tom, scopeOf('own'), 'Edit')],
      }),
    );
    expect(names(inherited.who(child))).toEqual(['jane Owner 0']);
    expect(inherited.what(jane).map(({ scope }) => scope.name)).toEqual(['prod', 'mid', 'child']);
    expect(inherited.what(tom).map(({ scope }) => scope.name)).toEqual(['own']);
    expect(inherited.why(jane, child).routes[0]?.inheritedFrom?.name).toBe('prod');
  });

  test.each([
    ['the parent was not read', [scopeOf('child', { parent: 'gone', inherits: true })]],
    [
      'folders inherit from each other',
      [scopeOf('child', { parent: 'other', inherits: true }), scopeOf('other', { parent: 'child', inherits: true })],
    ],
  ])('a folder keeps the permissions that its list shows if %s', (_, scopes) => {
    const child = scopes[0]!;
    const found = new EffectiveAccess(accessOf({ principals: [jane], scopes, grants: [grantOf(jane, child, 'View')] }));
    expect(names(found.who(child))).toEqual(['jane View 0']);
  });

  test('why: counts all shortest paths and returns as many as asked', () => {
    // Twenty layers of two groups, each in both groups of the next layer: 2^20 paths.
    const layers = Array.from({ length: 20 }, (_, layer) => [`a${layer}`, `b${layer}`]);
    const groups = layers.flatMap((layer, depth) =>
      layer.map((name) => groupOf(name, depth === 0 ? [jane] : layers[depth - 1]!.map((member) => groupOf(member)))),
    );
    const deep = new EffectiveAccess(
      accessOf({
        principals: [jane, ...groups],
        grants: layers.at(-1)!.map((name) => grantOf(groupOf(name), prod, 'View')),
      }),
    );
    const { routes, total } = deep.why(jane, prod, 'View', 7);
    expect([routes.length, total]).toEqual([7, 2 ** 20]);
  });

  test('why: a chain of 20,000 groups', () => {
    const chain = Array.from({ length: 20_000 }, (_, depth) =>
      groupOf(`g${depth}`, [depth === 0 ? jane : groupOf(`g${depth - 1}`)]),
    );
    const long = new EffectiveAccess(
      accessOf({ principals: [jane, ...chain], grants: [grantOf(chain.at(-1)!, prod, 'View')] }),
    );
    expect(long.why(jane, prod).routes[0]?.through).toHaveLength(20_000);
  });
});

test.each<[string, Record<string, string>, string[]]>([
  ['the first right by itself', { right: 'Owner' }, ['Owner']],
  ['the second with its attribute', { right: 'View', secretRight: 'List' }, ['View', 'List (secret right)']],
  ['no right on secrets', { right: 'View', secretRight: 'None' }, ['View']],
  ['a role', {}, ['holder']],
])('rightsOf: %s', (_, rights, expected) => {
  expect(rightsOf({ rights })).toEqual(expected);
});

/** Finds every path by following every chain of groups without a repetition, and keeps the shortest. */
function brute(state: TenantAccess): Map<string, string[]> {
  const isSame = (one: AccessObject, other: AccessObject) => one.kind === other.kind && one.id === other.id;
  const all = (refs: readonly AccessObject[]) =>
    refs.filter((one, index) => refs.findIndex((other) => isSame(one, other)) === index);
  const principals = all([
    ...state.principals,
    ...state.principals.flatMap(({ members = [] }) => members),
    ...state.grants.map(({ principal }) => principal),
  ]);
  const scopes = all([...state.scopes, ...state.grants.map(({ scope }) => scope)]);
  const sourceOf = (start: AccessObject): AccessObject => {
    const above = [start];
    for (;;) {
      const at = state.scopes.find((scope) => isSame(scope, above.at(-1)!));
      const next = at?.inherits ? scopes.find(({ id }) => id === at.parent) : undefined;
      if (!next) return above.at(-1)!;
      if (above.some((seen) => isSame(seen, next))) return start;
      above.push(next);
    }
  };
  const chains = (chain: readonly AccessObject[]): AccessObject[][] => [
    [...chain],
    ...state.principals
      .filter(({ members = [] }) => members.some((member) => isSame(member, chain.at(-1)!)))
      .filter((group) => !chain.some((seen) => isSame(seen, group)))
      .flatMap((group) => chains([...chain, group])),
  ];
  const found = new Map<string, string[]>();
  for (const principal of principals) {
    for (const scope of scopes) {
      const own = state.grants.filter((grant) => isSame(grant.scope, sourceOf(scope)));
      const paths = chains([principal]).flatMap((chain) =>
        own
          .filter((grant) => isSame(grant.principal, chain.at(-1)!))
          .map((grant) => ({ right: grant.rights.right!, chain, grant })),
      );
      for (const right of ['View', 'Owner']) {
        const ways = paths.filter((path) => path.right === right);
        const shortest = Math.min(...ways.map(({ chain }) => chain.length));
        const kept = ways.filter(({ chain }) => chain.length === shortest);
        if (kept.length === 0) continue;
        const texts = kept.map(({ chain, grant }) => text(chain.slice(1), grant));
        found.set(`${principal.kind}${principal.id} ${scope.id} ${right}`, texts.sort());
      }
    }
  }
  return found;
}

const text = (through: readonly AccessObject[], grant: Grant) =>
  `${through.map(({ kind, id }) => `${kind}${id}`).join('>')} ${grant.id}`;

test('EffectiveAccess: equals a search of every path in random tenants', () => {
  fc.assert(
    fc.property(tenants, (state) => {
      const access = new EffectiveAccess(state);
      const expected = brute(state);
      const key = ({ principal, scope, right }: { principal: AccessObject; scope: AccessObject; right: string }) =>
        `${principal.kind}${principal.id} ${scope.id} ${right}`;
      const who = access.scopes.flatMap((scope) => access.who(scope));
      const what = access.principals.flatMap((principal) => access.what(principal));
      expect(who.map(key).sort()).toEqual([...expected.keys()].sort());
      expect(what.map(key).sort()).toEqual([...expected.keys()].sort());
      for (const each of [...who, ...what]) {
        const { routes: paths } = access.why(each.principal, each.scope, each.right);
        expect(paths.map(({ through, grant }) => text(through, grant)).sort()).toEqual(expected.get(key(each)));
        expect(paths.every(({ through }) => through.length === each.hops)).toBe(true);
      }
    }),
    { numRuns: 2_000 },
  );
});

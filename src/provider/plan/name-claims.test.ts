import { expect, test } from '@jest/globals';
import { declared, group, looked, user } from '../../../test/support/tenant/declare.js';
import type { Declaration } from '../model/declaration.js';
import { resourceOf } from '../resources/index.js';
import { claimedByAnother, previousKeys } from './name-claims.js';
import type { Match, PlanContext } from './plan-context.js';

const matchOf = (declaration: Declaration): Match => ({ declaration, resource: resourceOf(declaration.kind) });
const contextOf = (...declarations: readonly Declaration[]) =>
  ({ matches: new Map(declarations.map((of) => [of.address, matchOf(of)])) }) as unknown as PlanContext;
const [jane, tom] = [user('jane'), user('tom')] as const;

test('claimedByAnother: the address of the declaration that has the name, in any case', () => {
  const context = contextOf(jane, tom);
  expect(claimedByAnother(context, matchOf(jane), { userName: 'TOM@example.com' })).toBe(tom.address);
  expect(claimedByAnother(context, matchOf(jane), { userName: 'ann@example.com' })).toBeUndefined();
});

test('claimedByAnother: the other declaration is found when the own one has the same name', () => {
  const twin = declared('user', 'twin', { userName: 'jane@example.com' });
  expect(claimedByAnother(contextOf(jane), matchOf(jane), jane.values)).toBeUndefined();
  expect(claimedByAnother(contextOf(jane, twin), matchOf(jane), jane.values)).toBe(twin.address);
  expect(claimedByAnother(contextOf(jane, twin), matchOf(twin), jane.values)).toBe(jane.address);
});

test('claimedByAnother: nothing when only a data source or another kind has the name', () => {
  const name = { userName: 'sre', displayName: 'sre' };
  const context = contextOf(jane, looked('user', 'sre', name), group('sre'));
  expect(claimedByAnother(context, matchOf(jane), name)).toBeUndefined();
  expect(claimedByAnother(context, matchOf(group('other')), name)).toBe('delinea_group.sre');
});

test('claimedByAnother: each run of the planner has its own names', () => {
  expect(claimedByAnother(contextOf(jane, tom), matchOf(jane), tom.values)).toBe(tom.address);
  expect(claimedByAnother(contextOf(jane), matchOf(jane), tom.values)).toBeUndefined();
});

test('previousKeys: every previous name under the attribute of the natural key, none when none is declared', () => {
  const renamed = matchOf(group('sre', { previousNames: ['ops', 'infra'] }));
  expect(previousKeys(renamed)).toEqual([{ displayName: 'ops' }, { displayName: 'infra' }]);
  expect(previousKeys(matchOf(jane))).toEqual([]);
});

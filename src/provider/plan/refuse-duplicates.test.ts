import { expect, test } from '@jest/globals';
import { grant, idOf, user } from '../../../test/support/tenant/declare.js';
import type { Declaration } from '../model/declaration.js';
import { DelineaError } from '../model/errors.js';
import { resourceOf } from '../resources/index.js';
import { DuplicateIndex } from './duplicates.js';
import type { Match, PlanContext } from './plan-context.js';
import { refuseBoth } from './refuse-duplicates.js';

const matchOf = (declaration: Declaration): Match => ({ declaration, resource: resourceOf(declaration.kind) });
const jane = user('jane');
const context = {
  translator: { nameOf: (_: readonly string[], id: string) => ({ c1: 'prod' })[id] },
  matches: new Map([[jane.address, matchOf(jane)]]),
  ownedById: new Map(),
} as unknown as PlanContext;

function refused(first: Match, second: Match) {
  const index = new DuplicateIndex<Match>();
  for (const match of [first, second]) {
    const { resource, declaration, resolved } = match;
    refuseBoth(context, match, index.addName(resource, { ...declaration.values, ...resolved }, match));
  }
  return [first.error, second.error];
}

test('refuseBoth: both declarations have an error at their own address that names the other', () => {
  const [first, second] = refused(matchOf(jane), matchOf({ ...user('jane'), address: 'delinea_user.twin' }));
  expect(first).toMatchObject({
    code: 'duplicate',
    path: 'delinea_user.jane',
    message: 'user jane@example.com is declared twice; the other declaration is delinea_user.twin',
  });
  expect(second).toMatchObject({
    code: 'duplicate',
    path: 'delinea_user.twin',
    message: 'user jane@example.com is declared twice; the other declaration is delinea_user.jane',
  });
});

test('refuseBoth: neither declaration has an error when no other was found', () => {
  expect(refused(matchOf(jane), matchOf(user('tom')))).toEqual([undefined, undefined]);
});

test('refuseBoth: an earlier error of either declaration stays', () => {
  const earlier = new DelineaError('skipped', 'jane is skipped');
  const twin = matchOf({ ...user('jane'), address: 'delinea_user.twin' });
  const codes = (errors: readonly (DelineaError | undefined)[]) => errors.map((error) => error?.code);
  expect(codes(refused({ ...matchOf(jane), error: earlier }, { ...twin }))).toEqual(['skipped', 'duplicate']);
  expect(codes(refused(matchOf(jane), { ...twin, error: earlier }))).toEqual(['duplicate', 'skipped']);
});

test('refuseBoth: the label has names in place of resolved ids, and the address of a declaration that is not resolved', () => {
  const edge = (name: string) => ({ ...matchOf(grant(name, 'PROD', jane, 'View')), resolved: { container: 'c1' } });
  expect(refused(edge('a'), edge('b'))[0]?.message).toBe(
    `View of ${idOf(jane).ref} on prod is declared twice; the other declaration is delinea_container_permission.b`,
  );
});

test('refuseBoth: in one set the other declaration is named by its label, because an element has no address in Terraform', () => {
  const element = (name: string, right: string) => {
    const match = matchOf(grant(name, 'prod', jane, right));
    return { ...match, declaration: { ...match.declaration, setAddress: 'delinea_container_permissions.all' } };
  };
  const of = idOf(jane).ref;
  expect(refused(element('a', 'View'), element('b', 'Edit')).map((error) => error?.message)).toEqual([
    `View of ${of} on prod is declared twice; the other declaration is Edit of ${of} on prod`,
    `Edit of ${of} on prod is declared twice; the other declaration is View of ${of} on prod`,
  ]);
  expect(refused(element('a', 'View'), element('b', 'View'))[0]?.message).toBe(
    `View of ${of} on prod is declared twice`,
  );
});

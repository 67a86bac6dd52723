import { describe, expect, test } from '@jest/globals';
import type { Step } from '../model/plan.js';
import { accessOf, grantOf, scopeOf, userOf } from './access.fixture.js';
import { accessAfter } from './access-after.js';
import { EffectiveAccess } from './effective-access.js';

const [jane, prod] = [userOf('jane'), scopeOf('prod')];
const two = accessOf({
  principals: [jane],
  scopes: [prod],
  grants: [grantOf(jane, prod, 'View'), grantOf(jane, prod, 'Owner')],
});
const values = { container: 'prod', principalType: 'user', principalId: 'jane' };
const step = (more: Partial<Step>): Step => ({
  key: 'delinea_container_permission.jane',
  kind: 'container-permission',
  surface: '',
  operation: 'revoke',
  label: '',
  desired: {},
  before: values,
  changed: [],
  after: [],
  ...more,
});
const rights = (...steps: Step[]) => accessAfter(two, steps).grants.map((grant) => grant.rights.right);

describe('two permissions of one principal on one container', () => {
  test('both stay without a step', () => {
    expect(rights()).toEqual(['View', 'Owner']);
  });

  test('a step changes the one with its id, or all if it has none of them', () => {
    expect(rights(step({ id: 'jane/prod/View' }))).toEqual(['Owner']);
    const replaced = step({ id: 'jane/prod/Owner', operation: 'replace', desired: { right: 'Edit' } });
    expect(rights(replaced)).toEqual(['View', 'Edit']);
    expect(rights(step({ id: 'other' }))).toEqual([]);
  });
});

test('a folder whose grants are written ends its inheritance and keeps a copy of what it inherited', () => {
  const tom = userOf('tom');
  const child = scopeOf('child', { parent: 'prod', inherits: true });
  const inherited = accessOf({
    principals: [jane, tom],
    scopes: [prod, child],
    grants: [grantOf(jane, prod, 'Owner')],
  });
  const ends = { container: 'child', principalType: 'user', principalId: 'tom' };
  const given = step({ operation: 'create', before: {}, desired: { ...ends, right: 'View' } });
  const taken = step({ id: 'jane/prod/Owner' });
  const reaching = (...steps: Step[]) =>
    new EffectiveAccess(accessAfter(inherited, steps))
      .who(child)
      .map(({ principal, right }) => [principal.name, right]);
  expect(reaching(given)).toEqual([
    ['jane', 'Owner'],
    ['tom', 'View'],
  ]);
  expect(reaching(taken)).toEqual([]);
});

test('members of a group that were not read stay unknown, unless the steps list them', () => {
  const unread = accessOf({ principals: [{ kind: 'group', id: 'dba', name: 'dba' }] });
  const change = (desired: Step['desired'], changed: string[]) => {
    const update = step({ kind: 'group', id: 'dba', operation: 'update', label: 'dba', before: {}, desired, changed });
    return accessAfter(unread, [update]).principals[0]?.members;
  };
  expect(change({ description: 'x' }, ['description'])).toBeUndefined();
  expect(change({ members: ['jane'] }, ['members'])).toEqual([{ kind: 'user', id: 'jane' }]);
  expect(change({ members: [] }, ['members'])).toEqual([]);
});

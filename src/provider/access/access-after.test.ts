import { describe, expect, test } from '@jest/globals';
import type { Step } from '../model/plan.js';
import { accessOf, grantOf, scopeOf, userOf } from './access.fixture.js';
import { accessAfter } from './access-after.js';

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

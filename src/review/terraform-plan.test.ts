import { describe, expect, test } from '@jest/globals';
import { accessOf, scopeOf } from '../provider/access/access.fixture.js';
import { accessAfter, compareAccess, EffectiveAccess } from '../provider/index.js';
import { readTerraformPlan } from './terraform-plan.js';

const user = { type: 'delinea_user', mode: 'managed', address: 'delinea_user.a' };
const jane = (id: string) => ({ user_name: 'a@example.com', id });
const grant = {
  type: 'delinea_container_permission',
  mode: 'managed',
  address: 'delinea_container_permission.a',
  change: {
    actions: ['create'],
    before: null,
    after: { container: 'prod', principal_type: 'user', right: 'Owner' },
    after_unknown: { principal_id: true, id: true },
  },
};
const plan = (...resource_changes: object[]) => ({
  format_version: '1.2',
  terraform_version: '1.11.0',
  resource_changes,
  configuration: {
    root_module: {
      resources: [
        {
          address: grant.address,
          mode: 'managed',
          expressions: { principal_id: { references: ['delinea_user.a.id', 'delinea_user.a'] } },
        },
      ],
    },
  },
});
const live = accessOf({
  principals: [{ kind: 'user', id: 'old', name: 'a@example.com', active: true }],
  scopes: [scopeOf('prod')],
});
const gained = (json: object) =>
  compareAccess(
    new EffectiveAccess(live),
    new EffectiveAccess(accessAfter(live, readTerraformPlan(json, live).steps)),
  ).map(({ change, principal }) => `${change} ${principal.id}`);

describe('objects that have two changes, or a change with two actions', () => {
  const after_unknown = { id: true };
  const after = { user_name: 'a@example.com' };

  test.each([
    ['replaced', [{ ...user, change: { actions: ['delete', 'create'], before: jane('old'), after, after_unknown } }]],
    [
      'replaced, then forgotten',
      [{ ...user, change: { actions: ['create', 'forget'], before: jane('old'), after, after_unknown } }],
    ],
    [
      'created beside a rest',
      [
        { ...user, change: { actions: ['create'], before: null, after, after_unknown } },
        {
          ...user,
          deposed: '00aa',
          change: { actions: ['delete'], before: jane('old'), after: null, after_unknown: {} },
        },
      ],
    ],
  ])('%s: a reference means the new one', (_, changes) => {
    expect(gained(plan(...changes, grant))).toEqual(['gained delinea_user.a']);
  });

  test('a permission that is created and forgotten is a gain', () => {
    const change = { ...grant.change, after: { ...grant.change.after, principal_id: 'old' }, after_unknown: {} };
    expect(gained(plan({ ...grant, change: { ...change, actions: ['create', 'forget'] } }))).toEqual(['gained old']);
  });
});

test.each([
  ['an action that is not known', { ...grant.change, actions: ['seize'] }],
  ['members that are no list', { ...grant.change, after: { members: 5 }, after_unknown: {} }],
])('%s is refused', (_, change) => {
  const changed = {
    ...grant,
    type: 'delinea_container_permissions',
    change: { ...change, after: { container: 'prod', grants: 5 } },
  };
  expect(() => readTerraformPlan(plan(changed), live)).toThrow('the plan cannot be used: ');
});

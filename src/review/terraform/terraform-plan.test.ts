import { describe, expect, test } from '@jest/globals';
import { accessOf, scopeOf } from '../../provider/access/access.fixture.js';
import { accessAfter, compareAccess, EffectiveAccess } from '../../provider/index.js';
import { reviewPlan, statesOf } from '../access/review.js';
import { lookAlikeNotes } from './terraform-notes.js';
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

describe('what Terraform does not call out itself', () => {
  const provider = (expressions: object) => ({
    ...plan(),
    configuration: {
      provider_config: {
        'ops:delinea.eu': { name: 'delinea', full_name: 'registry.terraform.io/delinea-iac/delinea', expressions },
        other: { name: 'other', expressions: { allow_removals: { constant_value: 1 }, block: [{}] } },
      },
    },
  });

  test.each([
    [{ allow_removals: { constant_value: 9 } }, ['the provider block weakens the guards: allow_removals is 9']],
    [
      { allow_principals: { constant_value: ['root'] }, allow_delete: { references: ['var.x'] } },
      [
        'the provider block weakens the guards: allow_delete is a value that the plan does not show',
        'the provider block weakens the guards: allow_principals is ["root"]',
      ],
    ],
    [{ allow_delete: { constant_value: false }, admin_roles: { constant_value: ['a'] }, concurrency: {} }, []],
  ])('settings of the provider block that weaken the guards: %j', (expressions, expected) => {
    expect(readTerraformPlan(provider(expressions), live).notes).toEqual(expected);
  });

  test('a setting of a resource that changes, and the account with which the snapshot was read', () => {
    const change = {
      actions: ['update'],
      before: { ...jane('old'), on_removal: 'deactivate' },
      after: { ...jane('old'), on_removal: 'delete' },
      after_unknown: {},
    };
    const known = { ...live, accounts: ['A@example.com'] };
    const read = readTerraformPlan(plan({ ...user, change }), known);
    const { callOuts } = reviewPlan(statesOf(known, read), read, 'live', {
      assertions: [],
      labels: [],
    });
    expect(callOuts).toMatchObject([
      { code: 'own_account', message: 'a@example.com is the account that the run logs in as', address: user.address },
      { code: 'setting_changed', message: 'delinea_user.a: on_removal becomes "delete", was "deactivate"' },
    ]);
  });

  test('a setting of a set without rights', () => {
    const values = { id: 'prod', container: 'prod', grants: [] };
    const change = {
      actions: ['update'],
      before: { ...values, on_removal: 'revoke' },
      after: { ...values, on_removal: 'retain' },
      after_unknown: {},
    };
    const set = { type: 'delinea_container_permissions', mode: 'managed', address: 'delinea_container_permissions.a' };
    const rules = { assertions: [], labels: [] };
    const read = readTerraformPlan(plan({ ...set, change }), live);
    const { callOuts } = reviewPlan(statesOf(live, read), read, 'live', rules);
    expect(callOuts.map(({ message }) => message)).toEqual([
      'delinea_container_permissions.a: on_removal becomes "retain", was "revoke"',
    ]);
  });

  test('changes of resources that the review does not know', () => {
    const other = (type: string, action: string) => ({
      type,
      mode: 'managed',
      address: `${type}.a`,
      change: { actions: [action], before: null, after: null, after_unknown: {} },
    });
    const json = plan(
      other('terraform_data', 'create'),
      other('delinea_new', 'delete'),
      other('null_resource', 'no-op'),
    );
    expect(readTerraformPlan(json, live).notes).toEqual([
      'not in this review, because their types are not known: terraform_data.a, delinea_new.a. Read them in terraform plan.',
    ]);
  });

  test('a name that looks like one in the tenant', async () => {
    const after = { user_name: '\u0430@example.com' };
    const change = { actions: ['create'], before: null, after, after_unknown: { id: true } };
    const { steps } = readTerraformPlan(plan({ ...user, change }), live);
    expect(await lookAlikeNotes(steps, live)).toEqual([
      expect.stringContaining('mixes scripts'),
      'user "\u0430@example.com" looks like user "a@example.com": U+0430 instead of U+0061',
    ]);
  });
});

import { expect, test } from '@jest/globals';
import { accessOf, grantOf, groupOf, scopeOf, userOf } from '../../provider/access/access.fixture.js';
import type { Step } from '../../provider/index.js';
import { effectsDigest } from './effects-digest.js';
import { reviewPlan, statesOf } from './review.js';
import type { ReviewedPlan } from './reviewed-plan.js';

const [jane, bob] = [userOf('jane'), userOf('bob')];
const [dba, prod] = [groupOf('dba', [jane]), scopeOf('prod')];
const live = { principals: [jane, bob, dba], scopes: [prod] };

const grant: Step = {
  key: 'delinea_container_permission.prod',
  kind: 'container-permission',
  surface: 'scim-cloud',
  operation: 'create',
  label: 'Owner of dba on prod',
  desired: { container: 'prod', principalType: 'group', principalId: 'dba', right: 'Owner' },
  before: {},
  changed: ['right'],
  after: [],
};
const none: Step = { ...grant, key: 'delinea_user.jane', kind: 'user', operation: 'none', desired: {} };

function digest(
  access: Partial<typeof live> & object = {},
  step: Partial<Step> = {},
  more: Partial<ReviewedPlan> = {},
) {
  const plan: ReviewedPlan = {
    tenant: 'https://acme.example',
    steps: [none, { ...grant, ...step }],
    accounts: ['reader'],
    complete: true,
    notes: [],
    unknown: [],
    ...more,
  };
  return effectsDigest(
    plan,
    reviewPlan(statesOf(accessOf({ ...live, ...access }), plan), plan, 'live', { assertions: [], labels: [] }),
  );
}

test('effectsDigest: the same for another account, time, order and text', () => {
  const same = [
    digest({}, {}, { accounts: ['writer'], notes: ['a text'] }),
    digest({ taken: '2027-01-01T00:00:00Z' } as object),
    digest({ principals: [dba, bob, jane] }),
    digest({}, { label: 'other', after: ['delinea_user.jane'] }),
    digest({}, {}, { steps: [grant, none] }),
    digest({}, { desired: Object.fromEntries(Object.entries(grant.desired).reverse()) }),
    digest({}, {}, { steps: [grant] }),
  ];
  expect(new Set([digest(), ...same]).size).toBe(1);
});

test('effectsDigest: another one for another effect', () => {
  const others = [
    digest({ principals: [jane, bob, groupOf('dba', [jane, bob])] }),
    digest({ grants: [grantOf(jane, prod, 'Owner')] } as object),
    digest({}, { desired: { ...grant.desired, right: 'Edit' } }),
    digest({}, { before: { right: 'View' }, operation: 'update', id: '1' }),
    digest({}, { onRemoval: 'retain' }),
    digest({}, { settingChanges: [{ name: 'adopt', after: 'always' }] as unknown as Step['settingChanges'] }),
    digest({}, {}, { tenant: 'https://other.example' }),
    digest({}, {}, { complete: false }),
    digest({}, {}, { unknown: ['delinea_group.a'] }),
    digest({ unread: ['roles'] } as object),
    digest({}, {}, { steps: [] }),
  ];
  expect(new Set([digest(), ...others]).size).toBe(others.length + 1);
});

import { expect, test } from '@jest/globals';
import type { OwnedObject, Plan } from '../../provider/index.js';
import { sampleChange, samplePlan } from '../text/sample-plan.fixture.js';
import { driftItems, writeKey } from './drift.js';

const owned = (over: Partial<OwnedObject>): OwnedObject => ({
  address: 'delinea_group.sre',
  kind: 'group',
  id: 'id-sre',
  surface: 'platform-rest',
  key: { displayName: 'sre' },
  ...over,
});
const NOTHING = { owned: [], unverified: new Set<string>() };
const shown = (plan: Plan, evidence: Parameters<typeof driftItems>[1] = NOTHING) =>
  driftItems(plan, evidence).map(({ message }) => message);
const members = (desired: string[], before: string[]) =>
  sampleChange('update', 'group', 'sre', { desired: { members: desired }, before: { members: before } });

test('driftItems: a member is added or removed if the list was managed, otherwise not in code or not applied', () => {
  const plan = samplePlan([members(['id-jane'], ['id-bob'])]);
  const managed = owned({ managedMembers: { members: ['id-jane'] } });
  const at = '(delinea_group.sre)';
  expect(shown(plan, { ...NOTHING, owned: [managed] })).toEqual([
    `added: bob@example.com in sre ${at}`,
    `removed: jane@example.com in sre ${at}`,
  ]);
  expect(shown(plan, { ...NOTHING, owned: [owned({})] })).toEqual([
    `not in code: bob@example.com in sre ${at}`,
    `not applied: jane@example.com in sre ${at}`,
  ]);
});

test('driftItems: a member is removed if it is gone from the tenant itself, as code refers to it by its address', () => {
  const again = sampleChange('create', 'group', 'inner');
  const desired = { members: [{ ref: again.address, attribute: 'id' }] };
  const change = sampleChange('update', 'group', 'sre', { desired, before: { members: [] } });
  const inner = owned({ address: again.address, id: 'id-old' });
  const sre = owned({ managedMembers: { members: ['id-old'] } });
  const show = (...entries: OwnedObject[]) => shown(samplePlan([change]), { ...NOTHING, owned: entries });
  expect(show(sre, inner)).toEqual([expect.stringMatching(/^removed: .* in sre \(delinea_group\.sre\)$/)]);
  expect(show(sre)).toEqual([expect.stringMatching(/^not applied: /)]);
});

test('driftItems: members of one name have ids of their own, so that an accepted one is not another', () => {
  const names = { user: { 'id-1': { name: 'ops' } }, group: { 'id-2': { name: 'ops' } } };
  const items = driftItems(samplePlan([members([], ['id-1', 'id-2'])], { names }), NOTHING);
  expect(items.map(({ object }) => [object.name, object.id])).toEqual([
    ['ops in sre', 'user id-1'],
    ['ops in sre', 'group id-2'],
  ]);
});

test('driftItems: a member that code has removed is not applied', () => {
  const managed = owned({ managedMembers: { members: ['id-bob', 'id-jane'] } });
  const items = shown(samplePlan([members(['id-jane'], ['id-bob', 'id-jane'])]), { ...NOTHING, owned: [managed] });
  expect(items).toEqual(['not applied: bob@example.com in sre (delinea_group.sre)']);
});

test('driftItems: an object that is gone is removed if the ledger had it, otherwise not applied', () => {
  const gone = sampleChange('create', 'user', 'jane');
  const finding = {
    level: 'drift',
    code: 'deleted_out_of_band',
    address: 'delinea_user.jane',
    message: 'gone',
  } as const;
  expect(shown(samplePlan([gone], { findings: [finding] }))).toEqual(['removed: jane (delinea_user.jane)']);
  expect(shown(samplePlan([gone]))).toEqual(['not applied: jane (delinea_user.jane)']);
});

test('driftItems: a write that was not read back is still propagating', () => {
  const change = sampleChange('update', 'user', 'jane', { desired: { title: 'a' }, before: { title: 'b' } });
  const unverified = new Set([writeKey('delinea_user.jane', 'jane')]);
  expect(shown(samplePlan([change]), { owned: [], unverified })).toEqual([
    'propagating: title of jane (delinea_user.jane)',
  ]);
});

test('driftItems: an unreadable object is not visible, and no other kind', () => {
  const findings = [
    { level: 'error', code: 'forbidden', address: 'delinea_user.jane', message: 'may not be read' },
    { level: 'note', code: 'not_checked', message: 'holders were not read' },
    { level: 'error', code: 'not_ours', address: 'delinea_user.bob', message: 'exists already' },
  ] as const;
  expect(shown(samplePlan([], { findings }))).toEqual([
    'not visible: may not be read',
    'not visible: holders were not read',
  ]);
});

test('driftItems: every drift of a plan is an item, also one without a change', () => {
  const findings = [{ level: 'drift', code: 'added_out_of_band', address: 'delinea_x.y', message: 'eve' }] as const;
  expect(shown(samplePlan([], { findings }))).toEqual(['added: eve']);
});

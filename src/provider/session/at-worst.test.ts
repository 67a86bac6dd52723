import { expect, test } from '@jest/globals';
import type { ResourceChange } from '../model/plan.js';
import { resourceOf } from '../resources/index.js';
import { atWorst } from './at-worst.js';
import type { InstancePlan } from './plan-in-isolation.js';

const planOf = (operation: string, values?: object) =>
  ({
    change: { delinea: { operation, before: {}, desired: {}, changed: ['title'] } },
    findings: [],
    live: values && { id: '1', values },
  }) as unknown as InstancePlan;
const [user, group] = [resourceOf('user'), resourceOf('group')];
const worstOf = (change: ResourceChange) => {
  const { operation, before, desired, changed } = change.delinea;
  return { operation, before, desired, changed };
};

test('at worst: an unknown status of an active user is a removal, whatever else changes', () => {
  const worst = atWorst(planOf('adopt', { active: true }), { resource: user, unknown: ['active'] });
  const disabled = { before: { active: true }, desired: { active: false }, changed: ['title', 'active'] };
  expect(worstOf(worst)).toEqual({ operation: 'update', ...disabled });
});

test('at worst: a list keeps only the members that are known', () => {
  const plan = planOf('none', { members: ['1', '2'] });
  const at = { resource: group, unknown: ['members'] };
  expect(atWorst(plan, { ...at, declared: { members: ['2'] } }).delinea.desired).toEqual({ members: ['2'] });
  expect(atWorst(plan, at).delinea.desired).toEqual({ members: [] });
});

test('at worst: an unknown right is the least one', () => {
  const plan = planOf('none', { right: 'Owner' });
  const worst = worstOf(atWorst(plan, { resource: resourceOf('container-permission'), unknown: ['right'] }));
  expect(worst).toMatchObject({ operation: 'replace', before: { right: 'Owner' }, desired: { right: 'View' } });
});

test.each([
  ['nothing that counts is unknown', planOf('update', { active: true }), { resource: user, unknown: ['title'] }],
  ['the user is disabled already', planOf('update', { active: false }), { resource: user, unknown: ['active'] }],
  ['the group is empty already', planOf('update', { members: [] }), { resource: group, unknown: ['members'] }],
  ['the object is created', planOf('create'), { resource: user, unknown: ['active'] }],
])('at worst: the change is as planned when %s', (_, plan, instance) => {
  expect(atWorst(plan, instance)).toBe(plan.change);
});

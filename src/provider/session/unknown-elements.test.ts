import { expect, test } from '@jest/globals';
import type { ResourceChange, Step } from '../model/plan.js';
import type { Values } from '../model/values.js';
import { withoutUncertain } from './unknown-elements.js';

const edge = (operation: string, principalId: string, right: string) =>
  ({
    kind: 'container-permission',
    operation,
    before: { container: '7', principalType: 'user', principalId, right },
  }) as unknown as Step;
const change = (...edgeSteps: Step[]) => ({ delinea: { edgeSteps } }) as unknown as ResourceChange;
const kept = ({ change: { delinea } }: ReturnType<typeof withoutUncertain>) => delinea.edgeSteps;

const [jane, joe, added] = [
  edge('revoke', 'jane', 'View'),
  edge('revoke', 'joe', 'Edit'),
  edge('create', 'ann', 'View'),
];

test('unknown elements: every removal is certain when all elements are known', () => {
  expect(withoutUncertain(change(jane, joe, added))).toEqual({ change: change(jane, joe, added), uncertain: [] });
});

test('unknown elements: no removal is certain when their number is not known', () => {
  const outcome = withoutUncertain(change(jane, joe, added), 'all');
  expect([kept(outcome), outcome.uncertain]).toEqual([[added], [jane, joe]]);
});

test.each<[string, Values, Step]>([
  ['its right is known', { right: 'Edit' }, joe],
  ['its principal is known', { principalType: 'user', principalId: 'jane' }, jane],
])('unknown elements: an element may keep one matching edge when %s', (_, element, uncertain) => {
  const outcome = withoutUncertain(change(jane, joe), [element]);
  expect(outcome.uncertain).toEqual([uncertain]);
  expect(kept(outcome)).toEqual([jane, joe].filter((step) => step !== uncertain));
});

test('unknown elements: two elements keep two edges, and one that matches none keeps none', () => {
  expect(withoutUncertain(change(jane, joe), [{}, {}]).uncertain).toEqual([jane, joe]);
  expect(withoutUncertain(change(jane, joe), [{ right: 'Owner' }]).uncertain).toEqual([]);
});

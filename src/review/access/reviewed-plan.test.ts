import { expect, test } from '@jest/globals';
import { accessOf } from '../../provider/access/access.fixture.js';
import type { ResourceChange, SettingChange } from '../../provider/index.js';
import { sampleChange, samplePlan } from '../text/sample-plan.fixture.js';
import { effectsDigest } from './effects-digest.js';
import { reviewPlan, statesOf } from './review.js';
import { reviewedPlan } from './reviewed-plan.js';

/** Returns the review of an authoritative set with one edge that stays as it is. */
function reviewOf(settingChanges: readonly SettingChange[]) {
  const { delinea: edge } = sampleChange('none', 'container-permission', 'edge');
  const set = sampleChange('configure', 'container-permissions', 'prod', { settingChanges });
  const change: ResourceChange = { ...set, delinea: { ...set.delinea, edgeSteps: [edge] } };
  const plan = reviewedPlan(samplePlan([change]));
  const review = reviewPlan(statesOf(accessOf({}), plan), plan, 'live', { assertions: [], labels: [] });
  return { callOuts: review.callOuts.map(({ message }) => message), digest: effectsDigest(plan, review) };
}

test('reviewedPlan: shows the settings of an authoritative set, and the digest covers them', () => {
  const none = reviewOf([]);
  const retain = reviewOf([{ name: 'on_removal', before: 'revoke', after: 'retain' }]);
  const inherit = reviewOf([{ name: 'break_inheritance', before: false, after: true }]);
  expect(none.callOuts).toEqual([]);
  expect([...retain.callOuts, ...inherit.callOuts]).toEqual([
    'delinea_container_permissions.prod: on_removal becomes "retain", was "revoke"',
    'delinea_container_permissions.prod: break_inheritance becomes true, was false',
  ]);
  expect(new Set([none, retain, inherit].map(({ digest }) => digest)).size).toBe(3);
});

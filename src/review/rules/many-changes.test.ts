import { expect, test } from '@jest/globals';
import { accessOf, grantOf, scopeOf, userOf } from '../../provider/access/access.fixture.js';
import { EffectiveAccess } from '../../provider/index.js';
import { driftOf } from '../drift/drift-report.js';
import { driftText } from '../drift/drift-text.js';
import { plain } from '../text/paint.js';
import { sampleChange, samplePlan } from '../text/sample-plan.fixture.js';
import { checkAssertions } from './assertions.js';
import { directRights } from './policy-grants.js';

const NUMBER = 10_000;
const principals = Array.from({ length: NUMBER }, (_, index) => userOf(`u${index}`));
const scopes = Array.from({ length: NUMBER }, (_, index) => scopeOf(`s${index}`));
const grants = principals.map((user, index) => grantOf(user, scopes[index]!, 'Owner'));
const before = new EffectiveAccess(accessOf({ principals, scopes }));
const now = new EffectiveAccess(accessOf({ principals, scopes, grants }));

// Quadratic, each takes 20 s and more; the limit is far from both.
test.each<[string, () => readonly unknown[]]>([
  ['assertions', () => checkAssertions([{ noNew: 'Edit', on: '*', withoutLabel: 'x' }], { now, before, labels: [] })],
  ['policies', () => directRights({ before, after: now, changes: [], steps: [], labels: [], adminRoles: [] })],
])('%s: 10,000 new rights on 10,000 containers take time in proportion to their number', (_, check) => {
  const start = performance.now();
  expect(check()).toHaveLength(NUMBER);
  expect(performance.now() - start).toBeLessThan(8000);
});

test('driftText: 2000 changes outside of code with as many findings take time in proportion to their number', () => {
  const gone = Array.from({ length: 2000 }, (_, index) => sampleChange('create', 'user', `u${index}`));
  const findings = gone.map(
    ({ address }) => ({ level: 'drift', code: 'deleted_out_of_band', address, message: 'gone' }) as const,
  );
  const drift = driftOf(samplePlan(gone, { findings }));
  const start = performance.now();
  expect(driftText(drift, plain).match(/restore: /g)).toHaveLength(2000);
  expect(performance.now() - start).toBeLessThan(5000);
});

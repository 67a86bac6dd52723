import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { sampleChange, samplePlan } from '../../review/text/sample-plan.fixture.js';
import type { Plan } from './plan.js';
import { commandLineConsent, hasSignature, planDigest, signPlan } from './plan-digest.js';

const KEY = 'k'.repeat(32);
const change = sampleChange('update', 'user', 'jane', { desired: { title: 'x' }, before: { title: 'y' } });
const plan = (more: object = {}): Plan => ({ ...samplePlan([change]), ...more });

test('planDigest: depends on everything but the time, the cost and the signature', () => {
  const { cost } = plan().delinea;
  const others = [
    plan({ timestamp: '2027-01-01T00:00:00.000Z' }),
    { ...plan(), delinea: { ...plan().delinea, cost: { ...cost, gets: 9 } } },
    signPlan(plan(), KEY),
  ];
  for (const other of others) expect(planDigest(other)).toBe(planDigest(plan()));
});

test('planDigest: does not depend on the order of names and on the format of the file', () => {
  const reversed = Object.fromEntries(Object.entries(plan()).reverse()) as unknown as Plan;
  expect(planDigest(JSON.parse(JSON.stringify(reversed, null, 4)))).toBe(planDigest(plan()));
});

test('planDigest: is another one when any other value differs', () => {
  const paths = pathsIn(plan()).filter(
    (path) => !['timestamp', 'delinea', 'delinea,cost'].includes(path.join()) && path[1] !== 'cost',
  );
  fc.assert(
    fc.property(fc.constantFrom(...paths), fc.jsonValue({ maxDepth: 1 }), (path, value) => {
      const changed = JSON.parse(JSON.stringify(plan()));
      const parent = path.slice(0, -1).reduce((here, name) => here[name], changed);
      fc.pre(JSON.stringify(parent[path.at(-1)!]) !== JSON.stringify(value));
      parent[path.at(-1)!] = value;
      expect(planDigest(changed)).not.toBe(planDigest(plan()));
    }),
    { numRuns: 200 },
  );
});

test('planDigest: does not depend on the time in a consent of the command line', () => {
  const consenting = (timestamp: string, reactivated = commandLineConsent(timestamp)) =>
    plan({ timestamp, resource_changes: [{ ...change, delinea: { ...change.delinea, reactivated } }] });
  expect(planDigest(consenting('2026-01-02T00:00:00Z'))).toBe(planDigest(consenting('2026-01-01T00:00:00Z')));
  expect(planDigest(consenting('2026-01-01T00:00:00Z', 'T-1'))).not.toBe(
    planDigest(consenting('2026-01-01T00:00:00Z')),
  );
  expect(planDigest(consenting('2026-01-01T00:00:00Z', 'command line, '))).not.toBe(
    planDigest(consenting('2026-01-01T00:00:00Z')),
  );
});

test('hasSignature: accepts only the unchanged plan with the same key', () => {
  const signed = signPlan(plan(), KEY);
  expect(signPlan(plan(), undefined)).toEqual(plan());
  expect(signed.delinea.signature).toMatch(/^[0-9a-f]{64}$/);
  expect(hasSignature(signed, KEY)).toBe(true);
  expect(hasSignature(signed, `${KEY}x`)).toBe(false);
  expect(hasSignature(plan(), KEY)).toBe(false);
  expect(hasSignature({ ...signed, applyable: false }, KEY)).toBe(false);
  for (const signature of ['', 'x', signed.delinea.signature!.toUpperCase()])
    expect(hasSignature({ ...signed, delinea: { ...signed.delinea, signature } }, KEY)).toBe(false);
});

function pathsIn(value: unknown): string[][] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [[key], ...pathsIn(inner).map((path) => [key, ...path])]);
}

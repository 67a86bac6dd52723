import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { DelineaError } from '../provider/index.js';
import { sampleChange, samplePlan } from '../review/sample-plan.fixture.js';
import { readPlanFile } from './plan-file.js';

const folder = mkdtempSync(join(tmpdir(), 'plan-'));

function fileWith(content: unknown): string {
  const file = join(folder, 'plan.json');
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}

const plan = () =>
  JSON.parse(
    JSON.stringify(
      samplePlan([
        sampleChange('update', 'user', 'jane', { desired: { title: 'x' } }),
        sampleChange('create', 'user', 'bob'),
      ]),
    ),
  );

test('readPlanFile: returns a plan as it was written', () => {
  expect(readPlanFile(fileWith(plan()))).toEqual(plan());
});

test('readPlanFile: returns undefined for a stack, a folder, invalid JSON and a missing file', () => {
  expect(readPlanFile(fileWith({ resource: {} }))).toBeUndefined();
  expect(readPlanFile(fileWith('{'))).toBeUndefined();
  expect(readPlanFile(folder)).toBeUndefined();
  expect(readPlanFile(join(folder, 'none'))).toBeUndefined();
});

test.each<[string, unknown, boolean]>([
  ['a count', { kind: 'allowRemovals', count: 3 }, true],
  ['a text instead of a count', { kind: 'allowRemovals', count: 'all' }, false],
  ['a known kind', { kind: 'adopt', resource: 'user', id: '7' }, true],
  ['an unknown kind', { kind: 'refer', resource: 'robot' }, false],
  ['an unknown remedy', { kind: 'hope' }, false],
])('readPlanFile: checks the remedies of findings: %s', (_, remedy, accepted) => {
  const saved = plan();
  saved.delinea.findings = [{ level: 'error', code: 'not_ours', message: 'exists', remedy: [remedy] }];
  const read = () => readPlanFile(fileWith(saved));
  if (accepted) expect(read()?.delinea.findings[0]?.remedy).toEqual([remedy]);
  else expect(read).toThrow('delinea.findings.0.remedy.0');
});

// biome-ignore lint/suspicious/noExplicitAny: tampering with a plan needs no types
type Tampered = any;

test.each<[string, (plan: Tampered) => void, RegExp]>([
  ['of Terraform', (p) => delete p.delinea, /not made by delinea-iac/],
  ['of another format', (p) => (p.format_version = '9.0'), /format_version/],
  ['without its steps', (p) => delete p.resource_changes, /resource_changes/],
  ['with an unknown kind', (p) => (p.resource_changes[0].delinea.kind = 'robot'), /"robot" is not a kind/],
  ['with a kind that cannot be written', (p) => (p.resource_changes[0].delinea.kind = 'role'), /"role" is not a kind/],
  ['whose kind is not that of its address', (p) => (p.resource_changes[0].delinea.kind = 'group'), /do not match/],
  ['whose address is another', (p) => (p.resource_changes[0].address = 'delinea_user.eve'), /do not match/],
  [
    'that hides a removal',
    (p) => (p.resource_changes[0].delinea.operation = 'delete'),
    /"delete" does not match the actions "update"/,
  ],
  ['with one step twice', (p) => (p.resource_changes[1] = p.resource_changes[0]), /two steps/],
  ['with an unknown attribute', (p) => (p.resource_changes[0].delinea.desired.isAdmin = true), /"isAdmin"/],
  ['without an id', (p) => delete p.resource_changes[0].delinea.id, /no id/],
  ['that depends on an unknown step', (p) => (p.resource_changes[0].delinea.after = ['x']), /depends on "x"/],
])('readPlanFile: refuses a plan %s', (_, tamper, message) => {
  const tampered = plan();
  tamper(tampered);
  expect(() => readPlanFile(fileWith(tampered))).toThrow(message);
});

test('readPlanFile: reads or refuses a plan with any value replaced', () => {
  const paths = pathsIn(plan());
  fc.assert(
    fc.property(fc.constantFrom(...paths), fc.jsonValue({ maxDepth: 2 }), (path, value) => {
      const tampered = plan();
      const parent = path.slice(0, -1).reduce((here: Tampered, key) => here[key], tampered);
      parent[path.at(-1)!] = value;
      try {
        readPlanFile(fileWith(tampered));
      } catch (error) {
        expect(error).toBeInstanceOf(DelineaError);
      }
    }),
    { numRuns: 500 },
  );
});

function pathsIn(value: unknown): string[][] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [[key], ...pathsIn(inner).map((path) => [key, ...path])]);
}

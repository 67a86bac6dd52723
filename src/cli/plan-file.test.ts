import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { DelineaError } from '../provider/index.js';
import { sampleChange, samplePlan } from '../review/text/sample-plan.fixture.js';
import { planJson } from './plan.js';
import { readPlanFile } from './plan-file.js';

const folder = mkdtempSync(join(tmpdir(), 'plan-'));

function fileWith(content: unknown): string {
  const file = join(folder, 'plan.json');
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}

const sample = () =>
  samplePlan([
    sampleChange('update', 'user', 'jane', { desired: { title: 'x' } }),
    sampleChange('create', 'user', 'bob'),
  ]);
const plan = () => JSON.parse(planJson(sample()));

test('readPlanFile: returns a plan as it was made', () => {
  expect(readPlanFile(fileWith(plan()))).toEqual(JSON.parse(JSON.stringify(sample())));
});

test('readPlanFile: returns undefined for a file with the name of a stack, a folder and a missing file', () => {
  const stack = join(folder, 'cdk.tf.json');
  for (const content of ['{"resource":{}}', '{', '']) {
    writeFileSync(stack, content);
    expect(readPlanFile(stack)).toBeUndefined();
  }
  expect(readPlanFile(folder)).toBeUndefined();
  const named = join(folder, 'folder.json');
  mkdirSync(named);
  expect(() => readPlanFile(named)).toThrow('it is a folder');
  expect(readPlanFile(join(folder, 'none'))).toBeUndefined();
});

// biome-ignore lint/suspicious/noExplicitAny: tampering with a plan needs no types
type Tampered = any;

test.each<[string, (plan: Tampered) => void, RegExp]>([
  ['of Terraform', (p) => delete p.delinea, /not made by delinea-iac/],
  ['without a format', (p) => delete p.format_version, /format_version/],
  ['of another format', (p) => (p.format_version = '9.0'), /format_version/],
  ['without the values that it leads to', (p) => delete p.planned_values, /its planned_values contradicts/],
  [
    'that leads to other values than its changes',
    (p) => p.planned_values.root_module.resources.push({ address: 'delinea_user.eve' }),
    /its planned_values contradicts/,
  ],
  [
    'with another state before it',
    (p) => p.prior_state.values.root_module.resources.push({}),
    /its prior_state contradicts/,
  ],
  ['without its steps', (p) => delete p.resource_changes, /resource_changes/],
  ['whose time is a text', (p) => (p.timestamp = 'soon'), /timestamp/],
  ['with an unknown kind', (p) => (p.resource_changes[0].delinea.kind = 'robot'), /delinea\.kind/],
  ['with an unknown operation', (p) => (p.resource_changes[0].delinea.operation = 'hope'), /delinea\.operation/],
  ['whose values are none', (p) => (p.resource_changes[0].delinea.desired = 'x'), /delinea\.desired/],
])('readPlanFile: refuses a plan %s', (_, tamper, message) => {
  const tampered = plan();
  tamper(tampered);
  expect(() => readPlanFile(fileWith(tampered))).toThrow(message);
});

test.each<[string, () => string, RegExp]>([
  ['a binary plan of Terraform', () => 'PK\u0003\u0004tfplan', /not made by delinea-iac/],
  ['a state of Terraform', () => '{"version":4,"terraform_version":"1.9.0","lineage":"x"}', /it is a Terraform state/],
  ['a stack in place of a plan', () => '{"resource":{"delinea_user":{}}}', /it is not a plan/],
  ['an empty object', () => '{}', /it is not a plan/],
  ['a list', () => '[]', /it is not a plan/],
  ['an empty file', () => ' \n', /the file is empty/],
  ['half of a plan', () => JSON.stringify(plan()).slice(0, 200), /it is not JSON/],
  ['a ledger', () => '{"version":1,"stack":"people","tenant":"x","objects":[]}', /it is a ledger/],
  [
    'a plan with two values of one key',
    () => JSON.stringify(plan()).replace('"label":', '"label":"eve","label":'),
    /has the key "label" twice/,
  ],
  [
    'a plan with a prototype',
    () => JSON.stringify(plan()).replace('"desired":{', '"desired":{"__proto__":{"active":true},'),
    /has the key "__proto__"/,
  ],
  [
    'a deeply nested plan',
    () => JSON.stringify(plan()).replace('"desired":{', `"desired":{"x":${'['.repeat(1e5)}${']'.repeat(1e5)},`),
    /nested more than 64 levels deep/,
  ],
  ['a huge file', () => ' '.repeat(65 * 1024 * 1024), /larger than 64 MiB/],
  ['a plan with too many values', () => `{"delinea":[${'{},'.repeat(6_000_000)}{}]}`, /more values than fit in 192 MB/],
])('readPlanFile: refuses %s', (_, text, message) => {
  expect(() => readPlanFile(fileWith(text()))).toThrow(message);
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
    { numRuns: 300 },
  );
});

function pathsIn(value: unknown): string[][] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [[key], ...pathsIn(inner).map((path) => [key, ...path])]);
}

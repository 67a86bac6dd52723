import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { group, user } from '../../test/support/tenant/declare.js';
import { allGrants, allHolders } from '../../test/support/tenant/declare-sets.js';
import { openWorkbench } from '../../test/support/tenant/workbench.js';
import { DelineaError, type Operation, type Plan } from '../provider/index.js';
import { readPlanFile } from './plan-file.js';

// biome-ignore lint/suspicious/noExplicitAny: tampering with a plan needs no types
type Tampered = any;

const folder = mkdtempSync(join(tmpdir(), 'sets-'));
const jane = user('jane');
const kim = user('kim');
const sre = group('sre');

let made: Plan;
let gone: Plan;

beforeAll(async () => {
  const bench = await openWorkbench({
    data: {
      users: [{ userName: 'mallory@example.com' }],
      containers: ['prod', 'test'],
      roles: ['Auditor'],
      containerPermissions: [{ container: 'prod', user: 'mallory@example.com', right: 'View' }],
      roleBindings: [{ role: 'Auditor', user: 'mallory@example.com' }],
    },
  });
  try {
    const before = [
      jane,
      sre,
      allGrants('prod', 'prod', [
        [jane, 'Owner'],
        [sre, 'View'],
      ]),
    ];
    await bench.converge(before);
    bench.sim.admin.grant('prod', { user: 'mallory@example.com' }, 'Edit');
    gone = await bench.plan([jane, sre]);
    made = await bench.plan([
      jane,
      kim,
      sre,
      allGrants('prod', 'prod', [
        [jane, 'Owner'],
        [sre, 'Edit'],
        [kim, 'Owner'],
      ]),
      allHolders('auditor', 'Auditor', [jane]),
    ]);
  } finally {
    await bench.close();
  }
});

function read(plan: unknown): Plan | undefined {
  const file = join(folder, 'plan.json');
  writeFileSync(file, JSON.stringify(plan));
  return readPlanFile(file);
}

const copy = (plan: Plan): Tampered => JSON.parse(JSON.stringify(plan));

/** Returns the change of the authoritative resource on prod, and its edge with an operation. */
const resourceIn = (plan: Tampered) =>
  plan.resource_changes.find(({ type }: Tampered) => type === 'delinea_container_permissions');
const edgeIn = (plan: Tampered, operation: Operation) =>
  resourceIn(plan).delinea.edgeSteps.find((step: Tampered) => step.operation === operation);

test('readPlanFile: returns a plan with authoritative resources as it was written', () => {
  expect(resourceIn(made).delinea.edgeSteps.map(({ operation }: Tampered) => operation)).toEqual([
    'none',
    'replace',
    'create',
    'revoke',
  ]);
  expect(read(made)).toEqual(copy(made));
  expect(resourceIn(gone).delinea.operation).toBe('revoke');
  expect(read(gone)).toEqual(copy(gone));
});

test('readPlanFile: reads or refuses an authoritative resource with any value replaced', () => {
  const paths = pathsIn(resourceIn(copy(made)));
  fc.assert(
    fc.property(fc.constantFrom(...paths), fc.jsonValue({ maxDepth: 2 }), (path, value) => {
      const tampered = copy(made);
      const parent = path.slice(0, -1).reduce((here: Tampered, key) => here[key], resourceIn(tampered));
      parent[path.at(-1)!] = value;
      try {
        read(tampered);
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

describe('readPlanFile: refuses a plan', () => {
  test.each<[string, (plan: Tampered) => void, RegExp]>([
    [
      'with an authoritative resource without edges',
      (p) => delete resourceIn(p).delinea.edgeSteps,
      /is authoritative, but has no steps for its assignments/,
    ],
    [
      'whose user has edges',
      (p) => (p.resource_changes.find((c: Tampered) => c.type === 'delinea_user').delinea.edgeSteps = []),
      /is not authoritative, but has steps for assignments/,
    ],
    ['with an edge inside an edge', (p) => (edgeIn(p, 'none').edgeSteps = []), /edgeSteps/],
    ['with an edge of another kind', (p) => (edgeIn(p, 'none').kind = 'role-binding'), /is not a container-permission/],
    ['that deletes an edge permanently', (p) => (edgeIn(p, 'revoke').operation = 'delete'), /operation "delete"/],
    ['whose edge has no id', (p) => delete edgeIn(p, 'revoke').id, /has no id/],
    ['with one key twice', (p) => (edgeIn(p, 'create').key = edgeIn(p, 'none').key), /two steps/],
    ['with a key of another change', (p) => (edgeIn(p, 'create').key = 'delinea_user.kim'), /two steps/],
    ['with an unknown attribute', (p) => (edgeIn(p, 'revoke').before.isAdmin = true), /"isAdmin"/],
    [
      'with an attribute that no element has',
      (p) => (edgeIn(p, 'create').desired.secretRight = 'Owner'),
      /"secretRight"/,
    ],
    ['without a principal', (p) => delete edgeIn(p, 'create').desired.principalId, /no principal_id/],
    [
      'that changes the principal of an edge',
      (p) => (edgeIn(p, 'replace').desired.principalId = 'x'),
      /changes its principal_id/,
    ],
    [
      'that grants on another container',
      (p) => {
        const of = edgeIn(p, 'create');
        of.desired.container = '2';
        of.label = of.label.replace('prod', 'test');
      },
      /is not on permissions on prod/,
    ],
    [
      'whose right is not that of its label',
      (p) => (edgeIn(p, 'create').desired.right = 'View'),
      /label that does not match/,
    ],
    [
      'that grants more than "after" shows',
      (p) => {
        edgeIn(p, 'replace').desired.right = 'Owner';
        edgeIn(p, 'replace').label = 'Owner of sre on prod';
      },
      /"after"/,
    ],
    [
      'that grants an edge missing from "after"',
      (p) => {
        const of = structuredClone(edgeIn(p, 'create'));
        resourceIn(p).delinea.edgeSteps.push({
          ...of,
          key: 'x',
          desired: { ...of.desired, principalId: { ref: 'delinea_user.jane' } },
          label: 'Owner of jane@example.com on prod',
        });
      },
      /"after"/,
    ],
    ['that revokes an edge of "after"', (p) => Object.assign(edgeIn(p, 'none'), { operation: 'revoke' }), /"after"/],
    ['that revokes an edge missing from "before"', (p) => resourceIn(p).change.before.grants.pop(), /"before"/],
    [
      'with a label of another principal',
      (p) => (edgeIn(p, 'revoke').label = 'View of nobody on prod'),
      /label that does not match/,
    ],
    [
      'that hides writes behind a record',
      (p) => {
        resourceIn(p).delinea.operation = 'record';
        resourceIn(p).change.actions = ['no-op'];
      },
      /does not fit the resource's operation "record"/,
    ],
  ])('%s', (_, tamper, message) => {
    const tampered = copy(made);
    tamper(tampered);
    expect(() => read(tampered)).toThrow(message);
  });

  test('that keeps an edge although the resource is revoked', () => {
    const tampered = copy(gone);
    resourceIn(tampered).delinea.edgeSteps[0].operation = 'record';
    expect(() => read(tampered)).toThrow(/operation "record", which does not fit the resource's operation "revoke"/);
  });
});

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

/** The change of the set on prod, and its edge with an operation. */
const setIn = (plan: Tampered) =>
  plan.resource_changes.find(({ type }: Tampered) => type === 'delinea_container_permissions');
const edgeIn = (plan: Tampered, operation: Operation) =>
  setIn(plan).delinea.edgeSteps.find((part: Tampered) => part.operation === operation);

test('a plan with sets is read as it was written', () => {
  expect(setIn(made).delinea.edgeSteps.map(({ operation }: Tampered) => operation)).toEqual([
    'none',
    'replace',
    'create',
    'revoke',
  ]);
  expect(read(made)).toEqual(copy(made));
  expect(setIn(gone).delinea.operation).toBe('revoke');
  expect(read(gone)).toEqual(copy(gone));
});

test('a plan with anything in a set replaced by anything is read or refused', () => {
  const paths = pathsIn(setIn(copy(made)));
  fc.assert(
    fc.property(fc.constantFrom(...paths), fc.jsonValue({ maxDepth: 2 }), (path, value) => {
      const tampered = copy(made);
      const parent = path.slice(0, -1).reduce((here: Tampered, key) => here[key], setIn(tampered));
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

describe('a plan is refused', () => {
  test.each<[string, (plan: Tampered) => void, RegExp]>([
    ['whose set has no edges', (p) => delete setIn(p).delinea.edgeSteps, /a set without its edges/],
    [
      'whose user has edges',
      (p) => (p.resource_changes.find((c: Tampered) => c.type === 'delinea_user').delinea.edgeSteps = []),
      /edges of what is no set/,
    ],
    ['with an edge inside an edge', (p) => (edgeIn(p, 'none').edgeSteps = []), /edgeSteps/],
    ['with an edge of another kind', (p) => (edgeIn(p, 'none').kind = 'role-binding'), /is not a container-permission/],
    ['that deletes for good', (p) => (edgeIn(p, 'revoke').operation = 'delete'), /operation "delete"/],
    ['whose edge has no id', (p) => delete edgeIn(p, 'revoke').id, /has no id/],
    ['with one key twice', (p) => (edgeIn(p, 'create').key = edgeIn(p, 'none').key), /two steps/],
    ['with a key of another change', (p) => (edgeIn(p, 'create').key = 'delinea_user.kim'), /two steps/],
    ['with an unknown attribute', (p) => (edgeIn(p, 'revoke').before.isAdmin = true), /"isAdmin"/],
    ['with an attribute that no set has', (p) => (edgeIn(p, 'create').desired.secretRight = 'Owner'), /"secretRight"/],
    ['without a principal', (p) => delete edgeIn(p, 'create').desired.principalId, /no principal_id/],
    [
      'that changes whom it means',
      (p) => (edgeIn(p, 'replace').desired.principalId = 'x'),
      /two values of principal_id/,
    ],
    [
      'that gives elsewhere',
      (p) => {
        const of = edgeIn(p, 'create');
        of.desired.container = '2';
        of.label = of.label.replace('prod', 'test');
      },
      /is not on permissions on prod/,
    ],
    ['that gives more than it says', (p) => (edgeIn(p, 'create').desired.right = 'View'), /called otherwise/],
    [
      'that gives more than policy tools read',
      (p) => {
        edgeIn(p, 'replace').desired.right = 'Owner';
        edgeIn(p, 'replace').label = 'Owner of sre on prod';
      },
      /"after"/,
    ],
    [
      'that gives what policy tools do not read',
      (p) => {
        const of = structuredClone(edgeIn(p, 'create'));
        setIn(p).delinea.edgeSteps.push({
          ...of,
          key: 'x',
          desired: { ...of.desired, principalId: { ref: 'delinea_user.jane' } },
          label: 'Owner of jane@example.com on prod',
        });
      },
      /"after"/,
    ],
    ['that revokes who shall stay', (p) => Object.assign(edgeIn(p, 'none'), { operation: 'revoke' }), /"after"/],
    ['that revokes behind policy tools', (p) => setIn(p).change.before.grants.pop(), /"before"/],
    ['that is called otherwise', (p) => (edgeIn(p, 'revoke').label = 'View of nobody on prod'), /called otherwise/],
    [
      'that hides its writes',
      (p) => {
        setIn(p).delinea.operation = 'record';
        setIn(p).change.actions = ['no-op'];
      },
      /in a set whose own is "record"/,
    ],
  ])('%s', (_, tamper, message) => {
    const tampered = copy(made);
    tamper(tampered);
    expect(() => read(tampered)).toThrow(message);
  });

  test('that gives while it says that all goes', () => {
    const tampered = copy(gone);
    setIn(tampered).delinea.edgeSteps[0].operation = 'record';
    expect(() => read(tampered)).toThrow(/operation "record" in a set whose own is "revoke"/);
  });
});

import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { factsOf, findingsOf, stepsOf } from '../../../test/support/assert/facts.js';
import { bind, grant, looked, user } from '../../../test/support/tenant/declare.js';
import { openWorkbench, type Workbench } from '../../../test/support/tenant/workbench.js';

let bench: Workbench;
beforeEach(async () => {
  bench = await openWorkbench({ data: { containers: ['prod', 'stage', { name: 'eu', parent: 'prod' }] } });
});
afterEach(() => bench.close());

const [jane, tom] = [user('jane'), user('tom')] as const;
const others = [grant('tom', '/prod/eu', tom, 'Edit'), grant('stage', 'stage', jane, 'Edit')];
const idOfEu = () => bench.sim.state().containers.find(({ name }) => name === 'eu')!.id;
const namings: readonly (readonly [string, () => string])[] = [
  ['path', () => '/prod/eu'],
  ['id', idOfEu],
  ['name in other letters', () => 'EU'],
];

describe.each(namings)('two permissions on one folder, by name and by %s', (_, container) => {
  const twins = () => [grant('x', 'eu', jane, 'View'), grant('y', container(), jane, 'Owner')];
  const refused = ['error duplicate delinea_container_permission.x', 'error duplicate delinea_container_permission.y'];
  const unaffected = ['jane@example.com has Edit on stage', 'tom@example.com has Edit on eu'];
  const rights = () => factsOf(bench.sim.state()).filter((fact) => fact.includes(' has '));

  test('are both errors, also for a principal that does not exist yet; nothing else is', async () => {
    const result = await bench.converge([jane, tom, ...twins(), ...others]);
    expect(findingsOf(result.plan)).toEqual(refused);
    expect(result.plan.delinea.findings.map(({ message }) => message)).toEqual([
      expect.stringContaining('delinea_container_permission.y'),
      expect.stringContaining('delinea_container_permission.x'),
    ]);
    expect([result.failures, rights()]).toEqual([[], unaffected]);
  });

  test('keep the access that one of them granted before', async () => {
    await bench.converge([jane, tom, twins()[0]!, ...others]);
    const before = bench.sim.state();
    const result = await bench.converge([jane, tom, ...twins(), ...others]);
    expect([findingsOf(result.plan), stepsOf(result.plan)]).toEqual([refused, []]);
    expect(bench.sim.state()).toEqual(before);
  });
});

test('one folder for two principals, or one principal with two roles, is not a duplicate', async () => {
  const result = await bench.converge([
    jane,
    tom,
    ...others,
    grant('jane', 'eu', jane, 'View'),
    bind('a', 'User', jane),
    bind('b', 'Platform Admin', jane),
  ]);
  expect([findingsOf(result.plan), result.failures]).toEqual([[], []]);
});

test('several live permissions of one principal on one folder are an error, and none is changed', async () => {
  bench.sim.admin.addUser({ userName: 'ann@example.com' });
  for (const right of ['View', 'Edit'] as const) bench.sim.admin.grant('stage', { user: 'ann@example.com' }, right);
  const before = bench.sim.state();
  const ann = looked('user', 'ann', { userName: 'ann@example.com' });
  const { plan } = await bench.converge([ann, grant('ann', 'stage', ann, 'Owner', { adopt: 'always' })]);
  expect(findingsOf(plan)).toEqual(['error ambiguous delinea_container_permission.ann']);
  expect(bench.sim.state()).toEqual(before);
});

import { afterEach, describe, expect, test } from '@jest/globals';
import type { SimulatorData } from '../../src/simulator/index.js';
import { stepsOf } from '../support/assert/facts.js';
import { declarationsOf, readMonth } from '../support/generate/organisation.js';
import { group, membersOf, user } from '../support/tenant/declare.js';
import { openWorkbench, type Workbench } from '../support/tenant/workbench.js';

let bench: Workbench;
afterEach(() => bench?.close());

const numbered = (count: number) =>
  Array.from({ length: count }, (_, index) => user(`user${String(index + 1).padStart(5, '0')}`));

describe('reads of a plan', () => {
  test.each([
    ['shared', 100],
    ['split', 115],
  ] as const)('are limited for an existing real organisation: with %s ids at most %d', async (idSpaces, most) => {
    const july = readMonth('2026-07');
    bench = await openWorkbench({ idSpaces, data: structuredClone(july) as SimulatorData });
    const declarations = declarationsOf(july);
    const { plan, failures } = await bench.converge(declarations);
    expect([failures, stepsOf(plan).filter((step) => !step.startsWith('adopt'))]).toEqual([[], []]);
    expect(plan.resource_changes).toHaveLength(declarations.length);
    bench.sim.resetRequests();
    const again = await bench.plan(declarations);
    expect([stepsOf(again), again.applyable]).toEqual([[], false]);
    expect(bench.sim.requests.reads).toBeLessThanOrEqual(most);
    expect(bench.sim.requests.writes).toBe(0);
    expect(again.delinea.cost.lists + again.delinea.cost.gets).toBe(bench.sim.requests.reads);
  });

  test('are at most 105 for 10,000 users', async () => {
    bench = await openWorkbench({ seedUsers: 10_000 });
    const plan = await bench.plan(numbered(10_000));
    expect(stepsOf(plan)).toHaveLength(10_000);
    expect(bench.sim.requests.reads).toBeLessThanOrEqual(105);
  });

  test('are at most 20 for 16 managed users spread over 50,000', async () => {
    bench = await openWorkbench({ seedUsers: 50_000 });
    const spread = numbered(50_000).filter((_, index) => index % 3_125 === 3_000);
    expect(spread).toHaveLength(16);
    expect(stepsOf(await bench.plan(spread))).toHaveLength(16);
    expect(bench.sim.requests.reads).toBeLessThanOrEqual(20);
  });

  test('are at most twice the cheaper way for group members among many users', async () => {
    bench = await openWorkbench({ seedUsers: 20_000 });
    const people = numbered(20_000).filter((_, index) => index % 2_000 === 1_999);
    const all = [...people, group('sre', membersOf(...people))];
    await bench.converge(all);
    bench.sim.resetRequests();
    expect(stepsOf(await bench.plan(all))).toEqual([]);
    expect(bench.sim.requests.reads).toBeLessThanOrEqual(2 * (people.length + 3));
  });
});

test('writes of an apply: one write adds 500 members to a group', async () => {
  bench = await openWorkbench({ seedUsers: 600 });
  const people = numbered(501);
  await bench.converge([...people, group('all', membersOf(people[500]!))]);
  bench.sim.resetRequests();
  const result = await bench.converge([...people, group('all', membersOf(...people))]);
  expect([result.failures, bench.sim.requests.writes]).toEqual([[], 1]);
  expect(bench.sim.state().groups[0]?.members).toHaveLength(501);
});

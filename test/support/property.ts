import { expect } from '@jest/globals';
import { DelineaError, DelineaErrors, UNREADABLE } from '../../src/provider/index.js';
import { randomFaults } from '../../src/simulator/index.js';
import { differenceOf, factsAfter, membershipChanges, membershipDifference } from './difference.js';
import { declarationsOf, drawChange, drawOrganisation, type Organisation, ROLES } from './organisation.js';
import { randomFrom } from './random.js';
import { factsOf, failuresOf, stepsOf } from './reading.js';
import { openWorkbench, type Workbench, type WorkbenchOptions } from './workbench.js';

const STRANGERS = ['group others: ', 'last@example.com has Owner on prod', 'last@example.com in others', 'last@example.com is Auditor', 'user first@example.com active', 'user last@example.com active'];

/** A tenant that holds strangers, whose ids collide between surfaces where these are split. */
async function tenantFor(seed: number, organisation: Organisation, options: WorkbenchOptions = {}): Promise<Workbench> {
  return openWorkbench({
    idSpaces: seed % 2 === 0 ? 'split' : 'shared',
    leanLists: seed % 3 === 0,
    uniquePermissions: seed % 5 !== 0,
    data: {
      users: [{ userName: 'first@example.com' }, { userName: 'last@example.com' }],
      groups: [{ displayName: 'others', members: ['last@example.com'] }],
      containers: [...organisation.containers],
      containerPermissions: [{ container: 'prod', user: 'last@example.com', right: 'Owner' }],
      roleBindings: [{ role: 'Auditor', user: 'last@example.com' }],
      roles: [...ROLES],
    },
    ...options,
  });
}

/** Each plan is the difference of the two models, and the tenant is the target afterwards. */
export async function changesAreDifferences(seed: number): Promise<void> {
  const random = randomFrom(seed);
  const before = drawOrganisation(random);
  const after = drawChange(before, random);
  const bench = await tenantFor(seed, before);
  try {
    expect(failuresOf(await bench.converge(declarationsOf(before)))).toEqual([]);
    const declarations = declarationsOf(after);
    const plan = await bench.plan(declarations);
    expect(stepsOf(plan)).toEqual(differenceOf(before, after));
    expect(membershipChanges(plan, declarations)).toEqual(membershipDifference(before, after));
    expect(failuresOf(await bench.apply(plan))).toEqual([]);
    expect(factsOf(bench.sim.state())).toEqual([...STRANGERS, ...factsAfter(before, after)].sort());
    expect(stepsOf(await bench.plan(declarations))).toEqual([]);
  } finally {
    await bench.close();
  }
}

/** Under faults a run may fail; runs until it does not end at the target, without duplicates and without touching others. */
export async function faultsAreOvercome(seed: number): Promise<void> {
  const random = randomFrom(seed);
  const before = drawOrganisation(random);
  const after = drawChange(before, random);
  const bench = await tenantFor(seed, before, { provider: { visibilitySeconds: 0.4 } });
  try {
    await bench.converge(declarationsOf(before));
    bench.sim.faults.set({ strikes: randomFaults(seed, { maxFaults: 8, within: 70 }), patchAnswer: random.pick([200, 204]) });
    const declarations = declarationsOf(after);
    let outcome: string[] = ['not run'];
    for (let run = 1; run <= 4 && outcome.length > 0; run++) outcome = await tryRun(bench, declarations);
    expect(outcome).toEqual([]);
    bench.sim.faults.clear();
    expect(factsOf(bench.sim.state())).toEqual([...STRANGERS, ...factsAfter(before, after)].sort());
    const left = await bench.plan(declarations);
    expect([stepsOf(left), left.applyable]).toEqual([[], false]);
  } finally {
    await bench.close();
  }
}

/** What went wrong in one run; a plan that could not read the tenant has written nothing. */
async function tryRun(bench: Workbench, declarations: ReturnType<typeof declarationsOf>): Promise<string[]> {
  const before = bench.sim.state();
  const plan = await bench.plan(declarations).catch((error: unknown) => error);
  if (plan instanceof DelineaError || plan instanceof DelineaErrors) {
    const errors = plan instanceof DelineaErrors ? plan.errors : [plan];
    for (const { code, message } of errors) expect([code, UNREADABLE.has(code), message]).toEqual([code, true, message]);
    expect(bench.sim.state()).toEqual(before);
    return errors.map(({ code }) => code);
  }
  if (plan instanceof Error) throw plan;
  return failuresOf(await bench.apply(plan as Awaited<ReturnType<Workbench['plan']>>));
}

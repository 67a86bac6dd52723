import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from '@jest/globals';
import {
  accessAfter,
  stepsOf as allStepsOf,
  DelineaError,
  DelineaErrors,
  UNREADABLE,
} from '../../../src/provider/index.js';
import { type Fault, randomFaults } from '../../../src/simulator/index.js';
import { accessLines, liveAccess } from '../assert/effective-access.js';
import {
  expectedFacts,
  expectedMembershipChanges,
  expectedSteps,
  membershipChanges,
} from '../assert/expected-change.js';
import { factsOf, failuresOf, stepsOf } from '../assert/facts.js';
import { declarationsOf, drawChange, drawOrganisation, type Organisation, ROLES } from '../generate/organisation.js';
import { randomFrom } from '../generate/random.js';
import { openWorkbench, type Workbench, type WorkbenchOptions } from '../tenant/workbench.js';

const UNMANAGED = [
  'group others: ',
  'last@example.com has Owner on prod',
  'last@example.com in others',
  'last@example.com is Auditor',
  'user first@example.com active',
  'user last@example.com active',
];

/** Delay (ms) until a write is visible, well below the time for which these runs wait. */
const SHOWS_LATE_MS = 60;

const SURFACES = ['platform-rest', 'platform-scim', 'scim-cloud'] as const;

/** Faults after which the client cannot know whether the write was done. */
const WRITE_FAULTS: readonly Fault[] = (['POST', 'PATCH', 'DELETE'] as const).flatMap((method) =>
  (['resetAfter', 'resetBefore', 'truncate'] as const).map((kind) => ({
    kind,
    method,
    path: '^/(api|scim)/',
    rate: 0.12,
    times: 2,
  })),
);

/** Opens a tenant with unmanaged objects, whose ids collide between surfaces when id spaces are split. */
async function tenantFor(seed: number, organisation: Organisation, options: WorkbenchOptions = {}): Promise<Workbench> {
  return openWorkbench({
    idSpaces: seed % 2 === 0 ? 'split' : 'shared',
    numbered: seed % 4 < 2,
    leanLists: seed % 3 === 0,
    uniquePermissions: seed % 5 === 0,
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

/** Expects the plan of a random change to be the difference of the models, and the tenant to reach the target. */
export async function checkRandomChange(seed: number): Promise<void> {
  const random = randomFrom(seed);
  const before = drawOrganisation(random);
  const after = drawChange(before, random);
  const bench = await tenantFor(seed, before);
  try {
    expect(failuresOf(await bench.converge(declarationsOf(before)))).toEqual([]);
    const declarations = declarationsOf(after);
    const plan = await bench.plan(declarations);
    expect(stepsOf(plan)).toEqual(expectedSteps(before, after));
    expect(membershipChanges(plan, declarations)).toEqual(expectedMembershipChanges(before, after));
    const planned = accessAfter(await liveAccess(bench), allStepsOf(plan));
    expect(failuresOf(await bench.apply(plan))).toEqual([]);
    expect(factsOf(bench.sim.state())).toEqual([...UNMANAGED, ...expectedFacts(before, after)].sort());
    expect(accessLines(planned)).toEqual(accessLines(await liveAccess(bench)));
    expect(stepsOf(await bench.plan(declarations))).toEqual([]);
  } finally {
    await bench.close();
  }
}

/**
 * Repeats a run under random faults and expects it to reach the target within four runs, without duplicates and without
 * changes to unmanaged objects. Half of the seeds begin without managed objects, so that there is much to create. The
 * seed also selects the surface of users and groups, since not every surface keeps names unique.
 */
export async function checkRandomFaults(seed: number): Promise<void> {
  const random = randomFrom(seed);
  const drawn = drawOrganisation(random);
  const after = drawChange(drawn, random);
  const begun = seed % 4 < 2;
  const before = begun ? drawn : after;
  const surface = SURFACES[seed % 3]!;
  const routing = ['user', 'group'].map((kind) => ({ kind, surface }));
  const bench = await tenantFor(seed, before, {
    provider: { visibilitySeconds: 0.4, externalIdFrom: 'userName', routing },
  });
  try {
    if (begun) await bench.converge(declarationsOf(before));
    const visibilityDelayMs = seed % 5 === 0 ? SHOWS_LATE_MS : 0;
    bench.sim.faults.set({
      faults: [
        ...randomFaults(seed, { maxFaults: 5, within: 70 }),
        ...WRITE_FAULTS.map((fault, index) => ({ ...fault, seed: seed * 10 + index })),
      ],
      patchAnswer: random.pick([200, 204]),
      visibilityDelayMs,
    });
    const declarations = declarationsOf(after);
    let outcome: string[] = ['not run'];
    for (let run = 1; run <= 4 && outcome.length > 0; run++) {
      outcome = await tryRun(bench, declarations);
      await sleep(visibilityDelayMs);
    }
    expect(outcome).toEqual([]);
    bench.sim.faults.clear();
    expect(factsOf(bench.sim.state())).toEqual([...UNMANAGED, ...expectedFacts(before, after)].sort());
    const left = await bench.plan(declarations);
    expect([stepsOf(left), left.applyable]).toEqual([[], false]);
  } finally {
    await bench.close();
  }
}

/** Returns the error codes of one run. Expects no write when the plan could not read the tenant. */
async function tryRun(bench: Workbench, declarations: ReturnType<typeof declarationsOf>): Promise<string[]> {
  const before = bench.sim.state();
  const plan = await bench.plan(declarations).catch((error: unknown) => error);
  if (plan instanceof DelineaError || plan instanceof DelineaErrors) {
    const errors = plan instanceof DelineaErrors ? plan.errors : [plan];
    for (const { code, message } of errors)
      expect([code, UNREADABLE.has(code), message]).toEqual([code, true, message]);
    expect(bench.sim.state()).toEqual(before);
    return errors.map(({ code }) => code);
  }
  if (plan instanceof Error) throw plan;
  return failuresOf(await bench.apply(plan as Awaited<ReturnType<Workbench['plan']>>));
}

import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from '@jest/globals';
import { DelineaError, DelineaErrors, UNREADABLE } from '../../../src/provider/index.js';
import { type Fault, randomFaults } from '../../../src/simulator/index.js';
import { differenceOf, factsAfter, membershipChanges, membershipDifference } from '../assert/expected-change.js';
import { factsOf, failuresOf, stepsOf } from '../assert/facts.js';
import { declarationsOf, drawChange, drawOrganisation, type Organisation, ROLES } from '../generate/organisation.js';
import { randomFrom } from '../generate/random.js';
import { openWorkbench, type Workbench, type WorkbenchOptions } from '../tenant/workbench.js';

const STRANGERS = [
  'group others: ',
  'last@example.com has Owner on prod',
  'last@example.com in others',
  'last@example.com is Auditor',
  'user first@example.com active',
  'user last@example.com active',
];

/** Well within the time that these runs wait for a write to show. */
const SHOWS_LATE_MS = 60;

const SURFACES = ['platform-rest', 'platform-scim', 'scim-cloud'] as const;

/** Writes whose fate the client cannot know. */
const WRITE_FAULTS: readonly Fault[] = (['POST', 'PATCH', 'DELETE'] as const).flatMap((method) =>
  (['resetAfter', 'resetBefore', 'truncate'] as const).map((kind) => ({
    kind,
    method,
    path: '^/(api|scim)/',
    rate: 0.12,
    times: 2,
  })),
);

/** A tenant that holds strangers, whose ids collide between surfaces where these are split. */
async function tenantFor(seed: number, organisation: Organisation, options: WorkbenchOptions = {}): Promise<Workbench> {
  return openWorkbench({
    idSpaces: seed % 2 === 0 ? 'split' : 'shared',
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

/**
 * Under faults a run may fail; runs until it does not end at the target, without duplicates and without touching others.
 * Every other seed begins with an empty tenant, so that there is much to create; users and groups go over a surface
 * that keeps names unique or, by seed, over one that does not.
 */
export async function faultsAreOvercome(seed: number): Promise<void> {
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
    for (const { code, message } of errors)
      expect([code, UNREADABLE.has(code), message]).toEqual([code, true, message]);
    expect(bench.sim.state()).toEqual(before);
    return errors.map(({ code }) => code);
  }
  if (plan instanceof Error) throw plan;
  return failuresOf(await bench.apply(plan as Awaited<ReturnType<Workbench['plan']>>));
}

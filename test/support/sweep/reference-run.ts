import type { OwnedObject, Plan } from '../../../src/provider/index.js';
import type { SimulatorState } from '../../../src/simulator/index.js';
import { stepsOf } from '../assert/facts.js';
import type { Profile, Scenario } from './scenarios.js';
import { allFactsOf, difference, ledgerLines } from './tenant-facts.js';
import { LONG_WAITS, TenantRuns } from './tenant-runs.js';

/** A run from start to target without faults. Every tenant of the same scenario has the same ids. */
export interface ReferenceRun {
  readonly scenario: Scenario;
  readonly profile: Profile;
  /** The ledger before the run. */
  readonly owned: readonly OwnedObject[];
  readonly start: SimulatorState;
  readonly plan: Plan;
  readonly end: SimulatorState;
  /** The ledger after the run, by name. */
  readonly ledger: readonly string[];
  /** The number of requests, and of writes among them. */
  readonly requests: number;
  readonly writes: number;
}

/** Makes the run. @throws Error when it fails or writes nothing, since no fault could then be tested */
export async function makeReferenceRun(scenario: Scenario, profile: Profile): Promise<ReferenceRun> {
  const runs = await TenantRuns.open(scenario, profile);
  const { sim, ledger } = runs;
  try {
    const start = sim.state();
    const begun = await runs.run(scenario.start, LONG_WAITS);
    const owned = ledger.objects();
    const changed = difference(allFactsOf(sim.state()), allFactsOf(start));
    sim.resetRequests();
    const { errors, plan } = await runs.run(scenario.target, LONG_WAITS);
    const { total: requests, writes } = sim.requests;
    const end = sim.state();
    const left = stepsOf(await runs.plan(scenario.target, LONG_WAITS));
    const wrong = [...begun.errors, ...changed, ...errors, ...left];
    if (!plan || writes === 0 || wrong.length > 0)
      throw new Error(`the reference run of ${scenario.name} (${profile.name}) fails: ${wrong.join('; ')}`);
    return {
      ...{ scenario, profile, owned, start, plan, end },
      ledger: ledgerLines(ledger.objects(), end),
      ...{ requests, writes },
    };
  } finally {
    await runs.close();
  }
}

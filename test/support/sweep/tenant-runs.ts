import {
  applyPlan,
  connect,
  countRemovals,
  type Declaration,
  DelineaError,
  DelineaErrors,
  makePlan,
  type OwnedObject,
  type Plan,
  readSettings,
  stepsOf,
} from '../../../src/provider/index.js';
import { type Simulator, startSimulator } from '../../../src/simulator/index.js';
import { failuresOf, findingsOf } from '../assert/facts.js';
import { environmentOf } from '../tenant/environment.js';
import { MemoryLedger } from '../tenant/memory-ledger.js';
import type { Profile, Scenario } from './scenarios.js';

/** Settings of a run that waits only briefly when requests fail. */
export const SHORT_WAITS = { timeoutSeconds: 0.3, visibilitySeconds: 0.3, retries: 2 };
/** Settings of a run that does not fail on a busy machine. */
export const LONG_WAITS = { timeoutSeconds: 60, visibilitySeconds: 20, retries: 6 };

export interface TenantRun {
  /** Undefined when planning failed; nothing may have been written then. */
  readonly plan?: Plan;
  /** Error codes; empty after a success. */
  readonly errors: readonly string[];
  /** Errors other than DelineaError; each is a bug. */
  readonly bugs: readonly string[];
}

/** A simulated tenant and a ledger for consecutive runs, each with its own connection. */
export class TenantRuns {
  readonly ledger: MemoryLedger;

  private constructor(
    readonly sim: Simulator,
    private readonly scenario: Scenario,
    private readonly profile: Profile,
    owned: readonly OwnedObject[],
  ) {
    this.ledger = new MemoryLedger(owned);
  }

  static async open(scenario: Scenario, profile: Profile, owned: readonly OwnedObject[] = []): Promise<TenantRuns> {
    return new TenantRuns(await startSimulator({ ...profile.tenant, data: scenario.data }), scenario, profile, owned);
  }

  async plan(declarations: readonly Declaration[], pace: typeof SHORT_WAITS): Promise<Plan> {
    const input = {
      stack: 'sweep',
      declarations,
      owned: this.ledger.objects(),
      usedConsents: this.ledger.usedConsents,
      ...this.scenario.input,
    };
    return makePlan(await this.connect(pace), input);
  }

  /** Plans and applies; returns errors instead of throwing them. */
  async run(declarations: readonly Declaration[], pace: typeof SHORT_WAITS): Promise<TenantRun> {
    let plan: Plan;
    try {
      plan = await this.plan(declarations, pace);
    } catch (error) {
      return errorsOf(error);
    }
    const io = { ...this.ledger.io, log: async () => undefined };
    try {
      const result = await applyPlan(await this.connect(pace, countRemovals(stepsOf(plan))), plan, io);
      const left = findingsOf(plan).filter((finding) => finding.startsWith('error'));
      const internal = result.failures.filter(({ error }) => error.message.startsWith('internal error'));
      return { plan, errors: [...left, ...failuresOf(result)], bugs: internal.map(({ error }) => error.message) };
    } catch (error) {
      return { plan, ...errorsOf(error) };
    }
  }

  /** Resolves when the tenant has completed all requests, also those that the client gave up. */
  async idle(): Promise<void> {
    while (this.sim.log.length < this.sim.requests.total) await new Promise((resolve) => setTimeout(resolve, 2));
  }

  close(): Promise<void> {
    return this.sim.close();
  }

  private async connect(pace: typeof SHORT_WAITS, removals?: number) {
    const env = { ...this.sim.env, ...environmentOf({ ...pace, ...this.profile.provider }) };
    const settings = readSettings({}, env);
    return connect({ ...settings, allowances: [{ source: 'the test', removals }] }, env);
  }
}

function errorsOf(error: unknown): Pick<TenantRun, 'errors' | 'bugs'> {
  if (error instanceof DelineaErrors) return { errors: error.errors.map(({ code }) => code), bugs: [] };
  if (error instanceof DelineaError) return { errors: [error.code], bugs: [] };
  return { errors: ['bug'], bugs: [String(error)] };
}

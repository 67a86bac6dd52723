import {
  type Allowance,
  type ApplyIo,
  type ApplyResult,
  applyPlan,
  connect,
  countRemovals,
  type Declaration,
  type LogEvent,
  makePlan,
  type OwnedObject,
  type Plan,
  type PlanInput,
  readSettings,
  type Settings,
  stepsOf,
} from '../../../src/provider/index.js';
import { type Simulator, type SimulatorOptions, startSimulator } from '../../../src/simulator/index.js';
import { environmentOf } from './environment.js';
import { MemoryLedger } from './memory-ledger.js';

export interface WorkbenchOptions extends SimulatorOptions {
  /** Provider settings beside the credentials. */
  readonly provider?: Readonly<Record<string, unknown>>;
}

/** Input of a plan, and the number of missing objects that the run allows. */
export type WorkbenchInput = Partial<PlanInput> & { readonly allowMissing?: number };

/** A simulated tenant with an in-memory ledger. Plan and apply use separate connections, as two runs do. */
export interface Workbench {
  readonly sim: Simulator;
  readonly settings: Settings;
  /** The entries of the ledger by kind and id. */
  readonly ledger: Map<string, OwnedObject>;
  plan(declarations: readonly Declaration[], input?: WorkbenchInput): Promise<Plan>;
  /** Applies the plan after a round trip through JSON, since a plan file has to be sufficient. */
  apply(
    plan: Plan,
    io?: Partial<ApplyIo>,
    allowance?: Omit<Allowance, 'source'>,
  ): Promise<ApplyResult & { events: LogEvent[] }>;
  /** Plans and applies. */
  converge(
    declarations: readonly Declaration[],
    input?: WorkbenchInput,
  ): Promise<ApplyResult & { plan: Plan; events: LogEvent[] }>;
  close(): Promise<void>;
}

export async function openWorkbench({ provider = {}, ...options }: WorkbenchOptions = {}): Promise<Workbench> {
  const sim = await startSimulator(options);
  const shared = options.idSpaces === 'shared' ? { surfaces: [{ name: 'scim-cloud', idSpace: 'platform' }] } : {};
  const env = { ...sim.env, ...environmentOf({ visibilitySeconds: 1, ...shared, ...provider }) };
  const settings = await readOrClose(() => readSettings({ allowDelete: true }, env), sim);
  const ledger = new MemoryLedger();

  const plan: Workbench['plan'] = async (declarations, { allowMissing, ...input } = {}) =>
    makePlan(await connect(withAllowance(settings, { missing: allowMissing }), env), {
      stack: 'test',
      declarations,
      owned: ledger.objects(),
      usedConsents: ledger.usedConsents,
      sets: ledger.sets,
      ...input,
    });

  const apply: Workbench['apply'] = async (made, io = {}, given) => {
    const events: LogEvent[] = [];
    const plan = JSON.parse(JSON.stringify(made)) as Plan;
    const callbacks: ApplyIo = {
      ...ledger.io,
      log: async (event) => void events.push(event),
      ...io,
    };
    // Tests with few objects often remove a large share of them; the guards have their own tests.
    const allowance = given ?? {
      removals: countRemovals(stepsOf(plan)),
      orphans: plan.delinea.evidence.orphans.map(({ name }) => name),
    };
    const result = await applyPlan(await connect(withAllowance(settings, allowance), env), plan, callbacks);
    return { ...result, events };
  };

  return {
    sim,
    settings,
    ledger: ledger.entries,
    plan,
    apply,
    converge: async (declarations, input) => {
      const made = await plan(declarations, input);
      return { plan: made, ...(await apply(made)) };
    },
    close: () => sim.close(),
  };
}

/** Closes the simulator when reading fails, since an open server keeps Jest from exiting. */
async function readOrClose<T>(read: () => T, sim: Simulator): Promise<T> {
  try {
    return read();
  } catch (error) {
    await sim.close();
    throw error;
  }
}

/** Adds what the command line of a run allows. */
export function withAllowance(settings: Settings, allowance: Omit<Allowance, 'source'>): Settings {
  return { ...settings, allowances: [{ source: 'the command line', ...allowance }, ...settings.allowances] };
}

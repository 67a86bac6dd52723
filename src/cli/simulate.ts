import { DelineaError, readRegularFile, visibleJson } from '../provider/index.js';
import type { Fault, FaultSettings, SimulatorData } from '../simulator/index.js';
import { EXIT, type ExitCode } from './exit.js';
import type { Terminal } from './terminal.js';

export interface SimulateOptions {
  readonly port?: number;
  /** JSON file with the content of the tenant. */
  readonly data?: string;
  /** Number of generated users to add. */
  readonly seed?: number;
  readonly fault?: readonly string[];
  /** Numbers users, groups and roles from 1, on each surface by itself. */
  readonly numbered?: boolean;
  /** Prints the content of the tenant at the end. */
  readonly state?: boolean;
}

/** Conditions that apply to every request; any other name is a fault that affects a share of the requests. */
const CONDITIONS = ['latencyMs', 'patchAnswer', 'tokenLifeS', 'visibilityDelayMs', 'withoutPatch'];

/** Runs `delinea-iac simulate`: a simulated tenant on this machine until Ctrl-C. */
export async function simulateCommand(
  options: SimulateOptions,
  terminal: Terminal,
  until: Promise<void>,
): Promise<ExitCode> {
  const { startSimulator } = await import('../simulator/index.js');
  const { port = 0, data, seed = 0, fault = [], numbered = false, state = false } = options;
  const content = data === undefined ? {} : readData(data);
  const faults = readFaults(fault);
  const simulator = await startSimulator({ port, data: content, seedUsers: seed, faults, numbered }).catch(
    (error: unknown) => {
      throw new DelineaError('settings_invalid', `cannot simulate a tenant: ${(error as Error).message}`, {
        hint: 'Correct --data, --fault or --port.',
        cause: error,
      });
    },
  );
  const exports = Object.entries(simulator.env).map(([name, value]) => `export ${name}='${value}'\n`);
  // With --state, standard output holds only the state.
  const print = state ? terminal.err : terminal.out;
  print(`# A simulated tenant runs at ${simulator.url} until Ctrl-C. In another shell:\n${exports.join('')}`);
  await until;
  if (state) terminal.out(`${visibleJson(JSON.stringify(simulator.state(), null, 2))}\n`);
  await simulator.close();
  return EXIT.ok;
}

/** Reads the `--fault` options. @throws DelineaError `settings_invalid` when a fault is not `name=number` */
export function readFaults(options: readonly string[]): FaultSettings {
  const pairs = options.map((option) => {
    const [, name, number] = /^(\w+)=(\d+(?:\.\d+)?)$/.exec(option) ?? [];
    if (name !== undefined && number !== undefined) return [name, Number(number)] as const;
    throw new DelineaError('settings_invalid', `--fault ${option} is not name=number`, {
      hint: `Pass a condition (${CONDITIONS.join(', ')}) with its value, or a fault with the share of requests that it affects, such as throttle=0.1.`,
    });
  });
  const conditions = Object.fromEntries(pairs.filter(([name]) => CONDITIONS.includes(name)));
  const faults = pairs.filter(([name]) => !CONDITIONS.includes(name)).map(([kind, rate]) => ({ kind, rate }) as Fault);
  return { ...conditions, faults };
}

function readData(path: string): SimulatorData {
  try {
    return JSON.parse(readRegularFile(path, 'data of the tenant')) as SimulatorData;
  } catch (cause) {
    if (cause instanceof DelineaError) throw cause;
    const reason = (cause as NodeJS.ErrnoException).code ?? 'not JSON';
    throw new DelineaError('settings_invalid', `cannot read the data of the tenant (${reason})`, {
      hint: 'Pass the path of a JSON file with --data.',
      path,
      cause,
    });
  }
}

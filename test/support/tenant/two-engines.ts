import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Simulator, type SimulatorOptions, startSimulator } from '../../../src/simulator/index.js';
import { runHere } from '../cli/run-here.js';
import { openTerraformFolder, type TerraformFolder } from '../terraform/folder.js';
import { PERMISSIONS, serveProvider } from '../terraform/serve-provider.js';
import { environmentOf } from './environment.js';

export type Blocks = Readonly<Record<string, Readonly<Record<string, object>>>>;

/** The stack `people` on one simulated tenant, driven by the embedded engine and by the real terraform. */
export interface TwoEngines {
  readonly sim: Simulator;
  readonly folder: TerraformFolder;
  path(name: string): string;
  read(name: string): string;
  /** Writes the stack. */
  declare(resource: Blocks, more?: object): void;
  /** Runs `delinea-iac`. */
  cli(...args: readonly string[]): Promise<{ code: number; out: string; err: string }>;
  close(): Promise<void>;
}

export const LEDGER = 'delinea-iac.people.json';

/** Opens a tenant and an empty stack. @param settings of the environment, in snake_case */
export async function openTwoEngines(options: SimulatorOptions, settings: object = {}): Promise<TwoEngines> {
  const sim = await startSimulator(options);
  const env = { ...sim.env, ...PERMISSIONS, ...environmentOf({ visibility_seconds: 1, retries: 0, ...settings }) };
  const provider = await serveProvider(env);
  const folder = openTerraformFolder(provider.env);
  const path = (name: string) => join(folder.path, name);
  return {
    sim,
    folder,
    path,
    read: (name) => readFileSync(path(name), 'utf8'),
    declare(resource, more = {}) {
      const stack = {
        '//': { metadata: { stackName: 'people' } },
        terraform: { required_providers: { delinea: { source: 'delinea-iac/delinea' } } },
        provider: { delinea: [{}] },
      };
      writeFileSync(path('cdk.tf.json'), JSON.stringify({ ...stack, resource, ...more }));
    },
    cli: (...args) => runHere(args, env),
    async close() {
      folder.remove();
      await provider.close();
      await sim.close();
    },
  };
}

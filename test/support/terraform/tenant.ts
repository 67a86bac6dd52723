import { expect } from '@jest/globals';
import { type Simulator, type SimulatorOptions, startSimulator } from '../../../src/simulator/index.js';
import type { ProcessResult } from '../cli/process.js';
import { openTerraformFolder, type TerraformFolder } from './folder.js';
import { PERMISSIONS, serveProvider } from './serve-provider.js';

/** A simulated tenant that the real terraform manages from one folder, with the provider in this process. */
export interface TerraformTenant {
  readonly sim: Simulator;
  readonly folder: TerraformFolder;
  /** The provider's environment, read at its next configuration. */
  readonly env: NodeJS.ProcessEnv;
  /** Environment through which another terraform finds the same provider. */
  readonly reattach: NodeJS.ProcessEnv;
  /** Writes the configuration after a provider block with these arguments. */
  declare(hcl: string, provider?: string): void;
  /** Runs terraform and accepts any exit code. */
  attempt(...args: string[]): Promise<Output>;
  /** Runs `terraform plan`, expects success and returns its output. */
  plan(...args: string[]): Promise<string>;
  /** Runs `terraform apply`, expects success and returns its output. */
  apply(...args: string[]): Promise<string>;
  /** Expects a plan without changes. */
  expectNoChanges(): Promise<void>;
  /** Runs the command, expects exit code 1 and returns its output. */
  refused(command: 'plan' | 'apply' | 'destroy', ...args: string[]): Promise<string>;
}

export interface Output {
  readonly code: number | null;
  readonly text: string;
}

/** Opens a tenant, runs the work and closes everything. */
export async function withTenant(
  options: SimulatorOptions,
  work: (tenant: TerraformTenant) => Promise<void>,
): Promise<void> {
  const sim = await startSimulator(options);
  const env: NodeJS.ProcessEnv = { ...sim.env, ...PERMISSIONS };
  const provider = await serveProvider(env);
  const folder = openTerraformFolder(provider.env);
  try {
    await work({ env, reattach: provider.env, ...driver(sim, folder) });
  } finally {
    folder.remove();
    await provider.close();
    await sim.close();
  }
}

function driver(sim: Simulator, folder: TerraformFolder): Omit<TerraformTenant, 'env' | 'reattach'> {
  const run = async (command = '', ...args: string[]) => oneLine(await folder.run([command, '-no-color', ...args]));
  const expectExit = async (expected: number, ...args: string[]) => {
    const { code, text } = await run(...args);
    expect({ code, text }).toEqual({ code: expected, text });
    return text;
  };
  return {
    sim,
    folder,
    declare: (hcl, provider = '') => {
      const quick = provider.includes('visibility_seconds') ? '' : 'visibility_seconds = 2\n';
      folder.write(`provider "delinea" {\n${quick}${provider}\n}\n${hcl}`);
    },
    attempt: run,
    plan: (...args) => expectExit(0, 'plan', ...args),
    apply: (...args) => expectExit(0, 'apply', '-auto-approve', ...args),
    expectNoChanges: async () => void (await expectExit(0, 'plan', '-detailed-exitcode')),
    refused: (command, ...args) => expectExit(1, command, ...(command === 'plan' ? [] : ['-auto-approve']), ...args),
  };
}

/** Returns the output on one line, without the frames and line breaks that Terraform adds. */
export function oneLine({ code, out, err }: ProcessResult): Output {
  return { code, text: `${out}\n${err}`.replace(/[│╷╵]/g, ' ').replace(/\s+/g, ' ') };
}

/** Returns a `resource` block in HCL. */
export function resource(type: string, name: string, body: string): string {
  return `resource "delinea_${type}" "${name}" {\n${body}\n}\n`;
}

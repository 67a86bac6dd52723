import { expect } from '@jest/globals';
import { type Simulator, type SimulatorOptions, startSimulator } from '../../../src/simulator/index.js';
import type { Ended } from '../cli/process.js';
import { openTerraformFolder, type TerraformFolder } from './folder.js';
import { serveProvider } from './serve-provider.js';

/** A simulated tenant that the real terraform drives from one folder, the provider inside this process. */
export interface TerraformTenant {
  readonly sim: Simulator;
  readonly folder: TerraformFolder;
  /** The provider's environment, as it is when Terraform configures it next. */
  readonly env: NodeJS.ProcessEnv;
  /** By which another terraform finds the same provider. */
  readonly reattach: NodeJS.ProcessEnv;
  /** Writes the configuration, the provider block with these arguments before it. */
  declare(hcl: string, provider?: string): void;
  /** Runs terraform, whatever becomes of it; the text is on one line, so that wrapping hides nothing. */
  try(...args: string[]): Promise<Said>;
  /** Plans, or applies; that it fails is a failure of the test. */
  plan(...args: string[]): Promise<string>;
  apply(...args: string[]): Promise<string>;
  /** A plan finds nothing to do. */
  settled(): Promise<void>;
  /** What a plan, or an apply, is refused with. */
  refused(command: 'plan' | 'apply' | 'destroy', ...args: string[]): Promise<string>;
}

export interface Said {
  readonly code: number | null;
  readonly text: string;
}

/** @param options of the tenant, its data among them */
export async function onTenant(
  options: SimulatorOptions,
  work: (tenant: TerraformTenant) => Promise<void>,
): Promise<void> {
  const sim = await startSimulator(options);
  const env: NodeJS.ProcessEnv = { ...sim.env };
  const provider = await serveProvider(env);
  const folder = openTerraformFolder(provider.env);
  try {
    await work({ env, reattach: provider.env, ...driving(sim, folder) });
  } finally {
    folder.remove();
    await provider.close();
    await sim.close();
  }
}

function driving(sim: Simulator, folder: TerraformFolder): Omit<TerraformTenant, 'env' | 'reattach'> {
  const run = async (command = '', ...args: string[]) => said(await folder.run([command, '-no-color', ...args]));
  const ends = async (expected: number, ...args: string[]) => {
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
    try: run,
    plan: (...args) => ends(0, 'plan', ...args),
    apply: (...args) => ends(0, 'apply', '-auto-approve', ...args),
    settled: async () => void (await ends(0, 'plan', '-detailed-exitcode')),
    refused: (command, ...args) => ends(1, command, ...(command === 'plan' ? [] : ['-auto-approve']), ...args),
  };
}

/** Terraform frames and wraps what it says. */
export function said({ code, out, err }: Ended): Said {
  return { code, text: `${out}\n${err}`.replace(/[│╷╵]/g, ' ').replace(/\s+/g, ' ') };
}

/** One `resource` block of HCL. */
export function resource(type: string, name: string, body: string): string {
  return `resource "delinea_${type}" "${name}" {\n${body}\n}\n`;
}

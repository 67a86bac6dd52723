import { join } from 'node:path';
import { hasStack, type LedgerContent, readLedger, readStack, type Stack } from '../embedded/index.js';
import {
  connect,
  makePlan,
  type Plan,
  type PlanInput,
  readSettings,
  type Settings,
  type Tenant,
} from '../provider/index.js';
import { ProgressLine, readingText } from './progress.js';
import type { Run } from './run.js';
import type { Terminal } from './terminal.js';

/** Everything that a command works on. */
export interface Workplace {
  readonly stack: Stack;
  readonly settings: Settings;
  readonly ledger: string;
}

/** @throws DelineaError, DelineaErrors for the stack or the settings */
export function openStack(path: string, ledger: string | undefined, env: NodeJS.ProcessEnv): Workplace {
  return settle(readStack(path), ledger, env);
}

/** For a plan file: the stack gives the provider block and the place of the ledger; without one the environment does. */
export function openPlanned(
  path: string | undefined,
  name: string,
  ledger: string | undefined,
  env: NodeJS.ProcessEnv,
): Workplace {
  if (path !== undefined || hasStack('.')) return openStack(path ?? '.', ledger, env);
  const bare: Stack = { name, file: '', root: process.cwd(), provider: {}, declarations: [], moved: [], forgotten: [] };
  return settle(bare, ledger, env);
}

function settle(stack: Stack, ledger: string | undefined, env: NodeJS.ProcessEnv): Workplace {
  const settings = readSettings(stack.provider, env);
  return { stack, settings, ledger: ledger ?? join(stack.root, `delinea-iac.${stack.name}.json`) };
}

/** What the ledger tells, read without a lock; undefined where there is no ledger. */
export function ownedBy({ stack, settings, ledger }: Workplace): Promise<LedgerContent | undefined> {
  return readLedger(ledger, { stack: stack.name, tenant: settings.url });
}

/** Opens the way to the tenant; its requests count as the run's. */
export async function connectFor({ settings }: Workplace, run: Run, env: NodeJS.ProcessEnv): Promise<Tenant> {
  const tenant = await connect(settings, env);
  run.cost = tenant.cost;
  return tenant;
}

/** Plans a stack, with a sign of life while it reads. */
export async function planStack(
  tenant: Tenant,
  { stack }: Workplace,
  ledger: LedgerContent | undefined,
  asked: Pick<PlanInput, 'reactivate' | 'unmanaged' | 'allowMissing' | 'thorough'>,
  terminal: Terminal,
): Promise<Plan> {
  const line = new ProgressLine(terminal, () => readingText(tenant.cost));
  try {
    const { name, declarations, moved, forgotten } = stack;
    const { objects: owned, usedConsents } = ledger ?? {};
    return await makePlan(tenant, { stack: name, declarations, moved, forgotten, owned, usedConsents, ...asked });
  } finally {
    line.end();
  }
}

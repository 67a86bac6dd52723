import { dirname, join } from 'node:path';
import { hasStack, type LedgerContent, readStack, type Stack } from '../embedded/index.js';
import {
  connect,
  environmentName,
  makePlan,
  type Plan,
  type PlanInput,
  readSettings,
  type Settings,
  type Tenant,
} from '../provider/index.js';
import type { CommandState } from './command.js';
import { allowanceOf, type GuardOptions } from './guard-options.js';
import { withReadingProgress } from './progress.js';
import type { Terminal } from './terminal.js';

/** The stack of a command, its settings and the path of its ledger. */
export interface Workspace {
  readonly stack: Stack;
  readonly settings: Settings;
  readonly ledger: string;
  /** Whether --ledger names it. */
  readonly ledgerIsNamed: boolean;
}

/** The options of the command line that a workspace depends on. */
export interface WorkspaceOptions extends GuardOptions {
  readonly ledger?: string;
}

/**
 * Opens the workspace of a command that needs a stack.
 * @throws DelineaError, DelineaErrors when the stack or the settings are invalid
 */
export function openStack(path: string, options: WorkspaceOptions, env: NodeJS.ProcessEnv): Workspace {
  return workspaceOf(readStack(path), options, env);
}

/**
 * Opens the workspace of a command that can run without a stack, an off-boarding. Settings come from the
 * stack at `path`, or from the one in this folder, or else from the environment alone.
 * @param name of the stack if there is none to read
 */
export function openOptionalStack(
  path: string | undefined,
  name: string,
  options: WorkspaceOptions,
  env: NodeJS.ProcessEnv,
): Workspace {
  return workspaceOf(optionalStack(path, name), options, env);
}

function optionalStack(path: string | undefined, name: string): Stack {
  if (path !== undefined || hasStack('.')) return readStack(path ?? '.');
  return {
    name,
    file: '',
    root: process.cwd(),
    provider: {},
    declarations: [],
    moved: [],
    forgotten: [],
    findings: [],
  };
}

/**
 * Reads the settings of a command that examines a tenant: those of `openOptionalStack`, without the profile and the routing,
 * which may name a surface that is not configured. Requests are not repeated.
 */
export function readSettingsToExamine(path: string | undefined, env: NodeJS.ProcessEnv): Settings {
  const { profile: _profile, routing: _routing, ...provider } = optionalStack(path, '').provider;
  const routed = { [environmentName('profile')]: '', [environmentName('routing')]: '' };
  return { ...readSettings(provider, { ...env, ...routed }), retries: 0 };
}

function workspaceOf(stack: Stack, options: WorkspaceOptions, env: NodeJS.ProcessEnv): Workspace {
  const settings = readSettings(stack.provider, env);
  const allowances = [allowanceOf(options), ...settings.allowances];
  const ledger = options.ledger ?? join(stack.root, `delinea-iac.${stack.name}.json`);
  return { stack, settings: { ...settings, allowances }, ledger, ledgerIsNamed: options.ledger !== undefined };
}

/** Returns the path of the log of all applies, which is in the ledger's folder. */
export function logPath({ ledger }: Workspace): string {
  return join(dirname(ledger), 'apply.jsonl');
}

/** Connects to the tenant and counts its requests as the cost of the command. */
export async function connectFor(
  { settings }: Pick<Workspace, 'settings'>,
  state: CommandState,
  env: NodeJS.ProcessEnv,
): Promise<Tenant> {
  const tenant = await connect(settings, env);
  state.cost = tenant.cost;
  state.redact = settings.redact;
  return tenant;
}

/** Plans a stack and shows progress while it reads the tenant. */
export function planStack(
  tenant: Tenant,
  { stack }: Workspace,
  ledger: (LedgerContent & Pick<PlanInput, 'findings' | 'earlier'>) | undefined,
  options: Pick<PlanInput, 'reactivate' | 'unmanaged' | 'thorough' | 'reviewed'>,
  terminal: Terminal,
): Promise<Plan> {
  const { name, declarations, moved, forgotten } = stack;
  const { objects: owned, usedConsents, findings = [], earlier, sets: recorded = [] } = ledger ?? {};
  const sets = new Map(recorded.map((set) => [set.address, set]));
  return withReadingProgress(terminal, tenant.cost, () =>
    makePlan(tenant, {
      stack: name,
      declarations,
      moved,
      forgotten,
      owned,
      usedConsents,
      sets,
      findings: [...stack.findings, ...findings],
      earlier,
      ...options,
    }),
  );
}

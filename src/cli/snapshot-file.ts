import { checkReplaceable, replaceFile, unwritable } from '../embedded/index.js';
import {
  accessAfter,
  DelineaError,
  readTenantAccess,
  stepsOf,
  type TenantAccess,
  tenantAccess,
  visibleJson,
} from '../provider/index.js';
import { type CommandState, refuseHidden } from './command.js';
import { readJsonInput } from './input-file.js';
import { readPlanToShow } from './plan-file.js';
import { withReadingProgress } from './progress.js';
import type { Terminal } from './terminal.js';
import { connectFor, openOptionalStack } from './workspace.js';

export interface SnapshotOptions {
  readonly stack?: string;
  /** File of a snapshot to use instead of the live tenant. */
  readonly snapshot?: string;
  /** Plan whose outcome is examined. */
  readonly after?: string;
}

/** Reads the access of the tenant, or of a snapshot; as a plan leaves it if one is given. */
export async function openAccess(
  { stack, snapshot, after }: SnapshotOptions,
  state: CommandState,
  terminal: Terminal,
): Promise<TenantAccess> {
  const plan = after === undefined ? undefined : readPlanToShow(after);
  if (after !== undefined && !plan)
    throw new DelineaError('stale_plan', 'there is no plan with this name', {
      path: after,
      hint: 'Pass a file that plan --out saved.',
    });
  const access = snapshot === undefined ? await readLiveAccess(stack, state, terminal) : readSnapshotFile(snapshot);
  if (!plan) return access;
  if (plan.delinea.tenant !== access.tenant)
    throw new DelineaError(
      'stale_plan',
      `the plan is for ${plan.delinea.tenant}, and the access that of ${access.tenant}`,
      {
        path: after,
        hint: 'Pass a plan and a snapshot of one tenant.',
      },
    );
  const leftOut = plan.complete ? [] : ['the plan is not complete: objects with errors are not in it'];
  return { ...accessAfter(access, stepsOf(plan)), unread: [...access.unread, ...leftOut] };
}

/** Reads the access of the tenant that a stack, or else the environment, names. */
export async function readLiveAccess(
  stack: string | undefined,
  state: CommandState,
  terminal: Terminal,
): Promise<TenantAccess> {
  const workspace = openOptionalStack(stack, '', {}, terminal.env);
  const tenant = await connectFor(workspace, state, terminal.env);
  return withReadingProgress(terminal, tenant.cost, () => readTenantAccess(tenant));
}

/** Reads a snapshot file. @throws DelineaError `file_refused` if it is not one */
export function readSnapshotFile(path: string): TenantAccess {
  const parsed = tenantAccess.safeParse(readJsonInput(path, 'snapshot', refusal));
  if (parsed.success) return parsed.data;
  const { path: property, message } = parsed.error.issues[0]!;
  throw refusal(path, `${property.join('.') || 'file'}: ${message}`);
}

/**
 * Writes a snapshot file. Replaces only a snapshot.
 * @throws DelineaError `file_refused`, `settings_invalid`; `malformed_response` if a name equals a secret of this run
 */
export async function writeSnapshotFile(
  path: string,
  access: TenantAccess,
  state: CommandState,
  terminal: Terminal,
): Promise<void> {
  checkSnapshotPlace(path);
  const text = `${visibleJson(JSON.stringify(access))}\n`;
  terminal.redact(text);
  refuseHidden(state);
  await replaceFile(path, text, 'snapshot').catch((error: unknown) => {
    throw unwritable(path, 'snapshot', error);
  });
}

/** Refuses to replace a file that is not a snapshot. @throws DelineaError */
export function checkSnapshotPlace(path: string): void {
  try {
    checkReplaceable(path, 'snapshot', (text) => tenantAccess.shape.format.safeParse(formatOf(text)).success);
  } catch (error) {
    throw unwritable(path, 'snapshot', error);
  }
}

function formatOf(text: string): unknown {
  const json = parse(text);
  return typeof json === 'object' && json !== null && 'format' in json ? json.format : undefined;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function refusal(path: string, why: string): DelineaError {
  return new DelineaError('file_refused', `the snapshot cannot be used: ${why}`, {
    path,
    hint: 'Create it again: delinea-iac snapshot --out <file>.',
  });
}

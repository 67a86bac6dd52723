import { statSync } from 'node:fs';
import { type Ledger, stackOfLedger } from '../embedded/index.js';
import {
  type ApplyIo,
  DelineaError,
  type EndedSessions,
  endSessions,
  enforceEndSessions,
  enforceGuards,
  guardInputOf,
  type LogEvent,
  type Offboarding,
  type OwnedObject,
  planDigest,
  planOffboarding,
  type RemainingAccess,
  readRemainingAccess,
  visible,
  visibleJson,
} from '../provider/index.js';
import { endedSessionsText, findingsText, planText, remainingAccessText } from '../review/index.js';
import { printWhole, refuseHidden, runCommand } from './command.js';
import { confirm } from './confirm.js';
import { type ExecutedPlan, executePlan, logDigestText, resultText } from './execute-plan.js';
import { EXIT, type ExitCode, exitOfOffboard } from './exit.js';
import { withReadingProgress } from './progress.js';
import type { Terminal } from './terminal.js';
import { connectFor, logPath, openOptionalStack, type Workspace, type WorkspaceOptions } from './workspace.js';
import { openLedger } from './workspace-ledger.js';

export interface OffboardOptions extends WorkspaceOptions {
  readonly stack?: string;
  readonly revoke?: boolean;
  readonly endSessions?: boolean;
  readonly autoApprove?: boolean;
  readonly json?: boolean;
}

/** Runs `delinea-iac offboard`: disables one account and lists the access that it still has. */
export function offboardCommand(userName: string, options: OffboardOptions, terminal: Terminal): Promise<ExitCode> {
  const { json = false, revoke = false, autoApprove = false, endSessions: ends = false } = options;
  return runCommand(terminal, { quiet: json }, async (state) => {
    const workspace = await openWorkspace(options, terminal.env);
    const { stack, settings } = workspace;
    const opened = hasLedger(workspace, options) ? await openLedger(workspace) : undefined;
    const ledger = opened?.ledger;
    let planned: Offboarding | undefined;
    try {
      const tenant = await connectFor(workspace, state, terminal.env);
      const { declarations } = stack;
      const input = { userName, revoke, stack: stack.name, owned: ledger?.objects(), declarations };
      const offboarding = await withReadingProgress(terminal, tenant.cost, () => planOffboarding(tenant, input));
      planned = offboarding;
      const { plan, account } = offboarding;
      // With --json, standard output holds only the record.
      const print = json ? terminal.err : terminal.out;
      printWhole(print, introText(offboarding, terminal), state);
      if (ends) print(`${visible(`Then ends the log-ins, sessions and check-outs of ${account.name}.`)}\n`);
      enforceGuards(guardInputOf(plan), settings);
      if (ends) enforceEndSessions(account.name, settings);
      if ((plan.applyable || ends) && !autoApprove && !(await confirmUnlessJson(json, terminal))) return EXIT.error;
      const steps: LogEvent[] = [];
      let remaining: RemainingAccess | undefined;
      let ended: EndedSessions[] | undefined;
      const result = await executePlan(
        {
          command: 'offboard',
          tenant,
          plan,
          digest: planDigest(plan),
          workspace,
          ledger: ledgerWithout(account.id, ledger),
          opened,
          onEvent: (event) => void steps.push(event),
          beforeEnd: async (_, log) => {
            if (ends) {
              ended = await endSessions(tenant, account, async (event) => {
                state.written ||= event.outcome === 'written';
                await log.write({ event: 'end-session', ...event });
              });
            }
            remaining = await withReadingProgress(terminal, tenant.cost, () =>
              readRemainingAccess(tenant, account, ledger?.objects()),
            );
            await log.write({ event: 'offboard', ...recordOf(offboarding, remaining, ended) });
          },
        },
        state,
        terminal,
      );
      if (plan.applyable) print(resultText(plan, { ...result, notes: [] }, terminal));
      if (ended) print(endedSessionsText(account.name, ended, terminal.paint));
      print(remainingAccessText(account.name, remaining!, terminal.paint, ended));
      print(logDigestText(result, workspace));
      if (json) terminal.out(recordText({ offboarding, remaining: remaining!, ended }, workspace, steps, result));
      refuseHidden(state);
      return exitOfOffboard(plan, result, remaining!, ended);
    } catch (error) {
      throw planned ? withLogin(error, planned) : error;
    } finally {
      await ledger?.close();
    }
  });
}

/** Returns the error of an off-boarding. A refusal by the guards names the login that it leaves enabled. */
function withLogin(error: unknown, { plan, account }: Offboarding): unknown {
  const disables = plan.resource_changes.some(({ delinea }) => delinea.operation === 'deactivate');
  if (!disables || !(error instanceof DelineaError) || error.code !== 'refused_by_guard') return error;
  const { code, message, hint, remedy } = error;
  return new DelineaError(code, `${account.name} can still log in: ${message}`, { hint, remedy });
}

async function openWorkspace(options: OffboardOptions, env: NodeJS.ProcessEnv): Promise<Workspace> {
  const { stack, ledger } = options;
  const name = ledger === undefined ? undefined : await stackOfLedger(ledger);
  return openOptionalStack(stack, name ?? '', options, env);
}

/**
 * Returns whether there is a ledger to update. An emergency may have none; but if the ledger passed with --ledger is
 * missing, the real one would keep entries for what is removed here.
 */
function hasLedger({ ledger }: Workspace, options: OffboardOptions): boolean {
  if (statSync(ledger, { throwIfNoEntry: false })) return true;
  if (options.ledger === undefined) return false;
  throw new DelineaError('ledger_missing', 'the ledger does not exist; nothing was written', {
    path: ledger,
    hint: 'Correct --ledger or leave it out.',
  });
}

/**
 * Returns the ledger that the apply of an off-boarding writes to. It forgets removed objects and takes the account out
 * of recorded members, but records no object that is not managed.
 */
function ledgerWithout(account: string, ledger: Ledger | undefined): Pick<ApplyIo, 'record' | 'forget'> {
  if (!ledger) return { record: async () => undefined, forget: async () => undefined };
  const managed = new Map(ledger.objects().map((entry) => [`${entry.kind} ${entry.id}`, entry]));
  return {
    record: async ({ kind, id }) => {
      const entry = managed.get(`${kind} ${id}`);
      if (entry) await ledger.record({ ...entry, managedMembers: membersWithout(account, entry) });
    },
    forget: (removed) => ledger.forget(managed.get(`${removed.kind} ${removed.id}`) ?? removed),
  };
}

function membersWithout(account: string, { managedMembers }: OwnedObject): OwnedObject['managedMembers'] {
  if (!managedMembers) return undefined;
  return Object.fromEntries(
    Object.entries(managedMembers).map(([name, ids]) => [name, ids.filter((id) => id !== account)]),
  );
}

async function confirmUnlessJson(json: boolean, terminal: Terminal): Promise<boolean> {
  if (!json) return confirm(terminal);
  throw new DelineaError('settings_invalid', '--json does not ask for confirmation; nothing was written', {
    hint: 'Pass --auto-approve as well.',
  });
}

function introText({ plan }: Offboarding, { paint }: Terminal): string {
  if (plan.applyable) return planText(plan, paint);
  const findings = findingsText(plan.delinea.findings, paint);
  return `${findings}\n${paint('strong', 'Nothing to remove.')}\n`;
}

/** Returns the part of the record that the log keeps: names and ids, no attribute values. */
function recordOf(
  { account, inCode }: Offboarding,
  { disabled, paths, work, unread }: RemainingAccess,
  ended: readonly EndedSessions[] | undefined,
): object {
  return { account, disabled, left: paths, work, unread, inCode, ...(ended && { ended }) };
}

/** Everything that an off-boarding found and did. */
interface Outcome {
  readonly offboarding: Offboarding;
  readonly remaining: RemainingAccess;
  readonly ended: readonly EndedSessions[] | undefined;
}

function recordText(
  { offboarding, remaining, ended }: Outcome,
  workspace: Workspace,
  steps: readonly LogEvent[],
  { done, failures, converged, logDigest }: ExecutedPlan,
): string {
  const failed = failures.map(({ address, label, error }) => ({
    address,
    label,
    code: error.code,
    message: error.message,
  }));
  const { stack, settings } = workspace;
  const head = { command: 'offboard', stack: stack.name, tenant: settings.url, plan: planDigest(offboarding.plan) };
  const record = {
    ...head,
    ...recordOf(offboarding, remaining, ended),
    steps,
    done,
    failed,
    converged,
    log: logPath(workspace),
    logDigest,
  };
  return `${visibleJson(JSON.stringify(record, null, 2))}\n`;
}

import {
  ApplyLog,
  Ledger,
  type LedgerContent,
  type LedgerFile,
  type LedgerInLog,
  type LedgerOwner,
  readLedger,
  readLedgerFile,
  readLedgerRecord,
  refuseEdited,
  refuseOtherOwner,
} from '../embedded/index.js';
import { DelineaError, type Finding } from '../provider/index.js';
import { logPath, type Workspace } from './workspace.js';

/** A ledger that was compared with the log, and what a reader of the plan has to know about it. */
export interface CheckedLedger extends LedgerContent {
  readonly findings: readonly Finding[];
  /** As in `LedgerInLog`. */
  readonly earlier: LedgerInLog['earlier'];
  readonly unverified: LedgerInLog['unverified'];
}

/** A locked ledger that was compared with the log. */
export interface OpenLedger {
  readonly ledger: Ledger;
  /** The log's record of it. */
  readonly record: LedgerInLog['record'];
  readonly findings: readonly Finding[];
  /** As in `LedgerInLog`. */
  readonly earlier: LedgerInLog['earlier'];
  /** Records the ledger and its changes in the log of this run. */
  logTo(log: Pick<ApplyLog, 'write'>): Promise<void>;
}

/** Returns the stack, tenant, origins and accounts of a run, to which its ledger belongs. */
export function ledgerOwner({ stack, settings }: Workspace) {
  const accounts = [...settings.ownAccounts].sort();
  return { stack: stack.name, tenant: settings.url, origins: settings.origins, accounts } satisfies LedgerOwner;
}

/**
 * Reads the ledger without a lock and compares it with the log.
 * @returns undefined if there is no ledger, and none was named or recorded
 * @throws DelineaError `ledger_missing`, `ledger_edited`; as `readLedger`
 */
export async function readWorkspaceLedger(workspace: Workspace): Promise<CheckedLedger | undefined> {
  // An apply that runs at the same time may write the ledger after it was read here: then both are read again.
  const first = await readBoth(workspace);
  const { file, ...inLog } = isAsRecorded(first) ? first : await readBoth(workspace);
  if (!file) {
    refuseMissing(workspace, inLog);
    return undefined;
  }
  return { ...file, findings: check(workspace, file, inLog), earlier: inLog.earlier, unverified: inLog.unverified };
}

/**
 * Locks the ledger for an apply and compares it with the log.
 * @throws DelineaError `ledger_edited`; as `Ledger.open`
 */
export function openLedger(workspace: Workspace): Promise<OpenLedger> {
  return open(workspace, readLedger, (file, inLog) => check(workspace, file, inLog));
}

/** Locks the ledger without comparing it. @throws DelineaError `settings_invalid` for another stack or tenant */
export function openUncheckedLedger(workspace: Workspace): Promise<OpenLedger> {
  const read: typeof readLedger = async (path, owner) => {
    const file = await readLedgerFile(path);
    if (file) refuseOtherOwner(file.owner, owner, path);
    return file;
  };
  return open(workspace, read, () => []);
}

async function open(
  workspace: Workspace,
  read: typeof readLedger,
  compare: (file: LedgerFile, inLog: LedgerInLog) => readonly Finding[],
): Promise<OpenLedger> {
  const ledger = await Ledger.open(workspace.ledger, ledgerOwner(workspace), read);
  try {
    const inLog = await readLog(workspace);
    const { record, earlier } = inLog;
    const findings = ledger.found ? compare(ledger.found, inLog) : [];
    return { ledger, record, findings, earlier, logTo: (log) => ledger.logTo(log, record) };
  } catch (error) {
    await ledger.close();
    throw error;
  }
}

/** Runs a command that changes only the ledger, and records it in the log. */
export async function recordChange(
  command: string,
  { ledger, logTo }: OpenLedger,
  workspace: Workspace,
  change: () => Promise<void>,
): Promise<void> {
  const head = { ...ledgerOwner(workspace), command };
  const log = await ApplyLog.open(logPath(workspace), head, workspace.settings.redact);
  try {
    await logTo(log);
    await change();
  } finally {
    await log.close({ ledger: ledger.digest() });
  }
}

interface Both extends LedgerInLog {
  readonly file: LedgerFile | undefined;
}

async function readBoth(workspace: Workspace): Promise<Both> {
  const file = await readLedger(workspace.ledger, ledgerOwner(workspace));
  return { file, ...(await readLog(workspace)) };
}

function readLog(workspace: Workspace): Promise<LedgerInLog> {
  return readLedgerRecord(logPath(workspace), workspace.ledger, workspace.settings.url);
}

function isAsRecorded({ file, record }: Both): boolean {
  return !file || !record || record.digests.has(file.digest);
}

/** A ledger that is gone would hide every removal. */
function refuseMissing({ ledger, ledgerIsNamed }: Workspace, { record }: LedgerInLog): void {
  if (!ledgerIsNamed && !record) return;
  const message = record
    ? 'the ledger does not exist, but the log beside it has one'
    : 'the ledger that --ledger names does not exist';
  throw new DelineaError('ledger_missing', message, {
    path: ledger,
    hint: 'Restore it, or pass the path of another ledger with --ledger.',
    remedy: { kind: 'initLedger' },
  });
}

function check(workspace: Workspace, file: LedgerFile, { hasLog, record }: LedgerInLog): Finding[] {
  if (record) refuseEdited(record, file, workspace.ledger);
  const { accounts } = ledgerOwner(workspace);
  const before = file.owner.accounts;
  return [
    ...(record ? [] : [hasLog ? NOT_IN_LOG : NOT_COMPARED]),
    ...(before && before.join() !== accounts.join() ? [otherAccounts(before, accounts)] : []),
  ];
}

const NOT_COMPARED: Finding = {
  level: 'note',
  code: 'ledger_not_compared',
  message:
    'no log of applies beside the ledger has its digest, so it is not known whether it was edited since the last apply, and the limits count no earlier run of this day',
};

/** An author of a ledger could have removed its lines from the log, or renamed the stack. */
const NOT_IN_LOG: Finding = {
  level: 'warning',
  code: 'ledger_not_in_log',
  message:
    'the log of applies beside the ledger does not know it: the log is older, its lines were removed, or the ledger is another one; nothing shows whether the ledger was edited',
  hint: 'Pass the ledger of the base branch with --ledger.',
};

/** Accounts come from the environment and may be replaced, so this is not an error. */
function otherAccounts(before: readonly string[], now: readonly string[]): Finding {
  const names = (accounts: readonly string[]) => accounts.join(', ') || 'no named account';
  return {
    level: 'warning',
    code: 'other_accounts',
    message: `the ledger was last written by a run as ${names(before)}; this run logs in as ${names(now)}`,
  };
}

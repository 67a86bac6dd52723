import { statSync } from 'node:fs';
import { Ledger, stackOfLedger } from '../embedded/index.js';
import {
  type ApplyIo,
  type ApplyResult,
  DelineaError,
  enforceGuards,
  guardInputOf,
  type LogEvent,
  type Offboarding,
  type OwnedObject,
  planDigest,
  planOffboarding,
  type RemainingAccess,
  readRemainingAccess,
} from '../provider/index.js';
import { findingsText, planText, residueText } from '../review/index.js';
import { type AllowanceOptions, allowanceOf } from './allowance.js';
import { approved } from './approval.js';
import { carryOut, logOf, resultText } from './carry-out.js';
import { EXIT, type ExitCode, exitOfOffboard } from './exit.js';
import { ProgressLine, readingText } from './progress.js';
import { type Run, run } from './run.js';
import type { Terminal } from './terminal.js';
import { connectFor, openPlanned, type Workplace } from './workplace.js';

export interface OffboardOptions extends AllowanceOptions {
  readonly stack?: string;
  readonly ledger?: string;
  readonly revoke?: boolean;
  readonly autoApprove?: boolean;
  readonly json?: boolean;
}

/** `delinea-iac offboard`: disables one account, and says what it still has. */
export function offboardCommand(userName: string, options: OffboardOptions, terminal: Terminal): Promise<ExitCode> {
  const { json = false, revoke = false, autoApprove = false } = options;
  return run(terminal, { quiet: json }, async (state) => {
    const place = await openPlace(options, terminal.env);
    const { stack, settings } = place;
    const ledger = hasLedger(place, options)
      ? await Ledger.open(place.ledger, { stack: stack.name, tenant: settings.url })
      : undefined;
    try {
      const tenant = await connectFor(place, state, terminal.env);
      const { declarations } = stack;
      const input = { userName, revoke, stack: stack.name, owned: ledger?.objects(), declarations };
      const offboarding = await reading(terminal, state, () => planOffboarding(tenant, input));
      const { plan, account } = offboarding;
      // Programs read one thing on standard output: the record at the end.
      const say = json ? terminal.err : terminal.out;
      say(introText(offboarding, terminal));
      const allowance = allowanceOf(options);
      enforceGuards(guardInputOf(plan), settings, allowance);
      if (plan.applyable && !autoApprove && !(await mayGo(json, terminal))) return EXIT.error;
      const steps: LogEvent[] = [];
      let residue: RemainingAccess | undefined;
      const result = await carryOut(
        {
          command: 'offboard',
          tenant,
          plan,
          place,
          allowance,
          books: booksOf(ledger, account.id),
          hear: (event) => void steps.push(event),
          conclude: async (_, log) => {
            residue = await reading(terminal, state, () => readRemainingAccess(tenant, account, ledger?.objects()));
            await log.write({ event: 'offboard', ...recordOf(offboarding, residue) });
          },
        },
        state,
        terminal,
      );
      if (plan.applyable) say(resultText(plan, { ...result, notes: [] }, terminal));
      say(residueText(account.name, residue!, terminal.paint));
      if (json) terminal.out(recordText(offboarding, place, steps, result, residue!));
      return exitOfOffboard(plan, result, residue!);
    } finally {
      await ledger?.close();
    }
  });
}

async function openPlace({ stack, ledger }: OffboardOptions, env: NodeJS.ProcessEnv): Promise<Workplace> {
  const name = ledger === undefined ? undefined : await stackOfLedger(ledger);
  return openPlanned(stack, name ?? '', ledger, env);
}

/** An emergency needs no ledger; but one that was named and is not there would keep what is taken away here. */
function hasLedger({ ledger }: Workplace, options: OffboardOptions): boolean {
  if (statSync(ledger, { throwIfNoEntry: false })) return true;
  if (options.ledger === undefined) return false;
  throw new DelineaError('ledger_missing', 'there is no such ledger; nothing was written', {
    path: ledger,
    hint: 'Correct --ledger, or leave it out.',
  });
}

/**
 * Lets go of what is taken away. Of what is changed, only that the account is in it no more: what was not ours does not
 * become ours.
 */
function booksOf(ledger: Ledger | undefined, account: string): Pick<ApplyIo, 'record' | 'forget'> {
  if (!ledger) return { record: async () => undefined, forget: async () => undefined };
  const ours = new Map(ledger.objects().map((entry) => [`${entry.kind} ${entry.id}`, entry]));
  return {
    record: async ({ kind, id }) => {
      const entry = ours.get(`${kind} ${id}`);
      if (entry) await ledger.record({ ...entry, managedMembers: heldWithout(entry, account) });
    },
    forget: (gone) => ledger.forget(ours.get(`${gone.kind} ${gone.id}`) ?? gone),
  };
}

function heldWithout({ managedMembers }: OwnedObject, account: string): OwnedObject['managedMembers'] {
  if (!managedMembers) return undefined;
  return Object.fromEntries(
    Object.entries(managedMembers).map(([name, ids]) => [name, ids.filter((id) => id !== account)]),
  );
}

async function mayGo(json: boolean, terminal: Terminal): Promise<boolean> {
  if (!json) return approved(terminal);
  throw new DelineaError('settings_invalid', 'with --json nobody is asked; nothing was written', {
    hint: 'Give --auto-approve.',
  });
}

function introText({ plan }: Offboarding, { paint }: Terminal): string {
  if (plan.applyable) return planText(plan, paint);
  const findings = findingsText(plan.delinea.findings, paint);
  return `${findings}\n${paint('strong', 'Nothing to take away.')}\n`;
}

/** What the log keeps: names and ids, no values. */
function recordOf({ account, inCode }: Offboarding, { disabled, paths, work, unread }: RemainingAccess): object {
  return { account, disabled, left: paths, work, unread, inCode };
}

function recordText(
  offboarding: Offboarding,
  place: Workplace,
  steps: readonly LogEvent[],
  { done, failures, converged }: ApplyResult,
  residue: RemainingAccess,
): string {
  const failed = failures.map(({ address, label, error }) => ({
    address,
    label,
    code: error.code,
    message: error.message,
  }));
  const { stack, settings } = place;
  const head = { command: 'offboard', stack: stack.name, tenant: settings.url, plan: planDigest(offboarding.plan) };
  const record = { ...head, ...recordOf(offboarding, residue), steps, done, failed, converged, log: logOf(place) };
  return `${JSON.stringify(record, null, 2)}\n`;
}

/** Reads with a sign of life. */
async function reading<T>(terminal: Terminal, { cost }: Run, read: () => Promise<T>): Promise<T> {
  const line = new ProgressLine(terminal, () => readingText(cost));
  try {
    return await read();
  } finally {
    line.end();
  }
}

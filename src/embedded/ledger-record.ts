import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import * as z from 'zod';
import {
  checkWritable,
  DelineaError,
  type Holding,
  holdingSchema,
  oneDayBefore,
  openRegularFile,
  resources,
} from '../provider/index.js';
import type { LedgerFile } from './ledger-file.js';
import { changesText, compareLines, indexOf, type LedgerLines, type LineIndex } from './ledger-lines.js';
import { linesIn } from './log-chain.js';
import { ChainCheck, type LogReport } from './verify-log.js';

/** The record of a ledger in a log. */
export interface LedgerRecord {
  /** The digest that was recorded last. */
  readonly last: string;
  /**
   * The digests that the ledger may have: the last one. While a run is open, or after it was killed, also the one before it
   * and each that it recorded, since a digest is recorded before the ledger is written.
   */
  readonly digests: ReadonlySet<string>;
  readonly lines: LineIndex;
}

/** A log, as far as it is about one ledger. */
export interface LedgerInLog {
  /** Whether there is a log. */
  readonly hasLog: boolean;
  /** Unset: the log does not know the ledger. */
  readonly record: LedgerRecord | undefined;
  /** The losses by all runs of the tenant in the last 24 hours that no allowance let through. */
  readonly earlier: readonly Holding[];
  /** The last write of each object, if it was not read back and is at most a few minutes old. */
  readonly unverified: readonly UnverifiedWrite[];
}

/** A write that may not be visible yet. */
export interface UnverifiedWrite {
  readonly address: string;
  readonly label: string;
}

/** Time after which a write that was not read back counts as lost, in milliseconds. */
const PROPAGATION = 10 * 60 * 1000;

const NO_LOG: LedgerInLog = { hasLog: false, record: undefined, earlier: [], unverified: [] };

/** Lines of a ledger, or losses, in one line of the log. */
const CHUNK = 200;

/** An event of the log that records lines of a ledger. The last one of several has the digest. */
interface LedgerEvent {
  readonly event: 'ledger';
  /** Name of the ledger's file, since a folder has one log. */
  readonly file: string;
  readonly added: readonly (readonly [name: string, digest: string])[];
  readonly removed: readonly (readonly [name: string, digest: string])[];
  readonly digest?: string | undefined;
}

/** Returns the events that record the losses of a run before it makes them. */
export function lossEvents(losses: readonly Holding[]): object[] {
  return Array.from({ length: Math.ceil(losses.length / CHUNK) }, (_, index) => ({
    event: 'losses',
    losses: losses.slice(index * CHUNK, (index + 1) * CHUNK),
  }));
}

function lossesIn({ losses }: Readonly<Record<string, unknown>>): Holding[] {
  const parsed = z.array(holdingSchema).safeParse(losses).data ?? [];
  return parsed.filter(({ kind }) => kind === undefined || resources.some(({ type }) => type === kind));
}

/** Returns the events that record a ledger in the log, given the lines that the log has already. */
export function recordEvents(path: string, before: LineIndex, lines: LedgerLines, digest: string): LedgerEvent[] {
  const { added, removed } = compareLines(before, indexOf(lines));
  const count = Math.max(1, Math.ceil(added.length / CHUNK), Math.ceil(removed.length / CHUNK));
  return Array.from({ length: count }, (_, index) => {
    const part = <T>(all: readonly T[]) => all.slice(index * CHUNK, (index + 1) * CHUNK);
    const last = index === count - 1;
    const chunk = { added: part(added), removed: part(removed), ...(last && { digest }) };
    return { event: 'ledger', file: basename(path), ...chunk };
  });
}

/**
 * Reads the record of a ledger in a log, and checks the chain of the log: a record that a text editor could change proves
 * nothing.
 * @throws DelineaError `ledger_edited` when the chain does not hold, `ledger_damaged` when the log cannot be read,
 * `file_refused` when it is not a file of its own
 */
export async function readLedgerRecord(log: string, ledger: string, tenant: string): Promise<LedgerInLog> {
  const chain = new ChainCheck();
  const reading = new Reading(basename(ledger), tenant, oneDayBefore());
  try {
    if (!checkWritable(log, 'log')) return NO_LOG;
    for await (const line of linesIn(createReadStream(log, { fd: openRegularFile(log, 'log') }))) {
      reading.read(chain.read(line));
      if (chain.isNoLog) break;
    }
  } catch (error) {
    if (error instanceof DelineaError) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return NO_LOG;
    throw new DelineaError('ledger_damaged', `cannot read the log (${code ?? message})`, {
      path: log,
      hint: 'Correct its permissions.',
      cause: error,
    });
  }
  const record = reading.record();
  const { fault, lines, unchained } = chain.report();
  // A log without any digest is older than the record of ledgers. With such a record, the digests were removed.
  if (fault && (unchained < lines || record)) throw doesNotHold(log, fault);
  return { hasLog: true, record, earlier: reading.earlier, unverified: [...reading.unverified.values()] };
}

function doesNotHold(path: string, { line, reason }: NonNullable<LogReport['fault']>): DelineaError {
  return new DelineaError(
    'ledger_edited',
    `the log does not hold, so the ledger cannot be checked against it: line ${line} ${reason}`,
    {
      path,
      hint: 'Run: delinea-iac verify-log. Restore the log from the base branch or a backup. If you cannot, keep it elsewhere and move it away: the next apply starts a new one.',
    },
  );
}

class Reading {
  private lines = new Map<string, string>();
  private digests = new Set<string>();
  private last: string | undefined;
  /** The run that recorded the ledger last. */
  private run: unknown;
  /** Events of a record without its last line yet. */
  private parts: LedgerEvent[] = [];

  /** Runs of the tenant. */
  private readonly runs = new Set<unknown>();
  readonly earlier: Holding[] = [];
  readonly unverified = new Map<string, UnverifiedWrite>();
  private readonly written = new Set<string>();
  private readonly recently = new Date(Date.now() - PROPAGATION).toISOString();

  constructor(
    private readonly file: string,
    private readonly tenant: string,
    private readonly since: string,
  ) {}

  read(record: Readonly<Record<string, unknown>> | undefined): void {
    if (record?.event === 'start' && record.tenant === this.tenant) this.runs.add(record.run);
    if (record?.event === 'losses' && this.runs.has(record.run) && String(record.at) > this.since)
      this.earlier.push(...lossesIn(record));
    if (record && String(record.at) > this.recently && this.runs.has(record.run)) this.readWrite(record);
    if (record?.event === 'end' && record.run === this.run && this.last !== undefined)
      this.digests = new Set([this.last]);
    if (!isLedgerEvent(record) || record.file !== this.file) return;
    if (record.run !== this.run) {
      this.run = record.run;
      this.digests = new Set(this.last === undefined ? [] : [this.last]);
      this.parts = [];
    }
    this.parts.push(record);
    if (record.digest === undefined) return;
    for (const { removed } of this.parts) for (const [, digest] of removed) this.lines.delete(digest);
    for (const { added } of this.parts) for (const [name, digest] of added) this.lines.set(digest, name);
    this.parts = [];
    this.last = record.digest;
    this.digests.add(record.digest);
  }

  /** A step that fails after its write was not read back; one that fails before it has changed nothing. */
  private readWrite({ address, label, outcome }: Readonly<Record<string, unknown>>): void {
    if (typeof address !== 'string' || typeof label !== 'string' || outcome === undefined) return;
    const key = JSON.stringify([address, label]);
    const isOpen = outcome === 'sending' || outcome === 'written' || (outcome === 'failed' && this.written.has(key));
    if (outcome === 'written') this.written.add(key);
    if (isOpen) this.unverified.set(key, { address, label });
    else this.unverified.delete(key);
  }

  record(): LedgerRecord | undefined {
    const { last, digests, lines } = this;
    return last === undefined ? undefined : { last, digests, lines };
  }
}

function isLedgerEvent(
  record: Readonly<Record<string, unknown>> | undefined,
): record is LedgerEvent & Readonly<Record<string, unknown>> {
  const isLines = (value: unknown) => Array.isArray(value) && value.every((line) => Array.isArray(line));
  return record?.event === 'ledger' && isLines(record.added) && isLines(record.removed);
}

/** Returns the lines that differ from those that were recorded last, as text; empty if none does. */
export function changesSince(record: LedgerRecord, { lines }: Pick<LedgerFile, 'lines'>): string {
  return changesText(compareLines(record.lines, indexOf(lines)));
}

/**
 * Compares a ledger with the log.
 * @throws DelineaError `ledger_edited`, naming the lines that differ
 */
export function refuseEdited(
  record: LedgerRecord,
  { lines, digest }: Pick<LedgerFile, 'lines' | 'digest'>,
  path: string,
): void {
  if (record.digests.has(digest)) return;
  const changes = changesSince(record, { lines }) || 'its text differs';
  throw new DelineaError('ledger_edited', `the ledger was edited since the last apply: ${changes}`, {
    path,
    hint: `Restore the ledger that the last apply wrote (sha256 ${record.last}), or pass that of the base branch with --ledger. If the changes are right, run: delinea-iac accept-ledger ${digest}`,
  });
}

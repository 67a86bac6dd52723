import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { hostname } from 'node:os';
import { checkWritable, DelineaError, refusal, refuseShared, visibleJson } from '../provider/index.js';
import { type FileLock, lockFile, userName } from './file-lock.js';
import { digestOf } from './log-chain.js';
import { isLog, type LogTail, readTail } from './log-tail.js';

/** Content of the first line of a run. */
export interface RunHead {
  readonly stack: string;
  readonly tenant: string;
  /** Digest of the plan; unset for a command that changes only the ledger. */
  readonly plan?: string;
  readonly command: string;
  /** Origins to which the run sends requests. */
  readonly origins: readonly string[];
  /** Accounts that the run authenticates as. */
  readonly accounts: readonly string[];
}

/**
 * The log of all applies, one JSON object per line: user, time, plan, each write before and after it is sent, and its
 * read-back. Lines are only appended, each in one write, by one run at a time; `prev` is the digest of the line before.
 * The log contains ids and names of attributes, but no values and no secrets.
 */
export class ApplyLog {
  private last: Promise<unknown> = Promise.resolve();
  /** Error of a failed write. No line is written after it, since the log would have a gap. */
  private broken: DelineaError | undefined;
  private prev: string;

  private constructor(
    private readonly path: string,
    private readonly handle: FileHandle,
    private readonly lock: FileLock,
    private readonly run: string,
    private readonly redact: (text: string) => string,
    { prev }: LogTail,
  ) {
    this.prev = prev;
  }

  /**
   * Locks the log for one run and writes its first line. An apply that cannot be logged must not start.
   * @throws DelineaError `ledger_damaged` when the log cannot be written, `ledger_locked` when another run uses it,
   * `file_refused` when the file is a link or not a log
   */
  static async open(path: string, head: RunHead, redact: (text: string) => string): Promise<ApplyLog> {
    const { accounts, ...rest } = head;
    const handle = await openToAppend(path).catch((error: unknown) => {
      throw error instanceof DelineaError ? error : unwritable(path, error);
    });
    let lock: FileLock | undefined;
    try {
      refuseShared(await handle.stat(), path, 'log');
      lock = await lockFile(path, 'log');
      if (!(await isLog(handle))) throw refusal(path, 'the file exists and is not a log of delinea-iac');
      // It names people. A file system without modes keeps it as it is.
      await handle.chmod(0o600).catch(() => undefined);
      const tail = await readTail(handle).catch((error: unknown) => {
        throw unwritable(path, error);
      });
      const log = new ApplyLog(path, handle, lock, randomUUID(), redact, tail);
      const who = { user: userName(), host: hostname(), accounts };
      await log.add({ event: 'start', who, ...rest }, tail);
      return log;
    } catch (error) {
      await lock?.release();
      await handle.close();
      throw error;
    }
  }

  /** Appends one line. @throws DelineaError `ledger_damaged` when it or an earlier line could not be written */
  write(event: object): Promise<void> {
    return this.add(event);
  }

  /** Writes the last line of the run. @returns the digest of that line, with which `verify-log --expect` finds a cut end */
  async close(end: object): Promise<string> {
    try {
      await this.write({ event: 'end', ...end });
      await this.handle.sync();
      return this.prev;
    } finally {
      await this.handle.close();
      await this.lock.release();
    }
  }

  /** Appends one line in a single write. @param tail the end of the log, for the first line of a run */
  private add(event: object, tail?: LogTail): Promise<void> {
    const record = { run: this.run, at: new Date().toISOString(), ...event };
    const text = visibleJson(
      JSON.stringify(record, (_, value: unknown) => (typeof value === 'string' ? this.redact(value) : value)),
    );
    const written = this.last.then(() => this.append(text, tail));
    this.last = written.catch(() => undefined);
    return written;
  }

  private async append(text: string, tail?: LogTail): Promise<void> {
    if (this.broken) throw this.broken;
    try {
      this.lock.check();
      const link = { prev: this.prev, ...(tail?.torn !== undefined && { torn: true, tail: tail.torn }) };
      // Added after redaction, which must not change the digests.
      const line = `${JSON.stringify(link).slice(0, -1)},${text.slice(1)}`;
      const bytes = Buffer.from(`${tail?.open ? '\n' : ''}${line}\n`);
      const { bytesWritten } = await this.handle.write(bytes);
      if (bytesWritten < bytes.length) throw new Error('only part of the line was written');
      this.prev = digestOf(Buffer.from(line));
    } catch (error) {
      this.broken = error instanceof DelineaError ? error : unwritable(this.path, error);
      throw this.broken;
    }
  }
}

/** Opens a file without a link or a device in its place. The system checks again that the last name is not a link. */
async function openToAppend(path: string): Promise<FileHandle> {
  checkWritable(path, 'log');
  const { O_RDWR, O_APPEND, O_CREAT, O_NOFOLLOW, O_NONBLOCK } = constants;
  return open(path, O_RDWR | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK, 0o600);
}

function unwritable(path: string, error: unknown): DelineaError {
  const { code, message } = error as NodeJS.ErrnoException;
  return new DelineaError('ledger_damaged', `cannot write the log (${code ?? message})`, {
    path,
    hint: 'Free disk space or correct the permissions.',
    cause: error,
  });
}

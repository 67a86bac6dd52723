import { randomUUID } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { hostname } from 'node:os';
import { DelineaError } from '../provider/index.js';
import { type FileLock, lockFile, userName } from './file-lock.js';
import { digestOf } from './log-chain.js';
import { type LogTail, readTail } from './log-tail.js';

/** What the first line of a run says. */
export interface RunHead {
  readonly stack: string;
  readonly tenant: string;
  /** Digest of the plan. */
  readonly plan: string;
  readonly command: string;
  /** Accounts that the run logs in as. */
  readonly accounts: readonly string[];
}

/**
 * The log of all applies, one JSON object a line: who, when, which plan, every write before it is sent and after, and its
 * read-back. Lines are only ever added, each in one write, by one run at a time; `prev` of each is the digest of the
 * line before it. It holds names of attributes and ids, no values and no secrets.
 */
export class ApplyLog {
  private last: Promise<unknown> = Promise.resolve();
  /** Why no line can follow any more: one after a failed write would stand behind a hole. */
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
   * Takes the log for one run and writes its first line.
   * @throws DelineaError when the log cannot be written or another run has it: an apply that leaves no trace does not
   * start
   */
  static async open(path: string, head: RunHead, redact: (text: string) => string): Promise<ApplyLog> {
    const { accounts, ...rest } = head;
    const handle = await open(path, 'a+', 0o644).catch((error: unknown) => {
      throw unwritable(path, error);
    });
    let lock: FileLock | undefined;
    try {
      lock = await lockFile(path, 'log');
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

  /** Adds one line. @throws DelineaError when it cannot be written; then no later line is either */
  write(event: object): Promise<void> {
    return this.add(event);
  }

  async close(end: object): Promise<void> {
    try {
      await this.write({ event: 'end', ...end });
      await this.handle.sync();
    } finally {
      await this.handle.close();
      await this.lock.release();
    }
  }

  /** @param behind the end of the log, for the first line of a run */
  private add(event: object, behind?: LogTail): Promise<void> {
    const record = { run: this.run, at: new Date().toISOString(), ...event };
    const said = JSON.stringify(record, (_, value: unknown) =>
      typeof value === 'string' ? this.redact(value) : value,
    );
    const written = this.last.then(() => this.append(said, behind));
    this.last = written.catch(() => undefined);
    return written;
  }

  private async append(said: string, behind?: LogTail): Promise<void> {
    if (this.broken) throw this.broken;
    try {
      this.lock.check();
      const link = { prev: this.prev, ...(behind?.torn !== undefined && { torn: true, tail: behind.torn }) };
      // The digests are no text of anybody's: what redacts must not touch them.
      const line = `${JSON.stringify(link).slice(0, -1)},${said.slice(1)}`;
      const bytes = Buffer.from(`${behind?.open ? '\n' : ''}${line}\n`);
      const { bytesWritten } = await this.handle.write(bytes);
      if (bytesWritten < bytes.length) throw new Error('only a part was written');
      this.prev = digestOf(Buffer.from(line));
    } catch (error) {
      this.broken = error instanceof DelineaError ? error : unwritable(this.path, error);
      throw this.broken;
    }
  }
}

function unwritable(path: string, error: unknown): DelineaError {
  const { code, message } = error as NodeJS.ErrnoException;
  return new DelineaError('ledger_damaged', `cannot write the log (${code ?? message})`, {
    path,
    hint: 'Make room or correct the permissions.',
    cause: error,
  });
}

import { randomUUID } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { hostname } from 'node:os';
import { DelineaError } from '../provider/index.js';
import { userName } from './ledger-lock.js';

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
 * The log of all applies, one JSON object a line: who, when, which plan, every write and its read-back. Lines are only
 * ever added, each in one write. It holds names of attributes and ids, no values and no secrets.
 */
export class ApplyLog {
  private last: Promise<unknown> = Promise.resolve();

  private constructor(
    private readonly path: string,
    private readonly handle: FileHandle,
    private readonly run: string,
    private readonly redact: (text: string) => string,
  ) {}

  /** @throws DelineaError when the log cannot be written: an apply that leaves no trace does not start */
  static async open(path: string, head: RunHead, redact: (text: string) => string): Promise<ApplyLog> {
    const { accounts, ...rest } = head;
    const handle = await open(path, 'a+', 0o644).catch((error: unknown) => {
      throw unwritable(path, error);
    });
    const log = new ApplyLog(path, handle, randomUUID(), redact);
    await log.endTornLine();
    await log.write({ event: 'start', who: { user: userName(), host: hostname(), accounts }, ...rest });
    return log;
  }

  /** Adds one line. @throws DelineaError when it cannot be written */
  write(event: object): Promise<void> {
    const record = { run: this.run, at: new Date().toISOString(), ...event };
    const line = JSON.stringify(record, (_, value: unknown) =>
      typeof value === 'string' ? this.redact(value) : value,
    );
    const written = this.last.then(() => this.handle.appendFile(`${line}\n`));
    this.last = written.catch(() => undefined);
    return written.catch((error: unknown) => {
      throw unwritable(this.path, error);
    });
  }

  async close(end: object): Promise<void> {
    await this.write({ event: 'end', ...end });
    await this.handle.sync();
    await this.handle.close();
  }

  /** A run that was killed may have left half a line. */
  private async endTornLine(): Promise<void> {
    const { size } = await this.handle.stat();
    if (size === 0) return;
    const { buffer } = await this.handle.read({ buffer: Buffer.alloc(1), position: size - 1 });
    if (buffer[0] !== 0x0a) await this.handle.appendFile('\n');
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

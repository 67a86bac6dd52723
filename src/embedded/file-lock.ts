import { readFileSync, readlinkSync, renameSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, userInfo } from 'node:os';
import { lock } from 'proper-lockfile';
import { DelineaError } from '../provider/index.js';

/** A lock that its holder has not refreshed for this long is lost, in milliseconds. */
const STALE = 10_000;
/** Interval of refreshes, in milliseconds. */
const REFRESH = 2_000;

interface Holder {
  readonly pid: number;
  readonly host: string;
  readonly user: string;
  readonly since: string;
}

export interface FileLock {
  /**
   * Checks that this run still has the lock.
   * @throws DelineaError `ledger_locked` when the lock was lost, for example because the machine was suspended
   */
  check(): void;
  release(): Promise<void>;
}

/**
 * Locks a file with the folder `<file>.lock.d` and names the holder in `<file>.lock`. The lock is removed on release and
 * when the process ends; the lock of a killed process is replaced.
 * @param what the name of the file in messages
 * @throws DelineaError `ledger_locked`, naming the holder
 */
export async function lockFile(path: string, what: 'ledger' | 'log'): Promise<FileLock> {
  let lost = false;
  const take = () =>
    lock(path, {
      lockfilePath: `${path}.lock.d`,
      realpath: false,
      stale: STALE,
      update: REFRESH,
      onCompromised: () => {
        lost = true;
      },
    });
  const release = await take().catch((error: unknown) => {
    if (!isHeld(error) || !clearDead(path)) throw refusal(path, what, error);
    return take().catch((again: unknown) => {
      throw refusal(path, what, again);
    });
  });
  const holderFile = `${path}.lock`;
  const holder: Holder = { pid: process.pid, host: here(), user: userName(), since: new Date().toISOString() };
  writeFileSync(holderFile, `${JSON.stringify(holder)}\n`);
  const clean = () => rmSync(holderFile, { force: true });
  process.once('exit', clean);
  return {
    check() {
      if (lost) {
        throw new DelineaError('ledger_locked', `this run lost its lock on the ${what}`, {
          path,
          hint: 'Another run may have written as well: check apply.jsonl, then plan again.',
        });
      }
    },
    async release() {
      process.off('exit', clean);
      if (lost) return;
      clean();
      await release();
    },
  };
}

/** Returns the name of the operating system user, for the log and the lock. */
export function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return 'unknown';
  }
}

function isHeld(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ELOCKED';
}

/**
 * Removes the lock of a dead process of this machine. Moves the holder's file first, so that only one of several runs
 * gets it; if another run has taken the lock in the meantime, its file is moved back.
 */
function clearDead(path: string): boolean {
  const dead = readHolder(`${path}.lock`);
  if (!dead || dead.host !== here() || isAlive(dead.pid)) return false;
  const mine = `${path}.lock.${process.pid}`;
  try {
    renameSync(`${path}.lock`, mine);
    const moved = readHolder(mine);
    if (moved?.pid !== dead.pid || moved.since !== dead.since) {
      renameSync(mine, `${path}.lock`);
      return false;
    }
    rmdirSync(`${path}.lock.d`);
    rmSync(mine);
    return true;
  } catch {
    return false;
  }
}

function readHolder(file: string): Holder | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Holder;
  } catch {
    return undefined;
  }
}

/** Returns host name and process namespace: containers may share a host name, but a process id is valid only in one. */
function here(): string {
  try {
    return `${hostname()} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return hostname();
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function refusal(path: string, what: string, error: unknown): DelineaError {
  if (!isHeld(error)) {
    const reason = (error as NodeJS.ErrnoException).code ?? 'unknown reason';
    return new DelineaError('ledger_locked', `cannot lock the ${what} (${reason})`, {
      hint: 'Check that its folder exists and is writable.',
      path,
      cause: error,
    });
  }
  const holder = readHolder(`${path}.lock`);
  const who = holder
    ? `process ${holder.pid} of ${holder.user} on ${holder.host.split(' ')[0]} since ${holder.since}`
    : 'another run';
  return new DelineaError('ledger_locked', `the ${what} is locked by ${who}`, {
    path,
    hint: 'Wait until that run has ended. The lock of a killed run expires after ten seconds.',
  });
}

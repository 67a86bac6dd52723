import { randomBytes } from 'node:crypto';
import { lstatSync, readdirSync, readlinkSync, renameSync, rmdirSync, rmSync } from 'node:fs';
import { hostname, userInfo } from 'node:os';
import { lock } from 'proper-lockfile';
import onExit from 'signal-exit';
import * as z from 'zod';
import { checkWritable, DelineaError, readRegularFile, refusal } from '../provider/index.js';
import { checkReplaceable, replaceFile } from './durable-file.js';

/** A lock that its holder has not refreshed for this long is lost, in milliseconds. */
const STALE = 10_000;
/** Interval of refreshes, in milliseconds. */
const REFRESH = 2_000;

/** Content of the file that names the holder of a lock. */
const holder = z.strictObject({ pid: z.int().positive(), host: z.string(), user: z.string(), since: z.string() });

type Holder = z.infer<typeof holder>;

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
 * @throws DelineaError `ledger_locked`, naming the holder; `file_refused` when the file, or what is at the names of its
 * lock, is a link or something else that no run of ours made
 */
export async function lockFile(path: string, what: 'ledger' | 'log'): Promise<FileLock> {
  let lost = false;
  const holderFile = `${path}.lock`;
  const lockName = `lock of the ${what}`;
  try {
    // Two names of one file would be two locks.
    checkWritable(path, what);
    checkReplaceable(holderFile, lockName, (text) => parseHolder(text) !== undefined);
    checkLockFolder(`${path}.lock.d`, lockName);
  } catch (error) {
    throw error instanceof DelineaError ? error : locked(path, what, error);
  }
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
    if (!isHeld(error) || !clearDead(path)) throw locked(path, what, error);
    return take().catch((again: unknown) => {
      throw locked(path, what, again);
    });
  });
  const self: Holder = { pid: process.pid, host: here(), user: userName(), since: new Date().toISOString() };
  const clean = () => rmSync(holderFile, { force: true });
  await replaceFile(holderFile, `${JSON.stringify(self)}\n`, lockName).catch(async (error: unknown) => {
    await release();
    throw error instanceof DelineaError ? error : locked(path, what, error);
  });
  const keep = onExit(clean);
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
      keep();
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

/** Refuses what is not the empty folder that a lock is: it could never be taken. @throws DelineaError `file_refused` */
function checkLockFolder(folder: string, what: string): void {
  const found = lstatSync(folder, { throwIfNoEntry: false });
  if (!found || (found.isDirectory() && isEmpty(folder))) return;
  const kind = found.isDirectory() ? 'a folder with files' : found.isSymbolicLink() ? 'a symbolic link' : 'a file';
  throw refusal(folder, `the ${what} is ${kind}, not an empty folder`, 'No run made it. Remove it.');
}

/** Returns whether a folder is empty. One that another run has removed in the meantime is. */
function isEmpty(folder: string): boolean {
  try {
    return readdirSync(folder).length === 0;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return true;
    throw error;
  }
}

/**
 * Removes the lock of a dead process of this machine. Moves the holder's file first, so that only one of several runs
 * gets it; if another run has taken the lock in the meantime, its file is moved back.
 */
function clearDead(path: string): boolean {
  const dead = readHolder(`${path}.lock`);
  if (!dead || dead.host !== here() || isAlive(dead.pid)) return false;
  const mine = `${path}.lock.${randomBytes(8).toString('hex')}`;
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
    return parseHolder(readRegularFile(file, 'lock'));
  } catch {
    return undefined;
  }
}

function parseHolder(text: string): Holder | undefined {
  try {
    return holder.parse(JSON.parse(text));
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

function locked(path: string, what: string, error: unknown): DelineaError {
  if (!isHeld(error)) {
    const reason = (error as NodeJS.ErrnoException).code ?? 'unknown reason';
    return new DelineaError('ledger_locked', `cannot lock the ${what} (${reason})`, {
      hint: 'Check that its folder exists and is writable.',
      path,
      cause: error,
    });
  }
  const other = readHolder(`${path}.lock`);
  const who = other
    ? `process ${other.pid} of ${other.user} on ${other.host.split(' ')[0]} since ${other.since}`
    : 'another run';
  return new DelineaError('ledger_locked', `the ${what} is locked by ${who}`, {
    path,
    hint: 'Wait until that run has ended. The lock of a killed run expires after ten seconds.',
  });
}

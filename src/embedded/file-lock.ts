import { readFileSync, readlinkSync, renameSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, userInfo } from 'node:os';
import { lock } from 'proper-lockfile';
import { DelineaError } from '../provider/index.js';

/** A holder that gives no sign of life for so long, in milliseconds, has lost the lock. */
const STALE = 10_000;
const SIGN_OF_LIFE = 2_000;

interface Holder {
  readonly pid: number;
  readonly host: string;
  readonly user: string;
  readonly since: string;
}

export interface FileLock {
  /** @throws DelineaError `ledger_locked` when the lock was lost, such as after the machine slept */
  check(): void;
  release(): Promise<void>;
}

/**
 * Takes the lock of a file: the folder `<file>.lock.d`, with `<file>.lock` telling who holds it. It is given back on
 * release and when the process ends; what a killed process left behind is taken over.
 * @param what the file, for people
 * @throws DelineaError `ledger_locked`, naming the holder
 */
export async function lockFile(path: string, what: 'ledger' | 'log'): Promise<FileLock> {
  let lost = false;
  const take = () =>
    lock(path, {
      lockfilePath: `${path}.lock.d`,
      realpath: false,
      stale: STALE,
      update: SIGN_OF_LIFE,
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
  const told = `${path}.lock`;
  const holder: Holder = { pid: process.pid, host: here(), user: userName(), since: new Date().toISOString() };
  writeFileSync(told, `${JSON.stringify(holder)}\n`);
  const clean = () => rmSync(told, { force: true });
  process.once('exit', clean);
  return {
    check() {
      if (lost) {
        throw new DelineaError('ledger_locked', `the lock on the ${what} was lost to another run`, {
          path,
          hint: 'Look at apply.jsonl for what both runs wrote, then plan again.',
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

/** Who runs this process, for the log and the lock. */
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
 * Removes the lock of a process of this machine that is dead. The holder's file is moved away first: of several runs
 * that see the same dead holder one gets it, and a lock that was taken meanwhile is given back.
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

/** Process numbers mean nothing outside of the namespace that gave them: containers may share a host name. */
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
    return new DelineaError('ledger_locked', `cannot lock the ${what} (${reason})`, { path, cause: error });
  }
  const holder = readHolder(`${path}.lock`);
  const who = holder
    ? `process ${holder.pid} of ${holder.user} on ${holder.host.split(' ')[0]} since ${holder.since}`
    : 'another run';
  return new DelineaError('ledger_locked', `the ${what} is held by ${who}`, {
    path,
    hint: 'Wait until that run has ended; a killed one loses the lock after ten seconds.',
  });
}

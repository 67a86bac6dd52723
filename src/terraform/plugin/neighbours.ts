import { createHash } from 'node:crypto';
import { lstatSync, mkdirSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isStartedByTerraform } from './handshake.js';

/** A provider process, the Terraform that started it, and where both have their temporary files. */
export interface Here {
  readonly parent: number;
  readonly self: number;
  /** When the process began, in milliseconds since 1970. */
  readonly began: number;
  readonly temporary: string;
}

/** The file that says that this process is there, and after its end, by its time, until when it was. */
let own: string | undefined;

/**
 * Says that this process works on a tenant, and counts the others of its Terraform that did so while it lived. Each
 * provider configuration is a process of its own, and knows nothing of the other's removals; what one configuration plans
 * and applies are processes one after the other. A server that Terraform did not start serves all configurations at once.
 * @param url of the tenant, of which only a hash is written down
 * @returns 0 also where the temporary folder cannot be used
 */
export function countNeighbours(url: string, env: NodeJS.ProcessEnv, here: Here = thisProcess()): number {
  if (!isStartedByTerraform(env)) return 0;
  const family = `${here.parent}-${createHash('sha256').update(url).digest('hex').slice(0, 16)}-`;
  const name = `${family}${here.self}`;
  try {
    const folder = openFolder(here.temporary);
    if (own) rmSync(own, { force: true });
    else process.on('exit', leave);
    own = join(folder, name);
    // Written before others are looked for, so that of two who come at once one sees the other.
    writeFileSync(own, '', { mode: 0o600 });
    const others = readdirSync(folder).filter((other) => other !== name);
    for (const other of others.filter((one) => !isAlive(one.split('-')[0])))
      rmSync(join(folder, other), { force: true });
    // One that ended early may have removed what another has yet to make.
    const metHere = (other: string) =>
      isAlive(other.split('-').at(-1)) || statSync(join(folder, other)).mtimeMs > here.began;
    return others.filter((other) => other.startsWith(family) && metHere(other)).length;
  } catch {
    return 0;
  }
}

function thisProcess(): Here {
  return { parent: process.ppid, self: process.pid, began: performance.timeOrigin, temporary: tmpdir() };
}

/** The file stays for those who have not looked yet, until their Terraform is gone. */
function leave(): void {
  const now = new Date();
  try {
    if (own) utimesSync(own, now, now);
  } catch {
    // Whoever cleaned the temporary folder has removed it.
  }
}

/** @throws {Error} where it is somebody else's: anybody may make a folder of that name */
function openFolder(temporary: string): string {
  const user = process.getuid?.();
  const folder = join(temporary, `tfd-neighbours${user === undefined ? '' : `-${user}`}`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const found = lstatSync(folder);
  const isOurs = user === undefined || (found.uid === user && (found.mode & 0o077) === 0);
  if (!found.isDirectory() || !isOurs) throw new Error(`${folder} is not ours`);
  return folder;
}

function isAlive(pid: string | undefined): boolean {
  try {
    return process.kill(Number(pid), 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

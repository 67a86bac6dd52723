import { createHash } from 'node:crypto';
import { lstatSync, mkdirSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isStartedByTerraform } from './handshake.js';

/** A provider process, the Terraform process that started it, and the folder of their temporary files. */
export interface ProcessInfo {
  readonly parent: number;
  readonly self: number;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly temporaryFolder: string;
}

/** The content of the marker of a process that applies. */
const APPLIES = 'applies';

/** The file that marks this process as running. After its end, the file's time is the time of the end. */
let marker: string | undefined;

/**
 * Records that this process works on a tenant, and counts the other processes of the same Terraform run that worked on it
 * during this process's life. Terraform starts one process per provider configuration, and a configuration does not know
 * the removals of another. The plan and the apply of one configuration are processes that follow each other. A server
 * that Terraform did not start serves all configurations at once.
 * @param url of the tenant; only a hash of it is written to disk
 * @param isApply whether this process applies: a configuration has one such process, so an earlier one is a sibling, too
 * @returns 0 also when the temporary folder cannot be used
 */
export function countSiblings(
  url: string,
  env: NodeJS.ProcessEnv,
  isApply = false,
  own: ProcessInfo = thisProcess(),
): number {
  if (!isStartedByTerraform(env)) return 0;
  const prefix = `${own.parent}-${createHash('sha256').update(url).digest('hex').slice(0, 16)}-`;
  const name = `${prefix}${own.self}`;
  try {
    const folder = openFolder(own.temporaryFolder);
    const path = join(folder, name);
    if (!marker) process.on('exit', touchMarker);
    else if (marker !== path) rmSync(marker, { force: true });
    marker = path;
    // Written before the search, so that of two processes starting together at least one finds the other.
    writeFileSync(marker, isApply ? APPLIES : '', { mode: 0o600, flag: isApply ? 'w' : 'a' });
    const others = readdirSync(folder).filter((other) => other !== name);
    for (const other of others.filter((file) => !isAlive(file.split('-')[0])))
      rmSync(join(folder, other), { force: true });
    // A process that ended after our start counts: it may have removed an object that another one has yet to create.
    const overlapped = (other: string) => {
      const { mtimeMs, size } = statSync(join(folder, other));
      return isAlive(other.split('-').at(-1)) || mtimeMs > own.startedAt || (isApply && size > 0);
    };
    return others.filter((other) => other.startsWith(prefix) && overlapped(other)).length;
  } catch {
    return 0;
  }
}

function thisProcess(): ProcessInfo {
  return { parent: process.ppid, self: process.pid, startedAt: performance.timeOrigin, temporaryFolder: tmpdir() };
}

/** Keeps the file for processes that have not searched yet; it is removed once its Terraform has ended. */
function touchMarker(): void {
  const now = new Date();
  try {
    if (marker) utimesSync(marker, now, now);
  } catch {
    // The temporary folder was cleaned.
  }
}

/**
 * Opens the folder of the marker files.
 * @throws {Error} when the folder belongs to another user: any user can create a folder of that name
 */
function openFolder(temporaryFolder: string): string {
  const user = process.getuid?.();
  const folder = join(temporaryFolder, `tfd-siblings${user === undefined ? '' : `-${user}`}`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const found = lstatSync(folder);
  const isOwn = user === undefined || (found.uid === user && (found.mode & 0o077) === 0);
  if (!found.isDirectory() || !isOwn) throw new Error(`${folder} is not a private folder of this user`);
  return folder;
}

function isAlive(pid: string | undefined): boolean {
  try {
    return process.kill(Number(pid), 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

import { isUtf8 } from 'node:buffer';
import {
  accessSync,
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readlinkSync,
  readSync,
  type Stats,
  statSync,
} from 'node:fs';
import { dirname, isAbsolute, parse, relative, resolve, sep } from 'node:path';
import { DelineaError } from '../model/errors.js';

/** Most bytes of a file that is read as a whole: a stack, a ledger, a plan. */
const LIMIT = 64 * 1024 * 1024;
/** Bytes of one read. */
const BLOCK = 64 * 1024;

/** Names under which other programs write to standard output. */
const STANDARD_OUTPUT = ['-', '/dev/stdout', '/dev/stderr', '/dev/fd/1', '/dev/fd/2'];

const OTHER_PATH = 'Move it away, or pass another path.';

export interface ReadOptions {
  /** Most bytes to read. */
  readonly limit?: number;
  /** Follows links. Only for paths from the environment, such as secrets that Kubernetes mounts as links. */
  readonly followLinks?: boolean;
}

/**
 * Reads a text file. Never waits for a pipe and never reads an endless device.
 * @param what the name of the file in messages, such as `ledger`
 * @throws DelineaError `file_refused`; the file system's error, such as ENOENT
 */
export function readRegularFile(
  path: string,
  what: string,
  { limit = LIMIT, followLinks = false }: ReadOptions = {},
): string {
  const file = openRegularFile(path, what, { followLinks });
  try {
    return readText(file, path, what, limit);
  } finally {
    closeSync(file);
  }
}

/** Reads standard input as text, also from a program that writes slowly. @throws DelineaError `file_refused` when it is too long */
export async function readStandardInput(what: string): Promise<string> {
  const blocks: Buffer[] = [];
  let total = 0;
  for await (const block of process.stdin as AsyncIterable<Buffer>) {
    total += block.length;
    if (total > LIMIT) throw tooLarge('-', what, LIMIT);
    blocks.push(block);
  }
  return textOf(Buffer.concat(blocks), '-', what);
}

/** Opens a regular file to read it and returns its descriptor. @throws as `readRegularFile` */
export function openRegularFile(path: string, what: string, { followLinks = false }: ReadOptions = {}): number {
  const full = resolve(path);
  if (!followLinks) refuseLinks(path, what);
  // Checked before it is opened, because opening a device may have an effect, and again afterwards.
  refuseSpecial(statSync(full), path, what);
  const file = openSync(full, constants.O_RDONLY | constants.O_NONBLOCK | (followLinks ? 0 : constants.O_NOFOLLOW));
  try {
    refuseSpecial(fstatSync(file), path, what);
    return file;
  } catch (error) {
    closeSync(file);
    throw error;
  }
}

/**
 * Checks that a path may be written: it is free, or it is a regular file with one name, and no link leads to it.
 * @returns the file that is there; undefined if there is none
 * @throws DelineaError `file_refused`; the file system's error, such as ENOTDIR
 */
export function checkWritable(path: string, what: string): Stats | undefined {
  if (STANDARD_OUTPUT.includes(path)) {
    throw refusal(path, `the ${what} cannot be written to standard output`, 'Pass the path of a file.');
  }
  refuseLinks(path, what);
  const found = lstatSync(resolve(path), { throwIfNoEntry: false });
  if (found) refuseShared(found, path, what);
  return found;
}

/** Refuses what is not a regular file, or has a second name. @throws DelineaError `file_refused` */
export function refuseShared(found: Stats, path: string, what: string): void {
  refuseSpecial(found, path, what);
  if (found.nlink > 1) {
    throw refusal(
      path,
      `the ${what} has ${found.nlink} names (hard links), so writing it could change another file`,
      'Replace it with a copy of itself, or pass another path.',
    );
  }
}

/**
 * Refuses a path that leads through a symbolic link. Links outside of the working directory that this user could not
 * have made are accepted, such as `/tmp` on macOS; the file itself is never one.
 * @throws DelineaError `file_refused`
 */
export function refuseLinks(path: string, what: string): void {
  const full = resolve(path);
  const { root } = parse(full);
  const steps = full.slice(root.length).split(sep);
  for (let count = 1; count <= steps.length; count++) {
    const at = root + steps.slice(0, count).join(sep);
    const found = lstatSync(at, { throwIfNoEntry: false });
    if (!found) return;
    if (!found.isSymbolicLink() || (at !== full && isOfTheSystem(at))) continue;
    const where =
      at === full ? `the ${what} is a symbolic link` : `"${at}" on the path of the ${what} is a symbolic link`;
    throw refusal(
      path,
      `${where} to "${readlinkSync(at)}"`,
      'Links are not followed, because they may lead out of the project. Replace the link, or pass the path of the file itself.',
    );
  }
}

/** Returns an error for a file that is neither read nor written. The message does not contain the path. */
export function refusal(path: string, message: string, hint = OTHER_PATH): DelineaError {
  return new DelineaError('file_refused', message, { path, hint });
}

function isOfTheSystem(link: string): boolean {
  const folder = dirname(link);
  const fromHere = relative(process.cwd(), folder);
  if (fromHere.split(sep)[0] !== '..' && !isAbsolute(fromHere)) return false;
  try {
    accessSync(folder, constants.W_OK);
    return false;
  } catch {
    return true;
  }
}

function refuseSpecial(found: Stats, path: string, what: string): void {
  if (found.isFile()) return;
  const kind = found.isDirectory()
    ? 'a folder'
    : found.isFIFO()
      ? 'a named pipe'
      : found.isSocket()
        ? 'a socket'
        : 'a device';
  throw refusal(path, `the ${what} is ${kind}, not a file`);
}

function readText(file: number, path: string, what: string, limit: number): string {
  const blocks: Buffer[] = [];
  let total = 0;
  for (;;) {
    const block = Buffer.allocUnsafe(BLOCK);
    const length = readSync(file, block);
    if (length === 0) return textOf(Buffer.concat(blocks), path, what);
    total += length;
    if (total > limit) throw tooLarge(path, what, limit);
    blocks.push(block.subarray(0, length));
  }
}

/** Decodes UTF-8. Bytes that are not UTF-8 would become other characters: another name, or two names that are equal. */
function textOf(bytes: Buffer, path: string, what: string): string {
  if (isUtf8(bytes)) return bytes.toString('utf8');
  const line = bytes.toString('utf8').split('\uFFFD')[0]!.split('\n').length;
  throw refusal(path, `the ${what} is not UTF-8 text: line ${line}`, 'Save it as UTF-8.');
}

function tooLarge(path: string, what: string, limit: number): DelineaError {
  const most = limit < 1024 * 1024 ? `${limit / 1024} KiB` : `${limit / 1024 / 1024} MiB`;
  return refusal(path, `the ${what} is larger than ${most}`);
}

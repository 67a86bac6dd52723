import type { FileHandle } from 'node:fs/promises';
import { digestOf, linesIn, MAX_LINE, NO_LINE, parseLine, TailDigest } from './log-chain.js';

/** The end of a log, where the next line is appended. */
export interface LogTail {
  /** Digest of the last line, whole or torn; zeros for an empty log. */
  readonly prev: string;
  /** Whether the newline at the end is missing. */
  readonly open: boolean;
  /** Digest of the last whole line and the torn text after it; undefined if nothing is torn. */
  readonly torn: string | undefined;
}

/** Bytes read first; more are read only if the last line is longer. */
const BLOCK = 65_536;

/** How a first line begins, also of a log whose lines are not chained. */
const BEGINNINGS = ['{"prev":"', '{"run":"'];

/**
 * Returns whether a file is a log: it is empty, or its first line belongs to a run. If that line is torn, only its
 * beginning is compared.
 */
export async function isLog(handle: FileHandle): Promise<boolean> {
  const block = Buffer.alloc(BLOCK);
  const { bytesRead } = await handle.read(block, 0, BLOCK, 0);
  const text = block.subarray(0, bytesRead).toString('utf8');
  const [first = ''] = text.split('\n', 1);
  const record = parseLine(Buffer.from(first));
  if (record) return typeof record.run === 'string' && typeof record.event === 'string';
  return BEGINNINGS.some((beginning) => beginning.startsWith(first.slice(0, beginning.length)));
}

/** Reads the end of a log without reading all of it. @throws Error when its last line is too long */
export async function readTail(handle: FileHandle): Promise<LogTail> {
  const { size } = await handle.stat();
  for (let length = Math.min(BLOCK, size); ; length = Math.min(2 * length, size)) {
    const text = Buffer.alloc(length);
    await readWhole(handle, text, size - length);
    const tail = await tailOf(text, length === size);
    if (tail) return tail;
    if (length > MAX_LINE) throw new Error('its last line is too long');
  }
}

/**
 * Reads the end of the log from its last bytes.
 * @returns undefined if the text has no whole line and more text precedes it
 */
async function tailOf(text: Buffer, fromTheStart: boolean): Promise<LogTail | undefined> {
  // The text before the first newline may be the end of a line that begins earlier.
  const from = fromTheStart ? 0 : text.indexOf('\n') + 1;
  if (!fromTheStart && from === 0) return undefined;
  const digest = new TailDigest();
  let last: { readonly bytes: Uint8Array; readonly ended: boolean; readonly whole: boolean } | undefined;
  let anyWhole = false;
  for await (const line of linesIn(oneChunk(text.subarray(from)))) {
    const whole = parseLine(line.bytes) !== undefined;
    if (whole) digest.whole(line.bytes);
    else digest.torn(line.bytes);
    anyWhole ||= whole;
    last = { ...line, whole };
  }
  if (!anyWhole && !fromTheStart) return undefined;
  if (!last) return { prev: NO_LINE, open: false, torn: undefined };
  return { prev: digestOf(last.bytes), open: !last.ended, torn: last.whole ? undefined : digest.value() };
}

async function* oneChunk(text: Uint8Array): AsyncGenerator<Uint8Array> {
  yield text;
}

async function readWhole(handle: FileHandle, into: Buffer, position: number): Promise<void> {
  for (let done = 0; done < into.length; ) {
    const { bytesRead } = await handle.read(into, done, into.length - done, position + done);
    if (bytesRead === 0) throw new Error('the file became shorter while it was read');
    done += bytesRead;
  }
}

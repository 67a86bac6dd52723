import { createHash, type Hash } from 'node:crypto';

/** The digest that the first line of a log has as `prev`. */
export const NO_LINE = '0'.repeat(64);

/** Bytes of the longest line that is read. The record of an off-boarding lists every path of access. */
export const MAX_LINE = 16 * 1024 * 1024;

const NEWLINE = 0x0a;

/** Returns the SHA-256 of the bytes as 64 lower-case hexadecimal digits. */
export function digestOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Parses a line; undefined for a torn line, which is any that is not a JSON object. */
export function parseLine(bytes: Uint8Array): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(bytes).toString('utf8'));
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Digest of the last whole line and all torn text after it. A torn line has no `prev` that could be trusted; without
 * this digest, the line before it could be deleted without notice.
 */
export class TailDigest {
  private hash: Hash | undefined;

  whole(bytes: Uint8Array): void {
    this.hash = createHash('sha256').update(bytes);
  }

  torn(bytes: Uint8Array): void {
    this.hash = this.hash ? this.hash.update('\n').update(bytes) : createHash('sha256').update(bytes);
  }

  value(): string {
    return this.hash?.copy().digest('hex') ?? NO_LINE;
  }
}

/** A line without its newline. */
export interface RawLine {
  readonly bytes: Uint8Array;
  /** Whether a newline follows. */
  readonly ended: boolean;
}

/** Yields the lines of a stream and keeps only one in memory. @throws Error when a line is too long */
export async function* linesIn(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<RawLine> {
  let parts: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    let from = 0;
    for (let to = chunk.indexOf(NEWLINE); to >= 0; to = chunk.indexOf(NEWLINE, from)) {
      const part = chunk.subarray(from, to);
      yield { bytes: parts.length > 0 ? Buffer.concat([...parts, part]) : part, ended: true };
      parts = [];
      length = 0;
      from = to + 1;
    }
    if (from < chunk.length) parts.push(chunk.subarray(from));
    length += chunk.length - from;
    if (length > MAX_LINE) throw new Error(`a line is longer than ${MAX_LINE} bytes`);
  }
  if (parts.length > 0) yield { bytes: Buffer.concat(parts), ended: false };
}

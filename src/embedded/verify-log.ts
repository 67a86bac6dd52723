import { digestOf, linesIn, NO_LINE, parseLine, type RawLine, TailDigest } from './log-chain.js';

/** A run without a last line: it was killed or is still running. */
export interface OpenRun {
  readonly run: string;
  /** Its first line, counted from 1. */
  readonly line: number;
  /** Time of its first line, ISO 8601. */
  readonly at: string | undefined;
}

/** Result of checking a log. Lines are counted from 1. */
export interface LogReport {
  /** Whether the log has chained lines and each has the digest of the line before it. */
  readonly holds: boolean;
  /** The first fault. */
  readonly fault: { readonly line: number; readonly reason: string } | undefined;
  readonly lines: number;
  readonly runs: number;
  /** Time of the first and the last whole line, ISO 8601. */
  readonly from: string | undefined;
  readonly until: string | undefined;
  /** Lines up to this one were written before lines were chained and cannot be verified. */
  readonly unchained: number;
  /** Torn lines that are at the end or that the next run has recorded. */
  readonly torn: readonly number[];
  readonly openRuns: readonly OpenRun[];
  /**
   * SHA-256 of the last line; if it is torn, of the last whole line and the torn text. Lines that were deleted at the end
   * can only be detected with a copy of this digest.
   */
  readonly last: string | undefined;
}

/** Checks the chain of an apply log, which is read as a stream. */
export async function verifyLog(chunks: AsyncIterable<Uint8Array>): Promise<LogReport> {
  const chain = new ChainCheck();
  for await (const line of linesIn(chunks)) chain.read(line);
  return chain.report();
}

class ChainCheck {
  private lines = 0;
  private runs = 0;
  private unchained = 0;
  private chained = false;
  private prev = NO_LINE;
  private ended = true;
  private tornBefore = false;
  private readonly tail = new TailDigest();
  private readonly torn: number[] = [];
  private readonly open = new Map<unknown, OpenRun>();
  private fault: LogReport['fault'];
  private from: string | undefined;
  private until: string | undefined;

  read({ bytes, ended }: RawLine): void {
    this.lines++;
    this.ended = ended;
    const record = parseLine(bytes);
    if (record) {
      // Lines without `prev` are valid only at the beginning: they are older than the chain.
      if (record.prev === undefined && !this.chained) this.unchained = this.lines;
      else this.chain(this.faultOf(record));
      this.readRun(record);
      this.tail.whole(bytes);
    } else {
      this.torn.push(this.lines);
      this.tail.torn(bytes);
    }
    this.tornBefore = record === undefined;
    this.prev = digestOf(bytes);
  }

  report(): LogReport {
    const { lines, runs, from, until } = this;
    const fault = this.fault ?? this.faultAtEnd();
    const unchained = this.chained ? this.unchained : lines;
    return {
      holds: fault === undefined,
      fault,
      lines,
      runs,
      from,
      until,
      unchained,
      torn: this.torn.filter((line) => line > unchained),
      openRuns: [...this.open.values()],
      last: lines > 0 ? this.tail.value() : undefined,
    };
  }

  /** Returns the fault between this line and those before it. */
  private faultOf(record: Readonly<Record<string, unknown>>): LogReport['fault'] {
    const { lines, prev, tail, tornBefore } = this;
    const [before, line] = [lines - 1, lines];
    const recordsTorn = record.torn === true && record.event === 'start';
    if (record.prev === undefined) return { line, reason: 'has no digest of the line before it' };
    if (tornBefore && !recordsTorn)
      return { line: before, reason: 'is not a JSON object, and the line after it does not record this' };
    if (record.prev !== prev) return { line, reason: otherLine(before) };
    if (!tornBefore && record.torn !== undefined)
      return { line, reason: 'records that the line before it is incomplete, but it is not' };
    if (tornBefore && record.tail !== tail.value())
      return {
        line,
        reason: 'has another digest of the lines before it: a line before the incomplete one was changed',
      };
    return undefined;
  }

  private readRun({ event, run, at }: Readonly<Record<string, unknown>>): void {
    const time = typeof at === 'string' ? at : undefined;
    this.from ??= time;
    this.until = time ?? this.until;
    if (event === 'start') {
      this.runs++;
      this.open.set(run, { run: String(run), line: this.lines, at: time });
    }
    if (event === 'end') this.open.delete(run);
  }

  private chain(fault: LogReport['fault']): void {
    this.chained = true;
    this.fault ??= fault;
  }

  /** Returns the fault of the log as a whole or of its end. */
  private faultAtEnd(): LogReport['fault'] {
    if (this.lines === 0) return { line: 0, reason: 'it is empty: no apply has run, or its lines were deleted' };
    if (!this.chained)
      return {
        line: 1,
        reason: 'is not chained (no line has the digest of the line before it): an earlier version wrote the log',
      };
    // A killed run leaves no newline after an incomplete line.
    if (this.tornBefore && this.ended) return { line: this.lines, reason: 'is not a JSON object' };
    return undefined;
  }
}

function otherLine(before: number): string {
  return before === 0
    ? 'is the first, but has the digest of a line before it: the beginning is missing'
    : `does not have the digest of line ${before}: lines were changed, deleted, added or moved`;
}

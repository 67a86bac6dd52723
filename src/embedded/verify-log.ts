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
  /** Whether the log has chained lines, each has the digest of the line before it, and one has the expected digest. */
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
  /**
   * Line with the expected digest, and the number of lines after it; undefined if no digest was expected or no line has
   * it.
   */
  readonly expected: { readonly line: number; readonly after: number } | undefined;
}

/** Lines in a row that are not JSON objects after which a file is not read further: it is not a log. */
const MAX_TORN = 1_000;

/**
 * Checks the chain of an apply log, which is read as a stream.
 * @param expect a digest that was noted as `last` earlier, 64 lower-case hexadecimal digits
 */
export async function verifyLog(chunks: AsyncIterable<Uint8Array>, expect?: string): Promise<LogReport> {
  const chain = new ChainCheck(expect);
  for await (const line of linesIn(chunks)) {
    chain.read(line);
    if (chain.isNoLog) break;
  }
  return chain.report();
}

/** Checks the chain of a log line by line. */
export class ChainCheck {
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
  private expectedAt: number | undefined;
  private tornInARow = 0;

  constructor(private readonly expect?: string) {}

  get isNoLog(): boolean {
    return this.tornInARow >= MAX_TORN;
  }

  /** Reads the next line. @returns its record; undefined for a torn line */
  read({ bytes, ended }: RawLine): Readonly<Record<string, unknown>> | undefined {
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
    this.tornInARow = record ? 0 : this.tornInARow + 1;
    if (this.isNoLog) this.fault ??= { line: this.lines, reason: 'is not a JSON object, as many lines before it' };
    if (this.expect !== undefined && this.tail.value() === this.expect) this.expectedAt = this.lines;
    this.prev = digestOf(bytes);
    return record;
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
      expected: this.expectedAt === undefined ? undefined : { line: this.expectedAt, after: lines - this.expectedAt },
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
    if (this.expect !== undefined && this.expectedAt === undefined)
      return {
        line: 0,
        reason: `no line has the expected digest ${this.expect}: the end was cut off or replaced, or it is another log`,
      };
    return undefined;
  }
}

function otherLine(before: number): string {
  return before === 0
    ? 'is the first, but has the digest of a line before it: the beginning is missing'
    : `does not have the digest of line ${before}: lines were changed, deleted, added or moved`;
}

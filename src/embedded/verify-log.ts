import { digestOf, linesIn, NO_LINE, parseLine, type RawLine, TailDigest } from './log-chain.js';

/** A run that has no last line: it was killed, or is still going. */
export interface OpenRun {
  readonly run: string;
  /** Its first line, counted from 1. */
  readonly line: number;
  /** ISO 8601, as its first line says. */
  readonly at: string | undefined;
}

/** What a log says of itself. Lines are counted from 1. */
export interface LogReport {
  /** Every line that claims a predecessor has the right one, and there is such a line. */
  readonly holds: boolean;
  /** The first thing that does not fit. */
  readonly fault: { readonly line: number; readonly reason: string } | undefined;
  readonly lines: number;
  readonly runs: number;
  /** ISO 8601, of the first and the last whole line. */
  readonly from: string | undefined;
  readonly until: string | undefined;
  /** Lines 1 to this were written before lines were chained; nothing vouches for them but the last one's digest. */
  readonly unchained: number;
  /** Torn lines that are accounted for: by the run after them, or by being the end. */
  readonly torn: readonly number[];
  readonly openRuns: readonly OpenRun[];
  /**
   * SHA-256 of the last line, and of the line before it too where the last is torn. Only who has kept an earlier one can
   * see that the end was cut off.
   */
  readonly last: string | undefined;
}

/** Checks the chain of an apply log, read as a stream of bytes, line by line. */
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
      // Lines without links stand at the beginning only: they are older than the chain.
      if (record.prev === undefined && !this.chained) this.unchained = this.lines;
      else this.chain(this.misfit(record));
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
    const fault = this.fault ?? this.missing();
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

  /** What does not fit between this line and those before it. */
  private misfit(said: Readonly<Record<string, unknown>>): LogReport['fault'] {
    const { lines, prev, tail, tornBefore } = this;
    const [before, line] = [lines - 1, lines];
    const speaksOfTorn = said.torn === true && said.event === 'start';
    if (said.prev === undefined) return { line, reason: 'names no line before it' };
    if (tornBefore && !speaksOfTorn)
      return { line: before, reason: 'is no JSON object, and the line after it does not say so' };
    if (said.prev !== prev) return { line, reason: otherLine(before) };
    if (!tornBefore && said.torn !== undefined) return { line, reason: 'says that the line before it is torn' };
    if (tornBefore && said.tail !== tail.value())
      return { line, reason: 'names another last whole line before the torn text' };
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

  /** What is wrong with the log as a whole, or with its end. */
  private missing(): LogReport['fault'] {
    if (this.lines === 0) return { line: 0, reason: 'it is empty: no apply has written it, or it was emptied' };
    if (!this.chained) return { line: 1, reason: 'is not chained, and no other is: they are older than the chain' };
    // A run that was killed leaves no newline behind what it tore.
    if (this.tornBefore && this.ended) return { line: this.lines, reason: 'is no JSON object' };
    return undefined;
  }
}

function otherLine(before: number): string {
  return before === 0
    ? 'is the first and names a line before it: the beginning is missing'
    : `names another line before it than line ${before}: lines were changed, taken out, added or moved`;
}

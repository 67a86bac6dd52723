import { type Cost, type Progress, visible } from '../provider/index.js';

import type { Terminal } from './terminal.js';

/** Width of the bar in characters. */
const BAR = 24;
/** Milliseconds between two updates of a line that the terminal can redraw. */
const REDRAW = 100;
/** Milliseconds between two lines where it cannot. */
const LINE = 5_000;

/**
 * Shows how far a long task is: a bar if the terminal can redraw a line, otherwise a line every five seconds. A short
 * task shows nothing. Written here because configuring a library would take more code.
 */
export class ProgressLine {
  private last: number;
  private drawn = false;
  private text = '';
  private readonly timer: NodeJS.Timeout;

  /** @param describe returns the text to show between reports */
  constructor(
    private readonly terminal: Pick<Terminal, 'err' | 'redraws'>,
    describe?: () => string,
    private readonly now: () => number = Date.now,
  ) {
    this.last = now();
    this.timer = setInterval(() => {
      if (describe) this.text = describe();
      this.draw();
    }, REDRAW).unref();
  }

  /** Shows how many of the steps are done. */
  report({ done, total, label }: Progress): void {
    const filled = Math.floor((BAR * done) / Math.max(total, 1));
    const bar = this.terminal.redraws ? `[${'#'.repeat(filled)}${'.'.repeat(BAR - filled)}] ` : '';
    this.text = `${bar}${done} of ${total}  ${visible(label).slice(0, 60)}`;
    this.draw();
  }

  /** Removes the bar, so that later output starts on an empty line. */
  end(): void {
    clearInterval(this.timer);
    if (this.drawn) this.terminal.err('\r\u001b[K');
    this.drawn = false;
  }

  private draw(): void {
    const { terminal } = this;
    if (this.text === '' || this.now() - this.last < (terminal.redraws ? REDRAW : LINE)) return;
    this.last = this.now();
    terminal.err(terminal.redraws ? `\r\u001b[K${this.text}` : `${this.text}\n`);
    this.drawn = terminal.redraws;
  }
}

/** Shows the number of requests while `read` runs: reading has no known end. */
export async function withReadingProgress<T>(terminal: Terminal, cost: Cost, read: () => Promise<T>): Promise<T> {
  const line = new ProgressLine(terminal, () => readingText(cost));
  try {
    return await read();
  } finally {
    line.end();
  }
}

function readingText({ lists, gets, waits }: Cost): string {
  return `reading the tenant: ${lists + gets} requests${waits > 0 ? `, ${waits} waits` : ''}`;
}

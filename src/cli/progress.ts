import type { Cost, Progress } from '../provider/index.js';
import { visible } from '../review/index.js';
import type { Terminal } from './terminal.js';

const BAR = 24;
/** Milliseconds between two signs of life. */
const REDRAW = 100;
const LINE = 5_000;

/**
 * Tells how far long work is: a bar where the terminal can redraw a line, a line every five seconds elsewhere. Short
 * work says nothing. Its own lines of code, because a library would bring more options than these are lines.
 */
export class ProgressLine {
  private last: number;
  private drawn = false;
  private text = '';
  private readonly timer: NodeJS.Timeout;

  /** @param describe what to say between reports */
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

  /** How many of how many steps are done. */
  report({ done, total, label }: Progress): void {
    const filled = Math.floor((BAR * done) / Math.max(total, 1));
    const bar = this.terminal.redraws ? `[${'#'.repeat(filled)}${'.'.repeat(BAR - filled)}] ` : '';
    this.text = `${bar}${done} of ${total}  ${visible(label).slice(0, 60)}`;
    this.draw();
  }

  /** Takes the bar away, so that what follows starts on a clean line. */
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

/** Reading has no known end; the requests so far show that it moves. */
export function readingText(cost: Cost): string {
  return `reading the tenant: ${cost.lists + cost.gets} requests${cost.waits > 0 ? `, ${cost.waits} waits` : ''}`;
}

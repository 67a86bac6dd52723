import { createInterface } from 'node:readline/promises';
import { setImmediate } from 'node:timers/promises';
import { coloured, type Paint, plain } from '../review/index.js';

/** Input, output and environment of a command. */
export interface Terminal {
  /** Prints the result of the command: the text of a plan, JSON. */
  out(text: string): void;
  /** Prints everything else: progress, errors, the cost. */
  err(text: string): void;
  /** Hides secrets in everything that is printed. */
  redact: (text: string) => string;
  /** Asks the user; undefined if there is no interactive terminal. */
  readonly ask: ((question: string) => Promise<string>) | undefined;
  /** Whether `err` can redraw a line. */
  readonly redraws: boolean;
  readonly paint: Paint;
  /** Whether the process runs this command only, so that its garbage collection may be set. */
  readonly ownsProcess?: true;
  readonly env: NodeJS.ProcessEnv;
  /**
   * Waits until everything is printed, and returns the error of standard output that was not returned before. A reader
   * that closed the pipe early, such as `head`, is not an error.
   */
  outputFault(): Promise<NodeJS.ErrnoException | undefined>;
}

export function processTerminal(): Terminal {
  const { stdin, stdout, stderr, env } = process;
  let fault: NodeJS.ErrnoException | undefined;
  let returned = false;
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') fault ??= error;
  });
  // There is no other place to report it. Without a listener it would end the process in the middle of an apply.
  stderr.on('error', () => undefined);
  const colours = stdout.isTTY && !env.NO_COLOR && env.TERM !== 'dumb';
  const terminal: Terminal = {
    out: (text) => void stdout.write(terminal.redact(text)),
    err: (text) => void stderr.write(terminal.redact(text)),
    redact: (text) => text,
    ask: stdin.isTTY && stdout.isTTY ? ask : undefined,
    ownsProcess: true,
    redraws: stderr.isTTY === true && env.TERM !== 'dumb' && !env.CI,
    paint: colours ? coloured : plain,
    env,
    outputFault: async () => {
      await new Promise<void>((resolve) => stdout.write('', () => resolve()));
      // Errors are emitted after the callback of the write.
      await setImmediate();
      if (returned || !fault) return undefined;
      returned = true;
      return fault;
    },
  };
  return terminal;
}

async function ask(question: string): Promise<string> {
  const lines = createInterface({ input: process.stdin, output: process.stdout });
  // The end of input counts as an empty reply.
  const closed = new Promise<string>((resolve) => lines.once('close', () => resolve('')));
  try {
    return await Promise.race([lines.question(question), closed]);
  } finally {
    lines.close();
  }
}

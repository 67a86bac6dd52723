import { createInterface } from 'node:readline/promises';
import { coloured, type Paint, plain } from '../review/index.js';

/** What a command knows of the world outside; tests give their own. */
export interface Terminal {
  /** What was asked for: text of a plan, JSON. */
  out(text: string): void;
  /** What accompanies it: progress, errors, the cost. */
  err(text: string): void;
  /** undefined: there is nobody to ask. */
  readonly ask: ((question: string) => Promise<string>) | undefined;
  /** Whether `err` can redraw a line. */
  readonly redraws: boolean;
  readonly paint: Paint;
  readonly env: NodeJS.ProcessEnv;
}

export function processTerminal(): Terminal {
  const { stdin, stdout, stderr, env } = process;
  const colours = stdout.isTTY && !env.NO_COLOR && env.TERM !== 'dumb';
  return {
    out: (text) => void stdout.write(text),
    err: (text) => void stderr.write(text),
    ask: stdin.isTTY && stdout.isTTY ? ask : undefined,
    redraws: stderr.isTTY === true && env.TERM !== 'dumb' && !env.CI,
    paint: colours ? coloured : plain,
    env,
  };
}

async function ask(question: string): Promise<string> {
  const lines = createInterface({ input: process.stdin, output: process.stdout });
  // The end of input is an answer too: not yes.
  const closed = new Promise<string>((resolve) => lines.once('close', () => resolve('')));
  try {
    return await Promise.race([lines.question(question), closed]);
  } finally {
    lines.close();
  }
}

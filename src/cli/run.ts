import type { Cost } from '../provider/index.js';
import { costText, errorText } from '../review/index.js';
import { EXIT, type ExitCode, exitOfError } from './exit.js';
import type { Terminal } from './terminal.js';

/** What a command leaves behind for its last line. */
export interface Run {
  cost: Cost;
  /** Whether anything was written to the tenant: an error after that leaves a run half done. */
  written: boolean;
}

/**
 * Runs a command, prints its errors, and ends with what it cost.
 * @param options.quiet keeps standard output to the JSON that was asked for: the cost goes to standard error
 */
export async function run(
  terminal: Terminal,
  options: { readonly quiet: boolean },
  command: (run: Run) => Promise<ExitCode>,
): Promise<ExitCode> {
  const started = performance.now();
  const state: Run = { cost: { lists: 0, gets: 0, writes: 0, tokens: 0, waits: 0 }, written: false };
  let code: ExitCode;
  try {
    code = await command(state);
  } catch (error) {
    terminal.err(`${errorText(error, terminal.paint)}\n`);
    code = state.written ? EXIT.partly : exitOfError(error);
  }
  const line = `${costText(state.cost, performance.now() - started)}\n`;
  if (options.quiet) terminal.err(line);
  else terminal.out(line);
  return code;
}

import { type Cost, DelineaError, limitHeapGrowth } from '../provider/index.js';
import { costText, errorText } from '../review/index.js';
import { EXIT, type ExitCode, exitOfError } from './exit.js';
import type { Terminal } from './terminal.js';

/** State of a running command that its last line and its exit code depend on. */
export interface CommandState {
  cost: Cost;
  /** Whether anything was written to the tenant: after an error the run then counts as partly applied. */
  written: boolean;
  /** Hides secrets in everything that is printed. Set once the secrets are known. */
  redact: (text: string) => string;
}

/**
 * Runs a command, prints its errors, and prints the cost of the run as the last line.
 * @param options.quiet prints the cost on standard error, so that standard output holds only the requested JSON
 */
export async function runCommand(
  terminal: Terminal,
  options: { readonly quiet: boolean },
  command: (state: CommandState) => Promise<ExitCode>,
): Promise<ExitCode> {
  if (terminal.ownsProcess) limitHeapGrowth();
  const started = performance.now();
  const cost = { lists: 0, gets: 0, writes: 0, tokens: 0, waits: 0 };
  const state: CommandState = { cost, written: false, redact: (text) => text };
  terminal.redact = (text) => state.redact(text);
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
  return checkOutput(terminal, code, state.written);
}

/**
 * Returns the exit code of a command after its output. Output that could not be written is an error: a plan that nobody
 * can read must not pass for one without changes.
 */
export async function checkOutput(terminal: Terminal, code: number, written: boolean): Promise<ExitCode> {
  const fault = await terminal.outputFault();
  if (!fault) return code as ExitCode;
  const error = new DelineaError(
    'file_refused',
    `cannot write standard output (${fault.code ?? fault.message}): the output is incomplete`,
    { hint: written ? 'The tenant was changed: see apply.jsonl.' : 'Free disk space, or redirect it elsewhere.' },
  );
  terminal.err(`${errorText(error, terminal.paint)}\n`);
  return written ? EXIT.partly : EXIT.error;
}

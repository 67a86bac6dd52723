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
  /** Whether a part of a printed text was hidden as a secret. */
  hasHidden: boolean;
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
  const state: CommandState = { cost, written: false, redact: (text) => text, hasHidden: false };
  terminal.redact = (text) => {
    const shown = state.redact(text);
    state.hasHidden ||= shown !== text;
    return shown;
  };
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

/** Prints a plan or a report whole. @throws DelineaError as `refuseHidden` */
export function printWhole(print: (text: string) => void, text: string, state: CommandState): void {
  print(text);
  refuseHidden(state);
}

/**
 * Refuses to continue after a text of which a part was hidden: code could set a secret, or a service issue a token, that
 * equals a name or a word of the plan.
 * @throws DelineaError `malformed_response`
 */
export function refuseHidden({ hasHidden }: CommandState): void {
  if (!hasHidden) return;
  throw new DelineaError('malformed_response', 'a part of the text above equals a secret of this run and was hidden', {
    hint: 'Remove the secret from code, or change it. If the service issued it, do not trust this service.',
  });
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

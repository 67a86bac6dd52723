import { runProgram } from '../../../src/cli/program.js';
import type { Terminal } from '../../../src/cli/terminal.js';
import { plain } from '../../../src/review/index.js';

/** A terminal that nobody watches. @param printed receives the output @param answer to the question for confirmation */
export function quietTerminal(env: NodeJS.ProcessEnv, printed = { out: '', err: '' }, answer?: string): Terminal {
  const terminal: Terminal = {
    out: (text) => {
      printed.out += terminal.redact(text);
    },
    err: (text) => {
      printed.err += terminal.redact(text);
    },
    redact: (text) => text,
    ask: answer === undefined ? undefined : async () => answer,
    redraws: false,
    paint: plain,
    env,
    outputFault: async () => undefined,
  };
  return terminal;
}

/** Runs `delinea-iac` in this process. @param answer to the question for confirmation */
export async function runHere(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  answer?: string,
): Promise<{ code: number; out: string; err: string }> {
  const printed = { out: '', err: '' };
  const code = await runProgram(args, quietTerminal(env, printed, answer));
  return { code, ...printed };
}

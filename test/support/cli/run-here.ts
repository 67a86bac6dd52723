import { runProgram } from '../../../src/cli/program.js';
import type { Terminal } from '../../../src/cli/terminal.js';
import { plain } from '../../../src/review/index.js';

/** A terminal that nobody watches. @param printed receives the output */
export function quietTerminal(env: NodeJS.ProcessEnv, printed = { out: '', err: '' }): Terminal {
  return {
    out: (text) => {
      printed.out += text;
    },
    err: (text) => {
      printed.err += text;
    },
    redact: (text) => text,
    ask: undefined,
    redraws: false,
    paint: plain,
    env,
    outputFault: async () => undefined,
  };
}

/** Runs `delinea-iac` in this process. @param answer to the question for confirmation */
export async function runHere(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  answer?: string,
): Promise<{ code: number; out: string; err: string }> {
  const printed = { out: '', err: '' };
  const ask = answer === undefined ? undefined : async () => answer;
  const code = await runProgram(args, { ...quietTerminal(env, printed), ask });
  return { code, ...printed };
}

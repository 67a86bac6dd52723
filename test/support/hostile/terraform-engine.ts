import type { Simulator } from '../../../src/simulator/index.js';
import { QUIET } from '../cdktf/synth-process.js';
import { type ProcessResult, start } from '../cli/process.js';
import { serveProvider } from '../terraform/serve-provider.js';
import { STACK } from './files-catalogue.js';
import type { Engine } from './observe.js';
import { Tenants } from './tenants.js';
import { type Environment, trustedEnvironment } from './trusted-environment.js';

const SAVED = 'saved';
const CLI = ['-no-color', '-input=false'];

/** Starts the real terraform in a folder, as a process of its own. */
function terraform(args: readonly string[], folder: string, env: NodeJS.ProcessEnv): Promise<ProcessResult> {
  return start('terraform', args, folder, { ...QUIET, NO_COLOR: '1', ...env }).ended;
}

/** Tenants to which Terraform applied the base branch. */
export function terraformTenants(): Tenants {
  return new Tenants(async (sim, folder) => {
    const provider = await serveProvider(trustedEnvironment(sim, 0));
    try {
      const { code, err } = await terraform(['apply', '-auto-approve', ...CLI], folder, provider.env);
      if (code !== 0) throw new Error(err);
    } finally {
      await provider.close();
    }
  });
}

/** Plans and applies with the real terraform; the provider runs in this process, whose sockets are watched. */
export function terraformEngine(environment: Environment): Engine {
  return {
    isWrapped: true,
    own: [STACK, SAVED, 'terraform.tfstate', 'terraform.tfstate.backup', '.terraform', '.terraform.lock.hcl'],
    output: [SAVED, '.terraform'],
    async run(run, sim: Simulator) {
      const { checkout, home, temporary } = run.folders;
      const provider = await serveProvider(environment(sim, run.places.decoy));
      const env = { HOME: home, TMPDIR: temporary, ...provider.env };
      const command = (...args: string[]) =>
        run.command(args[0]!, async () =>
          told(await terraform([...args.slice(0, 1), '-json', ...CLI, ...args.slice(1)], checkout, env)),
        );
      try {
        const plan = await command('plan', `-out=${SAVED}`);
        run.onlyRead();
        if (plan.code !== 0) return { text: '', json: undefined, hasIds: true };
        const shown = await terraform(['show', '-no-color', SAVED], checkout, env);
        await command('apply', SAVED);
        return { text: shown.out, json: undefined, hasIds: true };
      } finally {
        await provider.close();
      }
    },
  };
}

interface Message {
  readonly diagnostic?: { readonly severity: string; readonly summary: string; readonly detail: string };
}

/** Returns a result with the diagnostics instead of Terraform's own lines; Terraform wraps them, so any word may begin a line. */
function told({ code, out, err }: ProcessResult): ProcessResult {
  const messages = out.split('\n').flatMap((line) => (line.startsWith('{') ? [JSON.parse(line) as Message] : []));
  const texts = messages.flatMap(({ diagnostic }) =>
    diagnostic ? [`${diagnostic.severity}: ${diagnostic.summary}\n${diagnostic.detail}\n`] : [],
  );
  return { code, out: texts.join(''), err };
}

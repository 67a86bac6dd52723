import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Simulator } from '../../../src/simulator/index.js';
import { startDelinea } from '../cli/process.js';
import { runHere } from '../cli/run-here.js';
import { filesOf, planEdits, tamperWithPlan } from './checkout.js';
import { IMPORTS, LEDGER, LOG, PLAN, STACK } from './files-catalogue.js';
import type { HostilePullRequest } from './hostile-change.js';
import type { Engine } from './observe.js';
import { Tenants } from './tenants.js';
import { type Environment, trustedEnvironment } from './trusted-environment.js';

type Cli = (args: readonly string[]) => Promise<{ code: number | null; out: string; err: string }>;

/** The command line in this process, whose sockets are watched. */
const inThisProcess =
  (env: NodeJS.ProcessEnv): Cli =>
  (args) =>
    runHere(args, env);

/** Tenants to which the embedded engine applied the base branch. */
export function embeddedTenants(): Tenants {
  return new Tenants(async (sim, folder) => {
    const cli = inThisProcess(trustedEnvironment(sim, 0));
    const { code, err } = await cli(['apply', folder, '--init-ledger', '--auto-approve']);
    if (code !== 0) throw new Error(err);
  });
}

/**
 * Plans, reports drift and applies, as a pipeline does. A saved plan that the pull request edits is applied instead of the
 * stack. @param asProcess runs the built command line
 */
export function embeddedEngine({ changes }: HostilePullRequest, environment: Environment, asProcess = false): Engine {
  return {
    isWrapped: false,
    own: [STACK, LEDGER, LOG, PLAN, IMPORTS],
    output: [PLAN, IMPORTS],
    async run(run, sim: Simulator) {
      const { checkout, home, temporary } = run.folders;
      const env = environment(sim, run.places.decoy);
      const outer = { ...env, HOME: home, TMPDIR: temporary };
      const cli: Cli = asProcess ? (args) => startDelinea(args, checkout, outer).ended : inThisProcess(env);
      const saved = join(checkout, PLAN);
      const command = (...args: string[]) => run.command(args[0]!, () => cli(args));
      const plan = await command('plan', checkout, '--out', saved);
      await command('drift', checkout, '--json');
      if (filesOf(changes).some(({ path }) => path === IMPORTS)) await command('export-terraform', checkout);
      run.onlyRead();
      const planned = plan.code === 0 || plan.code === 2;
      const json = planned ? plainJson(readFileSync(saved, 'utf8')) : undefined;
      const edited = planned && planEdits(changes).length > 0;
      if (edited) run.idle.push(...tamperWithPlan({ name: '', changes }, run.places));
      const applied = await command('apply', ...(edited ? [saved, '--stack', checkout] : [checkout]), '--auto-approve');
      if (existsSync(join(checkout, LOG))) await command('verify-log', join(checkout, LOG));
      return planned ? { text: plan.out, json, hasIds: false } : { text: applied.out, json: undefined, hasIds: false };
    },
  };
}

/** Returns JSON without the escapes that it does not need. */
const plainJson = (text: string) => JSON.stringify(JSON.parse(text));

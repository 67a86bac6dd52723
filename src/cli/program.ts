import { readFileSync } from 'node:fs';
import { Command, CommanderError, InvalidArgumentError } from 'commander';
import type { ApplyOptions } from './apply.js';
import type { DriftOptions } from './drift.js';
import type { ExportTerraformOptions } from './export-terraform.js';
import type { ImportStateOptions } from './import-state.js';
import type { InstallProviderOptions } from './install-provider.js';
import type { OffboardOptions } from './offboard.js';
import type { PlanOptions } from './plan.js';
import type { SimulateOptions } from './simulate.js';
import type { Terminal } from './terminal.js';
import type { VerifyLogOptions } from './verify-log.js';

const STACK = ['[stack]', 'cdk.tf.json, its folder, or a cdktf project with one stack', '.'] as const;
const LEDGER = [
  '--ledger <file>',
  'the file that records what is ours (default: delinea-iac.<stack>.json in the project)',
] as const;
const REACTIVATE = ['--reactivate <user>', 'consent to enable this disabled user; may be repeated', several] as const;

const MISSING = [
  '--allow-missing <count>',
  'go on although exactly so many of our objects do not show: they are really gone',
  whole,
] as const;

const REMOVALS = [
  '--allow-removals <count>',
  'let a plan through that removes exactly so many objects and members',
  whole,
] as const;
const PRINCIPAL = [
  '--allow-principal <name>',
  'let this protected account or group lose access; may be repeated',
  several,
] as const;
const ORPHAN = [
  '--allow-orphan <name>',
  'let this container or admin role be left without an active holder; may be repeated',
  several,
] as const;

const EXITS = `
Exit codes:
  0  plan, drift: nothing to do; apply: converged, and read back; offboard: nothing is left
  1  error
  2  plan, drift: changes or drift; offboard: something is left
  3  apply, offboard: refused by a guard before the first write
  4  apply, offboard: partly applied
  5  the tenant, or a part that matters, could not be read`;

/**
 * Reads a command line and runs it; each command's code is loaded when it is called, so that help is quick.
 * @returns the exit code
 */
export async function runProgram(args: readonly string[], terminal: Terminal): Promise<number> {
  let code = 0;
  const program = new Command('delinea-iac')
    .description('Privileged access as code: plan, apply and watch Delinea users, groups, permissions and roles.')
    .version(version())
    .exitOverride()
    .configureOutput({ writeOut: terminal.out, writeErr: terminal.err })
    .addHelpText('after', EXITS);

  program
    .command('plan')
    .description('show what an apply would do')
    .argument(...STACK)
    .option(...LEDGER)
    .option('--json', "print the plan in Terraform's plan JSON format")
    .option('--out <file>', 'save the plan for apply')
    .option('--unmanaged', 'list what lives in the tenant and is declared nowhere')
    .option(...REACTIVATE)
    .option(...MISSING)
    .action(async (stack: string, options: PlanOptions) => {
      const { planCommand } = await import('./plan.js');
      code = await planCommand(stack, options, terminal);
    });

  program
    .command('apply')
    .description('plan, ask, and carry out; or carry out a saved plan')
    .argument('[stack or plan]', 'a stack, or a file that plan --out wrote', '.')
    .option(...LEDGER)
    .option('--init-ledger', 'begin a ledger: equal objects are taken over without a write, unequal ones refused')
    .option('--auto-approve', 'do not ask')
    .option(...REMOVALS)
    .option(...PRINCIPAL)
    .option(...ORPHAN)
    .option(...REACTIVATE)
    .option(...MISSING)
    .option(
      '--stack <stack>',
      'the stack of a saved plan, for its settings and its ledger (default: the one here, if any)',
    )
    .action(async (target: string, options: ApplyOptions) => {
      const { applyCommand } = await import('./apply.js');
      code = await applyCommand(target, options, terminal);
    });

  program
    .command('drift')
    .description('show where the tenant differs from the code')
    .argument(...STACK)
    .option(...LEDGER)
    .option('--json', "print the plan in Terraform's plan JSON format")
    .action(async (stack: string, options: DriftOptions) => {
      const { driftCommand } = await import('./drift.js');
      code = await driftCommand(stack, options, terminal);
    });

  program
    .command('offboard')
    .description('disable one account, and list everything that it still has')
    .argument('<userName>', 'compared without case')
    .option(
      '--stack <stack>',
      'for its settings, its ledger, and what it still declares (default: the one here, if any)',
    )
    .option(...LEDGER)
    .option('--revoke', 'also take away its own permissions, roles and memberships')
    .option('--auto-approve', 'do not ask')
    .option('--json', 'print the record as JSON')
    .option(...REMOVALS)
    .option(...PRINCIPAL)
    .option(...ORPHAN)
    .action(async (userName: string, options: OffboardOptions) => {
      const { offboardCommand } = await import('./offboard.js');
      code = await offboardCommand(userName, options, terminal);
    });

  program
    .command('hand-over')
    .description('write import blocks, by which Terraform takes over what the ledger has')
    .argument(...STACK)
    .option(...LEDGER)
    .option('--out <file>', 'where to write them (default: imports.tf beside the stack, where Terraform reads it)')
    .action(async (stack: string, options: ExportTerraformOptions) => {
      const { exportTerraformCommand } = await import('./export-terraform.js');
      code = await exportTerraformCommand(stack, options, terminal);
    });

  program
    .command('take-back')
    .description("make a ledger from Terraform's state")
    .argument('<state>', 'what `terraform show -json` printed: a file, or - for standard input')
    .option('--stack <stack>', 'the stack that the ledger is for (default: the one here)')
    .option(...LEDGER)
    .option('--replace', 'drop what an older ledger has and the state lacks, although it still lives')
    .action(async (state: string, options: ImportStateOptions) => {
      const { importStateCommand } = await import('./import-state.js');
      code = await importStateCommand(state, options, terminal);
    });

  program
    .command('verify-log')
    .description('check that the log of all applies is as it was written')
    .argument('[file]', 'the log, beside the ledger', 'apply.jsonl')
    .option('--json', 'print the result as JSON')
    .action(async (file: string, options: VerifyLogOptions) => {
      const { verifyLogCommand } = await import('./verify-log.js');
      code = await verifyLogCommand(file, options, terminal);
    });

  program
    .command('install-provider')
    .description('put the Terraform provider where terraform finds it without a registry')
    .option('--uninstall', 'take it away again')
    .option('--dir <folder>', 'a filesystem_mirror of your own (default: ~/.terraform.d/plugins)')
    .action(async (options: InstallProviderOptions) => {
      const { installProviderCommand } = await import('./install-provider.js');
      code = installProviderCommand(options, terminal, version());
    });

  program
    .command('simulate')
    .description('run a simulated tenant on this machine')
    .option('--port <number>', 'default: a free one', whole)
    .option('--data <file>', "the tenant's content as JSON")
    .option('--seed <number>', 'so many users, made up, beside it', whole)
    .option('--fault <name=number>', 'such as latencyMs=50 or throttle=0.1; may be repeated', several)
    .option('--state', "print the tenant's content at the end")
    .action(async (options: SimulateOptions) => {
      const { simulateCommand } = await import('./simulate.js');
      code = await simulateCommand(options, terminal, interrupted());
    });

  try {
    await program.parseAsync(args, { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode;
    const { errorText } = await import('../review/index.js');
    terminal.err(`${errorText(error, terminal.paint)}\n`);
    return 1;
  }
}

function several(value: string, others: readonly string[] = []): string[] {
  return [...others, value];
}

function whole(value: string): number {
  if (/^\d{1,6}$/.test(value)) return Number(value);
  throw new InvalidArgumentError('A whole number is expected.');
}

function interrupted(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
}

function version(): string {
  const { version: text } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  return text;
}

import { readFileSync } from 'node:fs';
import { Command, CommanderError, InvalidArgumentError } from 'commander';
import type { AcceptLedgerOptions } from './accept-ledger.js';
import type { AccessOptions, AccessQuestion } from './access.js';
import type { ApplyOptions } from './apply.js';
import type { DoctorOptions } from './doctor.js';
import type { DriftOptions } from './drift.js';
import type { ExportTerraformOptions } from './export-terraform.js';
import type { ImportStateOptions } from './import-state.js';
import type { InstallProviderOptions } from './install-provider.js';
import type { OffboardOptions } from './offboard.js';
import type { PlanOptions } from './plan.js';
import type { ReviewOptions } from './review.js';
import type { SimulateOptions } from './simulate.js';
import type { SnapshotCommandOptions } from './snapshot.js';
import type { Terminal } from './terminal.js';
import type { VerifyLogOptions } from './verify-log.js';

const STACK = ['[stack]', 'path of a cdk.tf.json, of its folder, or of a cdktf project with one stack', '.'] as const;
const LEDGER = [
  '--ledger <file>',
  'file that records the managed objects (default: delinea-iac.<stack>.json in the project)',
] as const;
const SNAPSHOT = ['--snapshot <file>', 'examine this snapshot instead of the live tenant'] as const;
const STACK_OF_SETTINGS = 'stack with the provider settings (default: the stack in this folder, if any)';
const REACTIVATE = ['--reactivate <user>', 'allow this disabled user to be enabled; may be repeated', collect] as const;

const ASSERT = [
  '--assert <file>',
  'fail with exit code 3 unless these assertions on access hold: access.yaml, or access.ts from a trusted branch',
] as const;
const POLICIES = [
  '--policies <path>',
  'file or folder of policies in TypeScript, from a trusted branch; an error of one means exit code 3',
] as const;

const MISSING = [
  '--allow-missing <count>',
  'continue although exactly this many managed objects are missing from the tenant',
  parseCount,
] as const;

const REMOVALS = [
  '--allow-removals <count>',
  'allow a plan that removes exactly this many objects and members',
  parseCount,
] as const;
const PRINCIPAL = [
  '--allow-principal <name>',
  'allow this protected user or group to lose access; may be repeated',
  collect,
] as const;
const ORPHAN = [
  '--allow-orphan <name>',
  'allow this container or admin role to lose its last active holder; may be repeated',
  collect,
] as const;

const EXITS = `
Exit codes:
  0  plan, drift: no differences; apply: all done and read back; offboard: no access is left; doctor: a profile fits;
     access, snapshot, review: nothing is left unread or unknown
  1  error
  2  plan, drift: there are differences; offboard: some access is left
  3  apply, offboard: refused by a guard, nothing was written; review, access check, drift: a rule
     on access is violated
  4  apply, offboard: partly applied
  5  the tenant could not be read, or not completely; doctor: no profile fits`;

/**
 * Parses a command line and runs its command. Loads the code of a command only when it runs, so that --help is fast.
 * @returns the exit code
 */
export async function runProgram(args: readonly string[], terminal: Terminal): Promise<number> {
  let code = 0;
  const program = new Command('delinea-iac')
    .description(
      'Privileged access as code: plan and apply Delinea users, groups, permissions and roles, and report drift.',
    )
    .version(version())
    .exitOverride()
    .configureOutput({ writeOut: terminal.out, writeErr: terminal.err })
    .addHelpText('after', EXITS);

  program
    .command('plan')
    .description('show what apply would change; write nothing to the tenant')
    .argument(...STACK)
    .option(...LEDGER)
    .option('--json', "print the plan in Terraform's plan JSON format")
    .option('--out <file>', 'save the plan to this file, from which apply can run it')
    .option('--live <file>', 'also save who has which access now, for review')
    .option('--unmanaged', 'also list the objects of the tenant that are not in the code')
    .option(...REACTIVATE)
    .option(...REMOVALS)
    .option(...PRINCIPAL)
    .option(...ORPHAN)
    .option(...MISSING)
    .action(async (stack: string, options: PlanOptions) => {
      const { planCommand } = await import('./plan.js');
      code = await planCommand(stack, options, terminal);
    });

  program
    .command('apply')
    .description('plan, ask for confirmation, and change the tenant; or apply a saved plan')
    .argument('[stack or plan]', 'path of a stack, or of a plan that plan --out saved', '.')
    .option(...LEDGER)
    .option('--init-ledger', 'start a ledger: existing objects are adopted if they equal the code, otherwise refused')
    .option('--auto-approve', 'do not ask for confirmation')
    .option(...REMOVALS)
    .option(...PRINCIPAL)
    .option(...ORPHAN)
    .option(...REACTIVATE)
    .option(...MISSING)
    .option('--stack <stack>', 'stack of the saved plan (default: the stack in this folder)')
    .option('--expect <digest>', 'refuse every plan but the one with this digest, which plan prints', parseDigest)
    .action(async (target: string, options: ApplyOptions) => {
      const { applyCommand } = await import('./apply.js');
      code = await applyCommand(target, options, terminal);
    });

  program
    .command('drift')
    .description('show where the tenant differs from the code; write nothing to the tenant')
    .argument(...STACK)
    .option(...LEDGER)
    .option('--json', "print the drift as a plan in Terraform's plan JSON format, with a list of the differences")
    .option('--markdown', 'print the drift as a comment or the body of an issue')
    .option('--who', "also read from the tenant's audit who made each change, and when")
    .option('--html <file>', 'also write the drift as one HTML page that needs no network')
    .option('--sarif <file>', 'also write the differences to this file in SARIF 2.1.0')
    .option('--junit <file>', 'also write the checks to this file in the XML of JUnit')
    .option('--source <path>', 'with --sarif: folder of the code, for file and line (default: this folder)')
    .option('--ignore <file>', 'file of accepted drift (default: .delineaignore in the folder of the ledger)')
    .option('--accept <reason>', 'add the present drift to that file; needs --until')
    .option('--until <day>', 'with --accept: last day on which the drift is accepted, in UTC')
    .option('--accept-only <name>', 'with --accept: only the drift with this address or name; may be repeated', collect)
    .option(...ASSERT)
    .option(...POLICIES)
    .action(async (stack: string, options: DriftOptions) => {
      const { driftCommand } = await import('./drift.js');
      code = await driftCommand(stack, options, terminal);
    });

  program
    .command('offboard')
    .description('disable one account and list the access that it still has')
    .argument('<userName>', 'name of the account; case does not matter')
    .option(
      '--stack <stack>',
      'stack to read settings, ledger and declarations from (default: the stack in this folder, if any)',
    )
    .option(...LEDGER)
    .option('--revoke', "also remove the account's own permissions, roles and memberships")
    .option(
      '--end-sessions',
      'also end its log-ins, sessions and check-outs in Secret Server, and read back that they ended',
    )
    .option('--auto-approve', 'do not ask for confirmation')
    .option('--json', 'print the record as JSON; needs --auto-approve')
    .option(...PRINCIPAL)
    .option(...ORPHAN)
    .action(async (userName: string, options: OffboardOptions) => {
      const { offboardCommand } = await import('./offboard.js');
      code = await offboardCommand(userName, options, terminal);
    });

  program
    .command('export-terraform')
    .description('write import blocks with which Terraform adopts the objects of the ledger')
    .argument(...STACK)
    .option(...LEDGER)
    .option('--out <file>', 'file to write (default: imports.tf in the folder of the cdk.tf.json)')
    .action(async (stack: string, options: ExportTerraformOptions) => {
      const { exportTerraformCommand } = await import('./export-terraform.js');
      code = await exportTerraformCommand(stack, options, terminal);
    });

  program
    .command('import-state')
    .description("create the ledger from Terraform's state")
    .argument('<state>', 'file with the output of `terraform show -json`; - reads standard input')
    .option('--stack <stack>', 'stack of the ledger (default: the stack in this folder)')
    .option(...LEDGER)
    .option(
      '--replace',
      'forget the entries of an older ledger that are not in the state, even if they still exist in the tenant',
    )
    .action(async (state: string, options: ImportStateOptions) => {
      const { importStateCommand } = await import('./import-state.js');
      code = await importStateCommand(state, options, terminal);
    });

  program
    .command('accept-ledger')
    .description('accept a ledger that was edited, merged or restored since the last apply')
    .argument('<digest>', 'digest of the ledger, as the error names it', parseDigest)
    .option('--stack <stack>', 'stack of the ledger (default: the stack in this folder)')
    .option(...LEDGER)
    .action(async (digest: string, options: AcceptLedgerOptions) => {
      const { acceptLedgerCommand } = await import('./accept-ledger.js');
      code = await acceptLedgerCommand(digest, options, terminal);
    });

  program
    .command('verify-log')
    .description('check that the log of all applies was not changed')
    .argument('[file]', 'path of the log, which is in the folder of the ledger', 'apply.jsonl')
    .option(
      '--expect <digest>',
      'fail unless a line still has this digest, which apply or verify-log printed as that of the last line',
      parseDigest,
    )
    .option('--json', 'print the result as JSON')
    .action(async (file: string, options: VerifyLogOptions) => {
      const { verifyLogCommand } = await import('./verify-log.js');
      code = await verifyLogCommand(file, options, terminal);
    });

  program
    .command('install-provider')
    .description('install the Terraform provider where terraform finds it without a registry')
    .option('--uninstall', 'remove the installed provider instead')
    .option('--dir <folder>', 'folder of your own filesystem_mirror (default: ~/.terraform.d/plugins)')
    .action(async (options: InstallProviderOptions) => {
      const { installProviderCommand } = await import('./install-provider.js');
      code = await installProviderCommand(options, terminal, version());
    });

  program
    .command('doctor')
    .description('show which APIs of the tenant the account can use, and the profile that fits; write nothing')
    .option('--stack <stack>', STACK_OF_SETTINGS)
    .option('--json', 'print the diagnosis as JSON')
    .action(async (options: DoctorOptions) => {
      const { doctorCommand } = await import('./doctor.js');
      code = await doctorCommand(options, terminal);
    });

  const access = program
    .command('access')
    .description('show who can reach what, through groups and inherited permissions; write nothing');
  const accessOptions = (command: Command) =>
    command
      .option('--stack <stack>', STACK_OF_SETTINGS)
      .option(...SNAPSHOT)
      .option('--after <plan>', 'examine the access that this plan would leave')
      .option('--json', 'print the access as JSON')
      .option('--csv', 'print the access as CSV, a line for each path');
  const ask = async (question: AccessQuestion, options: AccessOptions) => {
    const { accessCommand } = await import('./access.js');
    code = await accessCommand(question, options, terminal);
  };
  accessOptions(access.command('who'))
    .description('list who can reach a container, or holds a role')
    .argument('<scope>', 'name, path or id of a container; name of a role')
    .action((scope: string, options: AccessOptions) => ask({ scope }, options));
  accessOptions(access.command('what'))
    .description('list what a user or group can reach')
    .argument('<principal>', 'name or id of a user or group')
    .action((principal: string, options: AccessOptions) => ask({ principal }, options));
  accessOptions(access.command('why'))
    .description('list every shortest path from a user or group to a container or role')
    .argument('<principal>', 'name or id of a user or group')
    .argument('<scope>', 'name, path or id of a container; name of a role')
    .action((principal: string, scope: string, options: AccessOptions) => ask({ principal, scope }, options));

  access
    .command('check')
    .description('check assertions on access; exit code 3 if one is violated')
    .argument('<file>', 'file of assertions, such as access.yaml')
    .option('--stack <stack>', STACK_OF_SETTINGS)
    .option(...SNAPSHOT)
    .option('--json', 'print the violations as JSON')
    .action(async (file: string, options: AccessOptions) => {
      const { checkCommand } = await import('./access-check.js');
      code = await checkCommand(file, options, terminal);
    });

  program
    .command('snapshot')
    .description('save who has which access in the tenant to a file; write nothing to the tenant')
    .requiredOption('--out <file>', 'file to write')
    .option('--stack <stack>', STACK_OF_SETTINGS)
    .action(async (options: SnapshotCommandOptions) => {
      const { snapshotCommand } = await import('./snapshot.js');
      code = await snapshotCommand(options, terminal);
    });

  program
    .command('review')
    .description('show who gains and who loses which access by a plan; send no request')
    .argument('<plan>', 'file of plan --out, or the output of `terraform show -json <plan>`')
    .option('--live <snapshot>', 'file of the command snapshot; without it only declared objects are known')
    .option('--json', 'print the review as JSON')
    .option('--markdown', 'print the review as a comment for a pull request')
    .option('--attach <file>', 'with --markdown: file for the whole review if the comment cannot hold it')
    .option('--html <file>', 'also write the review as one HTML page that needs no network')
    .option('--sarif <file>', 'also write the findings to this file in SARIF 2.1.0')
    .option('--junit <file>', 'also write the checks to this file in the XML of JUnit')
    .option('--source <path>', 'with --sarif: folder of the code, for file and line (default: this folder)')
    .option(...ASSERT)
    .option(...POLICIES)
    .option(
      '--label <label>',
      'label of the pull request, for assertions that allow a change with it; may be repeated',
      collect,
    )
    .action(async (plan: string, options: ReviewOptions) => {
      const { reviewCommand } = await import('./review.js');
      code = await reviewCommand(plan, options, terminal);
    });

  program
    .command('simulate')
    .description('run a simulated tenant on this machine until Ctrl-C')
    .option('--port <number>', 'port to listen on (default: a free port)', parseCount)
    .option('--data <file>', 'JSON file with the content of the tenant')
    .option('--seed <number>', 'number of generated users to add', parseCount)
    .option(
      '--fault <name=number>',
      'fault to simulate, such as latencyMs=50 or throttle=0.1; may be repeated',
      collect,
    )
    .option('--numbered', 'number users, groups and roles from 1, on each surface by itself')
    .option('--state', 'print the content of the tenant when the simulation ends')
    .action(async (options: SimulateOptions) => {
      const { simulateCommand } = await import('./simulate.js');
      code = await simulateCommand(options, terminal, interrupted());
    });

  try {
    await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) return reportError(error, terminal);
    code = error.exitCode;
  }
  const { checkOutput } = await import('./command.js');
  return checkOutput(terminal, code, false);
}

async function reportError(error: unknown, terminal: Terminal): Promise<number> {
  const { errorText } = await import('../review/index.js');
  terminal.err(`${errorText(error, terminal.paint)}\n`);
  return 1;
}

function collect(value: string, others: readonly string[] = []): string[] {
  return [...others, value];
}

function parseCount(value: string): number {
  if (/^\d{1,6}$/.test(value)) return Number(value);
  throw new InvalidArgumentError('It must be an integer from 0 to 999999.');
}

/** An empty text, such as that of an unset variable, must not mean "any plan". */
function parseDigest(value: string): string {
  if (/^[0-9a-f]{64}$/i.test(value)) return value.toLowerCase();
  throw new InvalidArgumentError('It must be 64 hexadecimal digits.');
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

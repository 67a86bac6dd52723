import { execFileSync, spawn } from 'node:child_process';
import {
  closeSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { DELINEA, start } from '../support/cli/process.js';
import { LEDGER, openProject, type Project } from '../support/cli/project.js';

const APPLY = ['apply', '--auto-approve', '--init-ledger'] as const;

/** A name from which a shell that reads it in double quotes runs a command. */
const RUNS_A_COMMAND = '$(touch ran)';

let project: Project;
/** A folder outside of the project, such as the home folder. */
let home: string;

beforeEach(async () => {
  project = await openProject();
  home = join(project.folder, '..', `home-of-${project.folder.split('/').at(-1)}`);
  mkdirSync(home);
  project.declare({ delinea_group: { g: { display_name: RUNS_A_COMMAND } } });
});
afterEach(async () => {
  rmSync(home, { recursive: true });
  await project.close();
});

const at = (name: string) => project.path(name);
const atHome = (name: string) => join(home, name);
const emptyLedger = () => JSON.stringify({ version: 1, stack: 'people', tenant: project.sim.url, objects: [] });

/** The names that a run writes to, with the command that does and the content that it would accept there. */
const WRITTEN: readonly [name: string, command: readonly string[], accepted: () => string][] = [
  ['apply.jsonl', APPLY, () => '{"run":"x","event":"start"}\n'],
  ['apply.jsonl.lock', APPLY, () => ''],
  ['apply.jsonl.lock.d', APPLY, () => ''],
  [LEDGER, APPLY, emptyLedger],
  [`${LEDGER}.lock`, APPLY, () => ''],
  [`${LEDGER}.lock.d`, APPLY, () => ''],
  ['plan.json', ['plan', '--out', 'plan.json'], () => '{"format_version":"1.2","delinea":{}}'],
  ['imports.tf', ['export-terraform'], () => '# Written by delinea-iac export-terraform.'],
];

/** Prepares what a command needs. */
function prepare(command: readonly string[]): void {
  if (command[0] === 'export-terraform') project.write(LEDGER, emptyLedger());
}

/** Files outside of a checkout from which a shell, git or the runner reads commands or settings. */
const TARGETS = ['.bashrc', '.git/hooks/pre-commit', '.git/config', 'github-env'];

describe('a committed link', () => {
  test.each(WRITTEN)('at %s is refused, and the file behind it stays as it is', async (name, command, accepted) => {
    prepare(command);
    mkdirSync(join(home, '.git/hooks'), { recursive: true });
    const target = atHome(TARGETS[WRITTEN.findIndex(([each]) => each === name) % TARGETS.length]!);
    for (const before of ['# profile\n', accepted()]) {
      writeFileSync(target, before);
      rmSync(at(name), { force: true });
      symlinkSync(target, at(name));
      const { code, err, writes } = await project.run(...command);
      // Terraform would read a link of that name, so the stack is refused before the link is.
      const message = name === 'imports.tf' ? 'Terraform also reads imports.tf' : 'is a symbolic link';
      expect([code, writes, err]).toEqual([1, 0, expect.stringContaining(message)]);
      expect(readFileSync(target, 'utf8')).toBe(before);
    }
    expect(lstatSync(at(name)).isSymbolicLink()).toBe(true);
  });

  test('to nothing is refused, and nothing is created', async () => {
    for (const name of ['apply.jsonl', `${LEDGER}.lock`]) symlinkSync(atHome(name), at(name));
    for (const removed of [`${LEDGER}.lock`, 'apply.jsonl']) {
      const { code, writes, err } = await project.run(...APPLY);
      expect([code, writes, err]).toEqual([1, 0, expect.stringContaining('is a symbolic link')]);
      rmSync(at(removed));
    }
    expect(readdirSync(home)).toEqual([]);
  });

  test('in place of a folder on the path is refused', async () => {
    symlinkSync(home, at('state'));
    writeFileSync(atHome('ledger.json'), emptyLedger());
    for (const command of [
      [...APPLY, '--ledger', 'state/ledger.json'],
      ['plan', '--ledger', 'state/ledger.json'],
      ['plan', '--out', 'state/plan.json'],
      ['export-terraform', '--ledger', 'state/ledger.json', '--out', 'state/imports.tf'],
    ]) {
      const { code, writes, err } = await project.run(...command);
      expect([code, writes, err]).toEqual([1, 0, expect.stringContaining('"<folder>/state" on the path of the')]);
    }
    expect(readdirSync(home)).toEqual(['ledger.json']);
    expect(readFileSync(atHome('ledger.json'), 'utf8')).toBe(emptyLedger());
  });

  test('in place of the stack or of its folder is refused', async () => {
    writeFileSync(atHome('cdk.tf.json'), project.read('cdk.tf.json')!);
    rmSync(at('cdk.tf.json'));
    symlinkSync(atHome('cdk.tf.json'), at('cdk.tf.json'));
    expect((await project.run(...APPLY)).err).toContain('the stack is a symbolic link');
    rmSync(at('cdk.tf.json'));
    mkdirSync(at('stacks'));
    symlinkSync(home, at('stacks/people'));
    expect((await project.run(...APPLY)).err).toContain('"<folder>/stacks/people" on the path of the stack');
    expect(readdirSync(home)).toEqual(['cdk.tf.json']);
  });

  test('to a device or a pipe ends at once, also for a file that is only read', async () => {
    for (const [name, command] of [
      [LEDGER, ['plan']],
      [LEDGER, ['drift']],
      ['saved', ['apply', 'saved', '--auto-approve']],
      ['cdk.tf.json', ['plan', 'cdk.tf.json']],
      ['apply.jsonl', ['verify-log']],
      ['state.json', ['import-state', 'state.json']],
    ] as const) {
      const before = project.read(name);
      if (command[0] === 'plan') {
        rmSync(at(name), { force: true });
        symlinkSync('/dev/zero', at(name));
        const { code, err } = await project.run(...command);
        expect([code, err]).toEqual([1, expect.stringContaining('is a symbolic link to "/dev/zero"')]);
      }
      rmSync(at(name), { force: true });
      execFileSync('mkfifo', [at(name)]);
      const { code, err } = await project.run(...command);
      expect([code, err]).toEqual([1, expect.stringContaining('is a named pipe, not a file')]);
      rmSync(at(name));
      if (before !== undefined) project.write(name, before);
    }
  });
});

describe('one ledger under two names', () => {
  test.each([
    ['symbolic links in two folders', symlinkSync],
    ['hard links', linkSync],
  ])('is never used by two applies at once: %s', async (_, make) => {
    writeFileSync(atHome('ledger.json'), emptyLedger());
    for (const folder of ['a', 'b']) {
      mkdirSync(at(folder));
      make(atHome('ledger.json'), at(`${folder}/ledger.json`));
    }
    const runs = ['a', 'b'].map((folder) => project.run(...APPLY, '--ledger', `${folder}/ledger.json`));
    for (const run of runs) expect(await run).toMatchObject({ code: 1, writes: 0 });
    expect(readFileSync(atHome('ledger.json'), 'utf8')).toBe(emptyLedger());
  });
});

test('ledger and log with a second name are refused by commands that only read them', async () => {
  expect(await project.run(...APPLY)).toMatchObject({ code: 0 });
  for (const name of [LEDGER, 'apply.jsonl']) {
    linkSync(at(name), atHome(name));
    for (const command of ['plan', 'drift']) {
      const { code, err } = await project.run(command);
      expect([code, err]).toEqual([1, expect.stringContaining('has 2 names (hard links)')]);
    }
    rmSync(atHome(name));
  }
  expect(await project.run('plan')).toMatchObject({ code: 0 });
});

test('manifest.json in a checkout does not move ledger and log out of it', async () => {
  mkdirSync(at('repo/stacks/people'), { recursive: true });
  project.write('repo/manifest.json', '{}');
  project.write('repo/stacks/people/cdk.tf.json', project.read('cdk.tf.json')!);
  const before = readdirSync(project.folder);
  const env = { PATH: process.env.PATH, CI: '1', ...project.sim.env };
  const run = start(process.execPath, [DELINEA, ...APPLY], at('repo'), env);
  expect(await run.ended).toMatchObject({ code: 0 });
  expect(readdirSync(project.folder)).toEqual(before);
  expect(readdirSync(at('repo/stacks/people')).sort()).toEqual(['apply.jsonl', 'cdk.tf.json', LEDGER]);
});

describe('a file that is not its own', () => {
  test.each([
    ['plan.json', ['plan', '--out', 'plan.json'], '{"name":"app"}', 'is not a plan of delinea-iac'],
    ['apply.jsonl', APPLY, '# notes\n', 'is not a log of delinea-iac'],
    [LEDGER, APPLY, '# notes\n', 'the ledger is damaged'],
    [`${LEDGER}.lock`, APPLY, '# notes\n', 'is not a lock of the ledger of delinea-iac'],
    [`${LEDGER}.lock`, APPLY, '{"pid":-1,"host":5,"user":"","since":""}', 'is not a lock of the ledger of delinea-iac'],
    ['imports.tf', ['export-terraform'], 'resource "x" "y" {}\n', 'Terraform also reads imports.tf'],
  ] as const)('is kept: %s, %j', async (name, command, text, message) => {
    prepare(command);
    project.write(name, text);
    const { code, writes, err } = await project.run(...command);
    expect([code, writes, err]).toEqual([1, 0, expect.stringContaining(message)]);
    expect(project.read(name)).toBe(text);
  });

  test.each(['apply.jsonl.lock.d', `${LEDGER}.lock.d`])(
    'does not make a run wait: the folder %s with a file',
    async (name) => {
      mkdirSync(at(name));
      project.write(`${name}/keep`, '');
      const { code, writes, err } = await project.run(...APPLY);
      expect([code, writes, err]).toEqual([
        1,
        0,
        expect.stringContaining('is a folder with files, not an empty folder'),
      ]);
      expect(readdirSync(at(name))).toEqual(['keep']);
    },
  );

  test('of a name of ours is refused when it is a folder or a device', async () => {
    mkdirSync(at('plan.json'));
    expect((await project.run('plan', '--out', 'plan.json')).err).toContain('the plan is a folder, not a file');
    for (const path of ['-', '/dev/stdout', '/dev/null', '/dev/full']) {
      const { code, err, out } = await project.run('plan', '--out', path);
      expect([code, err]).toEqual([1, expect.stringMatching(/standard output|is a device/)]);
      expect(out).not.toContain('Plan saved');
    }
    expect(statSync('/dev/null').isCharacterDevice()).toBe(true);
    expect(readdirSync(project.folder)).not.toContain('-');
  });
});

test('files of a run: only their owner can read them, also where the checkout had them wider, and nothing else is left', async () => {
  project.write(LEDGER, emptyLedger());
  project.write('apply.jsonl', '');
  project.write('plan.json', '');
  expect(await project.run(...APPLY)).toMatchObject({ code: 0 });
  expect(await project.run('plan', '--out', 'plan.json')).toMatchObject({ code: 0 });
  expect(await project.run('export-terraform')).toMatchObject({ code: 0 });
  const files = readdirSync(project.folder).filter((name) => name !== 'cdk.tf.json');
  expect(files.sort()).toEqual(['apply.jsonl', LEDGER, 'imports.tf', 'plan.json'].sort());
  for (const name of files) expect([name, statSync(at(name)).mode & 0o777]).toEqual([name, 0o600]);
});

test('file of 200 MB: it is refused by its size, whatever it is', async () => {
  for (const [name, command] of [
    ['cdk.tf.json', ['plan']],
    ['saved', ['apply', 'saved']],
    [LEDGER, ['plan']],
    ['apply.jsonl', ['verify-log']],
  ] as const) {
    const before = project.read(name) ?? '';
    project.write(name, '');
    truncateSync(at(name), 200 * 1024 * 1024);
    const { code, err } = await project.run(...command);
    expect([code, err]).toEqual([1, expect.stringMatching(/larger than 64 MiB|longer than 16777216 bytes/)]);
    rmSync(at(name));
    if (before !== '') project.write(name, before);
  }
});

test.each([
  ['of a slow program is read', 'sleep 1; echo "{}"', 'cannot import the state: format_version'],
  ['without an end is refused', 'cat /dev/zero', 'the state is larger than 64 MiB'],
])('standard input %s', async (_, program, message) => {
  const command = `(${program}) | ${process.execPath} ${DELINEA} import-state -`;
  const env = { PATH: process.env.PATH, CI: '1', ...project.sim.env };
  const { err, code } = await start('bash', ['-c', command], project.folder, env).ended;
  expect([code, err]).toEqual([1, expect.stringContaining(message)]);
});

describe('standard output that cannot be written', () => {
  /** Runs with standard output to a file and returns exit code and standard error. */
  async function runTo(path: string, ...args: string[]): Promise<[number | null, string]> {
    const out = openSync(path, 'w');
    const env = { PATH: process.env.PATH, CI: '1', ...project.sim.env };
    const child = spawn(process.execPath, [DELINEA, ...args], {
      cwd: project.folder,
      env,
      stdio: ['ignore', out, 'pipe'],
    });
    closeSync(out);
    let err = '';
    child.stderr!.on('data', (text: Buffer) => {
      err += text;
    });
    const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
    return [code, err];
  }
  const FULL = expect.stringContaining('Error: cannot write standard output (ENOSPC): the output is incomplete\n');

  test('is an error of every command, and partly applied after a write', async () => {
    for (const args of [['plan', '--json'], ['drift'], ['--help']])
      expect(await runTo('/dev/full', ...args)).toEqual([1, FULL]);
    expect(await runTo('/dev/full', ...APPLY)).toEqual([4, FULL]);
    expect(project.sim.state().groups).toHaveLength(1);
    expect(await runTo('/dev/full', ...APPLY)).toEqual([1, FULL]);
    expect(await runTo('/dev/full', 'verify-log')).toEqual([1, FULL]);
  });

  test('is not an error when its reader has closed the pipe', async () => {
    const { child, ended } = project.start('plan', '--json');
    child.stdout!.destroy();
    expect(await ended).toMatchObject({ code: 2, err: expect.not.stringContaining('Error') });
  });
});

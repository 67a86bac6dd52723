import { mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { type Simulator, startSimulator } from '../../src/simulator/index.js';
import { QUIET, ROOT } from '../support/cdktf/synth-process.js';
import { blocksIn, commandsIn } from '../support/cli/page-commands.js';
import { DELINEA, start } from '../support/cli/process.js';

jest.setTimeout(120_000);

/** Commands that set up or check this repository, and the file that runs each. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  'npm ci': '.ci/run',
  'npm run check': '.ci/run',
  'npm test': '.ci/run',
  'npm run test:sweep': '.ci/run',
  'npm run demo': 'test/sweep/demo.test.ts',
  'npm run generate': 'package.json',
  'npm run test:one -- guard/last-holder': 'package.json',
  'npm install -D cdktf-cli@0.21 typescript@5': 'test/sweep/cdktf-template.test.ts',
  'npm install delinea-iac': 'test/sweep/package.test.ts',
  'npx delinea-iac install-provider': 'test/sweep/cdktf-example.test.ts',
  'npx delinea-iac export-terraform': 'test/cli/migration.test.ts',
  'npx cdktf diff --skip-provider-lock': 'test/sweep/cdktf-example.test.ts',
  'npx cdktf deploy --skip-provider-lock': 'test/sweep/cdktf-example.test.ts',
};

/** Commands of the product in the order of the README, with the expected exit code. */
const HERE: readonly (readonly [command: string, code: number])[] = [
  ['npx cdktf synth', 0],
  ['npx delinea-iac plan', 2],
  ['npx delinea-iac apply --init-ledger', 0],
  ['npx delinea-iac plan --out plan.json', 0],
  ['npx delinea-iac review plan.json', 0],
  ['npx delinea-iac apply plan.json', 0],
  ['npx delinea-iac drift', 0],
  ['npx delinea-iac verify-log', 0],
  ['npx delinea-iac doctor', 0],
];
const SIMULATE = 'npx delinea-iac simulate --port 8080 --seed 100';

const readme = commandsIn('README.md');
const all = [...readme, ...commandsIn('CONTRIBUTING.md')];

test('README and CONTRIBUTING: every command is listed in this test', () => {
  const known = [...Object.keys(ELSEWHERE), ...HERE.map(([command]) => command), SIMULATE];
  expect(new Set(all)).toEqual(new Set(known));
});

test('README and CONTRIBUTING: every command not run here is run by the listed file', () => {
  for (const [command, file] of Object.entries(ELSEWHERE)) {
    const words = file.endsWith('.ts')
      ? /^(?:npm(?: run)?|npx \S+) (\S+)/.exec(command)![1]!
      : file === 'package.json'
        ? `"${/^npm run (\S+)/.exec(command)![1]}"`
        : command;
    expect([command, readFileSync(join(ROOT, file), 'utf8')]).toEqual([command, expect.stringContaining(words)]);
  }
});

test('README and CONTRIBUTING: every npm script that they name exists', () => {
  const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { scripts: object };
  const pages = ['README.md', 'CONTRIBUTING.md'].map((page) => readFileSync(join(ROOT, page), 'utf8')).join('\n');
  const named = [...pages.matchAll(/npm run (?:--\S+ )*([\w:]+)/g)].map(([, name]) => name);
  expect(named.length).toBeGreaterThan(3);
  for (const name of named) expect(scripts).toHaveProperty([name!]);
});

describe('program of the README in its own project', () => {
  let simulator: Simulator;
  let folder: string;

  beforeAll(async () => {
    simulator = await startSimulator({
      data: { users: [{ userName: 'audit@example.com' }], containers: ['Production'], roles: ['Platform Admin'] },
    });
    folder = mkdtempSync(join(tmpdir(), 'readme-'));
    mkdirSync(join(folder, 'node_modules/.bin'), { recursive: true });
    for (const name of ['cdktf', 'constructs', '.bin/cdktf', '.bin/tsx']) {
      symlinkSync(join(ROOT, 'node_modules', name), join(folder, 'node_modules', name));
    }
    symlinkSync(ROOT, join(folder, 'node_modules/delinea-iac'));
    symlinkSync(DELINEA, join(folder, 'node_modules/.bin/delinea-iac'));
    const [program] = blocksIn('README.md', 'ts');
    writeFileSync(join(folder, 'main.ts'), program!);
    writeFileSync(join(folder, 'package.json'), '{ "type": "module", "private": true }');
    writeFileSync(
      join(folder, 'cdktf.json'),
      JSON.stringify({ language: 'typescript', app: 'npx tsx main.ts', projectId: 'readme' }),
    );
  });

  afterAll(() => simulator.close());

  test('gives the declared access when its commands are run', async () => {
    const commands = readme.filter((command) => HERE.some(([known]) => known === command));
    expect(commands).toEqual(HERE.map(([command]) => command));
    for (const [command, wanted] of HERE) {
      // A reader confirms at the prompt; this process has no terminal.
      const consent = / apply /.test(command) ? ['--auto-approve'] : [];
      const [file, ...args] = [...command.split(' '), ...consent];
      const { code, out, err } = await start(file!, args, folder, { ...QUIET, ...simulator.env }).ended;
      expect([command, code, code === wanted ? '' : out + err]).toEqual([command, wanted, '']);
    }
    expect(simulator.state()).toMatchObject({
      users: [{ userName: 'audit@example.com' }, { userName: 'jane.doe@example.com', displayName: 'Jane Doe' }],
      groups: [{ displayName: 'SRE', members: ['jane.doe@example.com'] }],
      containerPermissions: [
        { container: 'Production', group: 'SRE', right: 'Edit' },
        { container: 'Production', user: 'audit@example.com', right: 'View' },
      ],
      roleBindings: [{ role: 'Platform Admin', user: 'jane.doe@example.com' }],
    });
  });

  test('can use the simulated tenant, which prints its settings and ends with Ctrl-C', async () => {
    const text = readFileSync(join(ROOT, 'README.md'), 'utf8');
    const faults = /`((?:--fault \S+ ?)+)`/.exec(text)![1]!.split(' ');
    // A free port, since 8080 may be in use.
    const args = [...SIMULATE.replace('8080', '0').split(' ').slice(2), ...faults];
    const { child, ended } = start(process.execPath, [DELINEA, ...args], folder, {});
    const printed = await new Promise<string>((resolve) => {
      let out = '';
      child.stdout!.on('data', (chunk: Buffer) => {
        out += chunk;
        if (out.includes('DELINEA_SCIM_CLIENT_SECRET=')) resolve(out);
      });
    });
    const env = Object.fromEntries(
      [...printed.matchAll(/^export (\w+)='(.*)'$/gm)].map(([, name, value]) => [name!, value!]),
    );
    const state = await (await fetch(`${env.DELINEA_URL}/_simulator/state`)).json();
    expect(state).toMatchObject({ users: expect.any(Array) });
    expect((state as { users: unknown[] }).users).toHaveLength(100);
    const { code, out } = await start(process.execPath, [DELINEA, 'plan', '--unmanaged'], folder, env).ended;
    expect([code, out]).toEqual([expect.any(Number), expect.stringMatching(/^reads /m)]);
    child.kill('SIGINT');
    expect(await ended).toMatchObject({ code: 0 });
  });
});

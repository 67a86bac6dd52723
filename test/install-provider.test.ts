import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { writeRegistryFiles } from '../scripts/package/registry-files.js';
import { type Simulator, startSimulator } from '../src/simulator/index.js';
import { QUIET, ROOT } from './support/cdktf.js';
import { type Ended, start, startDelinea } from './support/command.js';
import { terraformTest } from './support/terraform.js';

const BUNDLE = join(ROOT, 'dist/terraform-provider-delinea.cjs');
const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };

let sim: Simulator;
let home: string;
let work: string;

beforeAll(async () => {
  sim = await startSimulator({ data: { groups: [{ displayName: 'ops', description: 'operators' }] } });
});
afterAll(() => sim?.close());

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'home-'));
  work = join(home, 'work');
  mkdirSync(work);
  // A project of its own kind must not decide how node reads the provider.
  writeFileSync(join(home, 'package.json'), '{ "type": "module" }');
  const hcl = `
    terraform {
      required_providers {
        delinea = {
          source  = "delinea-iac/delinea"
          version = "${version}"
        }
      }
    }
    data "delinea_group" "ops" { display_name = "ops" }
    output "found" { value = data.delinea_group.ops.description }`;
  writeFileSync(join(work, 'main.tf'), hcl);
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const command = (...args: string[]) => startDelinea(['install-provider', ...args], work, { HOME: home }).ended;

/** No registry answers: whoever asks one fails. */
function terraform(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ended> {
  const nowhere = { HTTPS_PROXY: 'http://127.0.0.1:9', NO_PROXY: '127.0.0.1,localhost' };
  return start('terraform', args, work, { ...QUIET, ...nowhere, ...sim.env, HOME: home, ...env }).ended;
}

/** Init and a plan that reads the tenant. */
async function reads(env: NodeJS.ProcessEnv = {}): Promise<void> {
  expect(await terraform(['init'], env)).toMatchObject({ code: 0, err: '' });
  const { code, out, err } = await terraform(['plan', '-no-color'], env);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out).toContain('found = "operators"');
}

/** Every file below the folder of plugins. */
function installed(): string[] {
  const plugins = join(home, '.terraform.d');
  if (!existsSync(plugins)) return [];
  const entries = readdirSync(plugins, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
}

describe('install-provider', () => {
  terraformTest('puts it where terraform finds it, without a registry and without settings', async () => {
    const { code, out } = await command();
    expect(code).toBe(0);
    const [file, ...others] = installed();
    expect(others).toEqual([]);
    expect(out).toContain(`Installed: ${file}\n`);
    expect(out).toContain(`version = "${version}"`);
    await reads();
  });

  test('again changes nothing; --uninstall takes away what it made, and is content with nothing', async () => {
    mkdirSync(join(home, '.terraform.d', 'other'), { recursive: true });
    await command();
    expect((await command()).out).toContain('Installed already: ');
    expect(installed()).toHaveLength(1);
    expect(await command('--uninstall')).toMatchObject({ code: 0, out: expect.stringMatching(/^Removed: .*\n$/) });
    expect(readdirSync(join(home, '.terraform.d'))).toEqual(['other']);
    expect(await command('--uninstall')).toMatchObject({ code: 0, out: expect.stringMatching(/^Not installed: /) });
  });

  test('another build of the same version is replaced, with a word on the lock file', async () => {
    await command();
    writeFileSync(installed()[0]!, 'older');
    const { out } = await command();
    expect(out).toContain('.terraform.lock.hcl');
    expect(readFileSync(installed()[0]!).equals(readFileSync(BUNDLE))).toBe(true);
    expect(installed()).toHaveLength(1);
  });

  test('what is not its own stays: another version, and it is named', async () => {
    await command();
    const versions = installed()[0]!.split(version)[0]!;
    mkdirSync(join(versions, '0.0.1'));
    const { out } = await command('--uninstall');
    expect(out).toContain('there is still: 0.0.1');
    expect(readdirSync(versions)).toEqual(['0.0.1']);
  });

  terraformTest('--dir is a mirror that the CLI configuration names, as it says', async () => {
    const mirror = join(home, 'mirror');
    const { out } = await command('--dir', mirror);
    const rc = join(home, 'cli.tfrc');
    writeFileSync(rc, `provider_installation {\n${out.slice(out.indexOf('  filesystem_mirror'))}}\n`);
    await reads({ TF_CLI_CONFIG_FILE: rc });
  });

  test('says where it may not write', async () => {
    writeFileSync(join(home, '.terraform.d'), '');
    const { code, err } = await command();
    expect(code).toBe(1);
    expect(err).toMatch(/cannot install the provider \(ENOTDIR\)/);
    expect(err).toContain('--dir');
  });
});

describe('the registry’s zips', () => {
  const files = (folder: string) => writeRegistryFiles(readFileSync(BUNDLE), version, join(home, folder));

  terraformTest('serve as a filesystem mirror', async () => {
    const mirror = join(home, 'mirror/registry.terraform.io/delinea-iac/delinea');
    for (const file of files('made')) if (file.endsWith('.zip')) cpSync(file, join(mirror, file.split('/').at(-1)!));
    const rc = join(home, 'cli.tfrc');
    writeFileSync(
      rc,
      `provider_installation {\n  filesystem_mirror { path = ${JSON.stringify(join(home, 'mirror'))} }\n}\n`,
    );
    await reads({ TF_CLI_CONFIG_FILE: rc });
  });

  test('have the checksums beside them, and are the same bytes in another zone', () => {
    const made = files('made');
    expect(made.map((file) => file.slice(file.indexOf(version) + version.length + 1)).sort()).toEqual([
      'SHA256SUMS',
      'darwin_amd64.zip',
      'darwin_arm64.zip',
      'linux_amd64.zip',
      'linux_arm64.zip',
      'manifest.json',
    ]);
    const sums = made.find((file) => file.endsWith('SHA256SUMS'))!;
    const zone = process.env.TZ;
    try {
      process.env.TZ = 'Pacific/Auckland';
      files('again');
    } finally {
      if (zone === undefined) delete process.env.TZ;
      else process.env.TZ = zone;
    }
    expect(readFileSync(sums.replace('made', 'again'), 'utf8')).toBe(readFileSync(sums, 'utf8'));
    const checked = execFileSync('sha256sum', ['--check', sums], { cwd: join(home, 'made'), encoding: 'utf8' });
    expect(checked.match(/: OK$/gm)).toHaveLength(5);
  });
});

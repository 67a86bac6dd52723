import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { unzipSync } from 'fflate';
import { type Simulator, startSimulator } from '../../src/simulator/index.js';
import { QUIET, ROOT } from '../support/cdktf/synth-process.js';
import { type ProcessResult, start, startDelinea } from '../support/cli/process.js';
import { terraformTest } from '../support/terraform/terraform-test.js';

const BUNDLE = join(ROOT, 'dist/terraform-provider-delinea.cjs');
const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };

/** Declares a test that needs gpg. Without it, the test is skipped with a warning. */
function gpgTest(name: string, work: () => void): void {
  if (spawnSync('gpg', ['--version']).status === 0) {
    test(name, work);
    return;
  }
  process.stderr.write(`\n*** NOT RUN, because gpg is not on the PATH: ${name}\n\n`);
  test.skip(name, work);
}

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
  // An ESM project around it must not change how node loads the provider.
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

/** Runs terraform without access to a registry. */
function terraform(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<ProcessResult> {
  const nowhere = { HTTPS_PROXY: 'http://127.0.0.1:9', NO_PROXY: '127.0.0.1,localhost' };
  return start('terraform', args, work, { ...QUIET, ...nowhere, ...sim.env, HOME: home, ...env }).ended;
}

/** Expects `terraform init` and a plan that reads the tenant to succeed. */
async function reads(env: NodeJS.ProcessEnv = {}): Promise<void> {
  expect(await terraform(['init'], env)).toMatchObject({ code: 0, err: '' });
  const { code, out, err } = await terraform(['plan', '-no-color'], env);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out).toContain('found = "operators"');
}

/** Returns every file below the plugin folder. */
function installed(): string[] {
  const plugins = join(home, '.terraform.d');
  if (!existsSync(plugins)) return [];
  const entries = readdirSync(plugins, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
}

describe('install-provider', () => {
  terraformTest('installs the provider where terraform finds it without a registry or settings', async () => {
    const { code, out } = await command();
    expect(code).toBe(0);
    const [file, ...others] = installed();
    expect(others).toEqual([]);
    expect(out).toContain(`Installed: ${file}\n`);
    expect(out).toContain(`version = "${version}"`);
    await reads();
  });

  terraformTest('prints the checksum that terraform records', async () => {
    const { out } = await command();
    const [, checksum] = /^Checksum in \.terraform\.lock\.hcl: (h1:\S+)$/m.exec(out)!;
    await terraform(['init']);
    const recorded = readFileSync(join(work, '.terraform.lock.hcl'), 'utf8').match(/h1:[^"]+/g);
    expect(recorded).toEqual([checksum]);
    expect((await command()).out).toContain(checksum);
  });

  test('changes nothing when run again, and --uninstall removes only its own files', async () => {
    mkdirSync(join(home, '.terraform.d', 'other'), { recursive: true });
    await command();
    expect((await command()).out).toContain('Already installed: ');
    expect(installed()).toHaveLength(1);
    expect(await command('--uninstall')).toMatchObject({ code: 0, out: expect.stringMatching(/^Removed: .*\n$/) });
    expect(readdirSync(join(home, '.terraform.d'))).toEqual(['other']);
    expect(await command('--uninstall')).toMatchObject({ code: 0, out: expect.stringMatching(/^Not installed: /) });
  });

  test('replaces another build of the same version and mentions the lock file', async () => {
    await command();
    appendFileSync(installed()[0]!, '// an older build');
    const { out } = await command();
    expect(out).toContain('.terraform.lock.hcl');
    expect(readFileSync(installed()[0]!).equals(readFileSync(BUNDLE))).toBe(true);
    expect(installed()).toHaveLength(1);
  });

  test('keeps and names another version with --uninstall', async () => {
    await command();
    const versions = installed()[0]!.split(version)[0]!;
    mkdirSync(join(versions, '0.0.1'));
    const { out } = await command('--uninstall');
    expect(out).toContain(': 0.0.1.\n');
    expect(readdirSync(versions)).toEqual(['0.0.1']);
  });

  terraformTest('fills a filesystem mirror with --dir and prints a working CLI configuration', async () => {
    const mirror = join(home, 'mirror');
    const { out } = await command('--dir', mirror);
    const rc = join(home, 'cli.tfrc');
    writeFileSync(rc, `provider_installation {\n${out.slice(out.indexOf('  filesystem_mirror'))}}\n`);
    await reads({ TF_CLI_CONFIG_FILE: rc });
  });

  test.each([[], ['--uninstall']])('leaves a file alone that is not its own %j', async (...options) => {
    await command();
    const [file] = installed() as [string];
    writeFileSync(file, 'of somebody else');
    const { code, err } = await command(...options);
    expect([code, err]).toEqual([1, expect.stringContaining('the file exists and is not a provider of delinea-iac')]);
    expect(readFileSync(file, 'utf8')).toBe('of somebody else');
  });

  test.each([[], ['--uninstall']])('neither writes nor removes through a link %j', async (...options) => {
    // The other folder has the same content, as if the link had been made after an install.
    await command('--dir', join(home, 'elsewhere'));
    const before = readdirSync(join(home, 'elsewhere'), { recursive: true });
    mkdirSync(join(home, 'mirror'));
    symlinkSync('../elsewhere/registry.terraform.io', join(home, 'mirror', 'registry.terraform.io'));
    const { code, err } = await command('--dir', join(home, 'mirror'), ...options);
    expect([code, err]).toEqual([
      1,
      expect.stringContaining('is a symbolic link to "../elsewhere/registry.terraform.io"'),
    ]);
    expect(readdirSync(join(home, 'elsewhere'), { recursive: true })).toEqual(before);
  });

  test('reports an error when it cannot write', async () => {
    writeFileSync(join(home, '.terraform.d'), '');
    const { code, err } = await command();
    expect(code).toBe(1);
    expect(err).toMatch(/cannot install the provider \(ENOTDIR\)/);
    expect(err).toContain('--dir');
  });
});

describe('npm run package', () => {
  let made: string;
  let files: string[];

  /** Packages into a new folder and returns it. @param zone time zone of the process */
  function packaged(zone: string, env: NodeJS.ProcessEnv = {}): string {
    const folder = mkdtempSync(join(tmpdir(), 'package-'));
    const tsx = join(ROOT, 'node_modules/.bin/tsx');
    const options = { cwd: folder, env: { PATH: process.env.PATH, TZ: zone, ...env }, stdio: 'pipe' } as const;
    execFileSync(tsx, [join(ROOT, 'scripts/package.ts')], options);
    return join(folder, 'dist-package');
  }

  beforeAll(() => {
    made = packaged('Pacific/Auckland');
    files = readdirSync(made);
  });
  afterAll(() => rmSync(join(made, '..'), { recursive: true, force: true }));

  terraformTest('makes zips that serve as a filesystem mirror', async () => {
    const mirror = join(home, 'mirror/registry.terraform.io/delinea-iac/delinea');
    for (const name of files.filter((each) => each.endsWith('.zip'))) cpSync(join(made, name), join(mirror, name));
    const rc = join(home, 'cli.tfrc');
    const path = JSON.stringify(join(home, 'mirror'));
    writeFileSync(rc, `provider_installation {\n  filesystem_mirror { path = ${path} }\n}\n`);
    await reads({ TF_CLI_CONFIG_FILE: rc });
  });

  test('names zips, manifest and checksums as a registry requires', () => {
    const name = `terraform-provider-delinea_${version}`;
    const platforms = ['darwin_amd64', 'darwin_arm64', 'linux_amd64', 'linux_arm64'];
    const summed = [...platforms.map((platform) => `${name}_${platform}.zip`), `${name}_manifest.json`];
    expect(files.sort()).toEqual([...summed, `${name}_SHA256SUMS`].sort());
    const manifest = JSON.parse(readFileSync(join(made, `${name}_manifest.json`), 'utf8'));
    expect(manifest).toEqual({ version: 1, metadata: { protocol_versions: ['6.0'] } });
    const sum = (file: string) =>
      createHash('sha256')
        .update(readFileSync(join(made, file)))
        .digest('hex');
    const sums = readFileSync(join(made, `${name}_SHA256SUMS`), 'utf8');
    expect(sums).toBe(summed.map((file) => `${sum(file)}  ${file}\n`).join(''));
  });

  test('puts licence, third-party notices and SBOM into every zip', () => {
    for (const name of files.filter((each) => each.endsWith('.zip'))) {
      const inside = unzipSync(readFileSync(join(made, name)));
      const papers = ['LICENSE', 'THIRD-PARTY-NOTICES.txt', 'sbom.cdx.json'];
      expect(Object.keys(inside)).toEqual([`terraform-provider-delinea_v${version}.cjs`, ...papers]);
      for (const paper of papers) expect(readFileSync(join(ROOT, paper)).equals(inside[paper]!)).toBe(true);
    }
  });

  gpgTest('signs the checksums with the key of GPG_FINGERPRINT', () => {
    const keys = mkdtempSync(join(tmpdir(), 'gpg-'));
    const gpg = (...args: string[]) => execFileSync('gpg', ['--homedir', keys, '--batch', ...args], { stdio: 'pipe' });
    try {
      gpg('--passphrase', '', '--quick-generate-key', 'release@example.com', 'ed25519', 'sign', 'never');
      const [, fingerprint] = /^fpr:+([0-9A-F]{40}):/m.exec(gpg('--list-keys', '--with-colons').toString())!;
      const signed = packaged('UTC', { GNUPGHOME: keys, GPG_FINGERPRINT: fingerprint! });
      const sums = join(signed, `terraform-provider-delinea_${version}_SHA256SUMS`);
      gpg('--verify', `${sums}.sig`, sums);
      expect(readFileSync(sums).equals(readFileSync(join(made, basename(sums))))).toBe(true);
      writeFileSync(sums, 'other');
      expect(() => gpg('--verify', `${sums}.sig`, sums)).toThrow('BAD signature');
      expect(() => packaged('UTC', { GNUPGHOME: keys, GPG_FINGERPRINT: 'unknown' })).toThrow('No secret key');
      rmSync(join(signed, '..'), { recursive: true, force: true });
    } finally {
      spawnSync('gpgconf', ['--homedir', keys, '--kill', 'all']);
      rmSync(keys, { recursive: true, force: true });
    }
  });

  test('makes the same bytes at another time and in another time zone', () => {
    const again = packaged('America/Los_Angeles');
    for (const name of files) expect(readFileSync(join(again, name)).equals(readFileSync(join(made, name)))).toBe(true);
    rmSync(join(again, '..'), { recursive: true, force: true });
  });
});

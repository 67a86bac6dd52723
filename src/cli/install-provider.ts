import { mkdirSync, readdirSync, readFileSync, rmdirSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { replaceFile } from '../embedded/index.js';
import {
  checkWritable,
  DelineaError,
  PROVIDER_ADDRESS,
  quoted,
  readRegularFile,
  refusal,
  visible,
} from '../provider/index.js';
import { EXIT, type ExitCode } from './exit.js';
import { packageHash } from './package-hash.js';
import type { Terminal } from './terminal.js';

export interface InstallProviderOptions {
  /** Removes the provider. */
  readonly uninstall?: boolean;
  /** Folder that Terraform's CLI configuration names as a filesystem_mirror. */
  readonly dir?: string;
}

/** The provider; the build writes it to the folder of the command. */
const BUNDLE = fileURLToPath(new URL('../terraform-provider-delinea.cjs', import.meta.url));

/** Name of the file in messages. */
const WHAT = 'provider';

/** Terraform's names for Node's platforms. Windows is missing because it cannot start a script as a provider. */
const SYSTEMS: Readonly<Record<string, string>> = { linux: 'linux', darwin: 'darwin', freebsd: 'freebsd' };
const PROCESSORS: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64', arm: 'arm', ia32: '386' };

/**
 * Runs `delinea-iac install-provider`: copies the provider to `~/.terraform.d/plugins`, the one folder that Terraform
 * searches on every system before it asks a registry.
 * @param version of this package, which is also that of the provider
 * @throws DelineaError `unsupported` when Terraform could not start the provider here or the bundle is missing,
 * `settings_invalid` when the folder cannot be written, `file_refused` when a link or a foreign file is in the way
 */
export async function installProviderCommand(
  { uninstall = false, dir }: InstallProviderOptions,
  terminal: Terminal,
  version: string,
): Promise<ExitCode> {
  const { env } = terminal;
  // A folder that the user passed is kept, also when it is empty.
  const kept = dir === undefined ? join(knownHome(env), '.terraform.d') : resolve(dir);
  const plugins = dir === undefined ? join(kept, 'plugins') : kept;
  const file = join(plugins, PROVIDER_ADDRESS, version, platform(), `terraform-provider-delinea_v${version}.cjs`);
  try {
    terminal.out(uninstall ? remove(file, plugins, kept) : await install(file, version));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (error instanceof DelineaError || !code) throw error;
    throw new DelineaError('settings_invalid', `cannot ${uninstall ? 'remove' : 'install'} the provider (${code})`, {
      path: file,
      hint: 'Pass a writable folder with --dir.',
      cause: error,
    });
  }
  if (!uninstall && (dir !== undefined || hasInstallationRules(env))) terminal.out(mirrorText(plugins));
  return EXIT.ok;
}

async function install(file: string, version: string): Promise<string> {
  const bundle = readBundle();
  const before = readInstalled(file);
  const same = before?.equals(bundle) === true;
  if (!same) {
    mkdirSync(dirname(file), { recursive: true });
    await replaceFile(file, bundle, WHAT, 0o755);
  }
  const replaced =
    before === undefined || same
      ? ''
      : `It replaced another build of ${version}. If terraform init reports a checksum that does not match, remove the block of this provider from .terraform.lock.hcl.\n`;
  return `${same ? 'Already installed' : 'Installed'}: ${visible(file)}
Checksum in .terraform.lock.hcl: ${packageHash(dirname(file))}
${replaced}Add it to the configuration and run terraform init. Node.js must be on the PATH.

terraform {
  required_providers {
    delinea = {
      source  = "delinea-iac/delinea"
      version = "${version}"
    }
  }
}

cdktf adds this block itself. Run cdktf diff, deploy and destroy with --skip-provider-lock: the provider is not in a registry yet.
`;
}

function readBundle(): Buffer {
  try {
    return readFileSync(BUNDLE);
  } catch (cause) {
    throw new DelineaError('unsupported', 'this copy of delinea-iac does not contain the provider', {
      path: BUNDLE,
      hint: 'Install delinea-iac as a package, or run npm run build.',
      cause,
    });
  }
}

/**
 * Reads the file at the provider's path; undefined if there is none.
 * @throws DelineaError `file_refused` when it is a link or not a provider of ours
 */
function readInstalled(file: string): Buffer | undefined {
  if (!checkWritable(file, WHAT)) return undefined;
  const text = readRegularFile(file, WHAT);
  if (text.startsWith('#!') && text.includes(PROVIDER_ADDRESS)) return Buffer.from(text);
  throw refusal(file, `the file exists and is not a ${WHAT} of delinea-iac`, 'Move it away.');
}

function remove(file: string, plugins: string, kept: string): string {
  const existed = readInstalled(file) !== undefined;
  if (existed) {
    rmSync(file);
    removeEmpty(dirname(file), kept);
  }
  const others = namesIn(join(plugins, PROVIDER_ADDRESS)).map(visible);
  const left =
    others.length > 0
      ? `Other versions are still installed in ${visible(join(plugins, PROVIDER_ADDRESS))}: ${others.join(', ')}.\n`
      : '';
  return `${existed ? 'Removed' : 'Not installed'}: ${visible(file)}\n${left}`;
}

/** Removes a folder and its parents below `kept` while they are empty. */
function removeEmpty(folder: string, kept: string): void {
  for (let at = folder; at !== kept && readdirSync(at).length === 0; at = dirname(at)) rmdirSync(at);
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/**
 * Returns Terraform's name for this platform.
 * @throws DelineaError `unsupported` on a system on which Terraform cannot start the provider
 */
function platform(): string {
  const system = SYSTEMS[process.platform];
  const processor = PROCESSORS[process.arch];
  if (system && processor) return `${system}_${processor}`;
  throw new DelineaError('unsupported', `the provider does not run on ${process.platform} (${process.arch})`, {
    hint: 'Use Linux, macOS or WSL: the provider is a Node.js script.',
  });
}

/**
 * Returns the home folder.
 * @throws DelineaError `settings_invalid` when there is none: the path would be relative to the current folder
 */
function knownHome(env: NodeJS.ProcessEnv): string {
  const home = env.HOME ?? systemHome();
  if (isAbsolute(home)) return home;
  throw new DelineaError('settings_invalid', 'the home folder is unknown', {
    path: 'HOME',
    hint: 'Set HOME to an absolute path, or pass a folder for the provider with --dir.',
  });
}

/** Returns an empty text if the system has no home folder for this user, as in a container with an arbitrary user id. */
function systemHome(): string {
  try {
    return homedir();
  } catch {
    return '';
  }
}

/** Returns whether a CLI configuration has a `provider_installation`: Terraform then searches only what it names. */
function hasInstallationRules(env: NodeJS.ProcessEnv): boolean {
  try {
    const file = env.TF_CLI_CONFIG_FILE || join(knownHome(env), '.terraformrc');
    return /^\s*provider_installation\b/m.test(readRegularFile(file, 'CLI configuration', { followLinks: true }));
  } catch {
    return false;
  }
}

function mirrorText(plugins: string): string {
  return `
Terraform searches this folder only if provider_installation in its CLI configuration contains:

  filesystem_mirror {
    path    = ${quoted(plugins)}
    include = ["delinea-iac/delinea"]
  }
`;
}

import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DelineaError, PROVIDER_ADDRESS } from '../provider/index.js';
import { visible } from '../review/index.js';
import { EXIT, type ExitCode } from './exit.js';
import type { Terminal } from './terminal.js';

export interface InstallProviderOptions {
  /** Take it away again. */
  readonly uninstall?: boolean;
  /** A folder that Terraform's CLI configuration names as a filesystem_mirror. */
  readonly dir?: string;
}

/** Made by the build, beside the command. */
const BUNDLE = fileURLToPath(new URL('../terraform-provider-delinea.cjs', import.meta.url));

/** Node's names of systems and processors in Terraform's words; Windows starts no scripts. */
const SYSTEMS: Readonly<Record<string, string>> = { linux: 'linux', darwin: 'darwin', freebsd: 'freebsd' };
const PROCESSORS: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64', arm: 'arm', ia32: '386' };

/**
 * `delinea-iac install-provider`: puts the provider where every Terraform of this user looks without asking a registry,
 * in `~/.terraform.d/plugins`, which is the one such folder on all systems.
 * @param version of this package, and so of the provider
 * @throws DelineaError `unsupported`, `settings_invalid`
 */
export function installProviderCommand(
  { uninstall = false, dir }: InstallProviderOptions,
  terminal: Terminal,
  version: string,
): ExitCode {
  const { env } = terminal;
  const plugins = dir === undefined ? join(knownHome(env), '.terraform.d', 'plugins') : resolve(dir);
  const file = join(plugins, PROVIDER_ADDRESS, version, platform(), `terraform-provider-delinea_v${version}.cjs`);
  try {
    terminal.out(uninstall ? remove(file, plugins) : install(file, version));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (error instanceof DelineaError || !code) throw error;
    throw new DelineaError('settings_invalid', `cannot ${uninstall ? 'remove' : 'install'} the provider (${code})`, {
      path: file,
      hint: 'Choose a folder that you may write to with --dir.',
      cause: error,
    });
  }
  if (!uninstall && (dir !== undefined || hasOwnRules(env))) terminal.out(mirrorText(plugins));
  return EXIT.ok;
}

function install(file: string, version: string): string {
  const bundle = readBundle();
  const before = existsSync(file) ? readFileSync(file) : undefined;
  const same = before?.equals(bundle) === true;
  if (!same) {
    // Terraform takes a file for a provider by how its name begins: half of one must not.
    const half = join(dirname(file), `.${process.pid}.half`);
    mkdirSync(dirname(file), { recursive: true });
    try {
      writeFileSync(half, bundle, { mode: 0o755 });
      renameSync(half, file);
    } finally {
      rmSync(half, { force: true });
    }
  }
  const replaced =
    before === undefined || same
      ? ''
      : `It replaced another build of ${version}: where terraform init says that a checksum does not match, remove the block of this provider from .terraform.lock.hcl.\n`;
  return `${same ? 'Installed already' : 'Installed'}: ${visible(file)}
${replaced}Name it in the configuration and run terraform init (it starts node from the PATH):

terraform {
  required_providers {
    delinea = {
      source  = "delinea-iac/delinea"
      version = "${version}"
    }
  }
}

cdktf writes that by itself; its diff, deploy and destroy need --skip-provider-lock, as no registry has this provider yet.
`;
}

function readBundle(): Buffer {
  try {
    return readFileSync(BUNDLE);
  } catch (cause) {
    throw new DelineaError('unsupported', 'this copy of delinea-iac has no provider in it', {
      path: BUNDLE,
      hint: 'Install delinea-iac from a package, or run npm run build.',
      cause,
    });
  }
}

function remove(file: string, plugins: string): string {
  const there = existsSync(file);
  rmSync(file, { force: true });
  removeEmpty(dirname(file), plugins);
  const versions = join(plugins, PROVIDER_ADDRESS);
  const others = existsSync(versions) ? readdirSync(versions).map(visible) : [];
  const left = others.length > 0 ? `In ${visible(versions)} there is still: ${others.join(', ')}.\n` : '';
  return `${there ? 'Removed' : 'Not installed'}: ${visible(file)}\n${left}`;
}

/** The folder and those above it, up to the top, as long as nothing else is in them. */
function removeEmpty(folder: string, top: string): void {
  for (let at = folder; at.startsWith(top); at = dirname(at)) {
    if (!existsSync(at)) continue;
    if (readdirSync(at).length > 0) return;
    rmdirSync(at);
  }
}

/** @throws DelineaError `unsupported` where Terraform could not start it */
function platform(): string {
  const system = SYSTEMS[process.platform];
  const processor = PROCESSORS[process.arch];
  if (system && processor) return `${system}_${processor}`;
  throw new DelineaError('unsupported', `the provider does not run on ${process.platform} (${process.arch})`, {
    hint: 'It is a node script that Terraform starts: use Linux or macOS; on Windows, WSL.',
  });
}

/** @throws DelineaError `settings_invalid` where there is none, and a path made of it would start in the current folder */
function knownHome(env: NodeJS.ProcessEnv): string {
  const home = env.HOME ?? systemHome();
  if (isAbsolute(home)) return home;
  throw new DelineaError('settings_invalid', 'your home folder is not known', {
    path: 'HOME',
    hint: 'Set HOME to the path of your home folder, or name a folder for the provider with --dir.',
  });
}

/** Empty where the system has none for this user, as in a container that runs under any number. */
function systemHome(): string {
  try {
    return homedir();
  } catch {
    return '';
  }
}

/** Whether a CLI configuration says where providers come from: Terraform then looks nowhere else. */
function hasOwnRules(env: NodeJS.ProcessEnv): boolean {
  try {
    const file = env.TF_CLI_CONFIG_FILE || join(knownHome(env), '.terraformrc');
    return /^\s*provider_installation\b/m.test(readFileSync(file, 'utf8'));
  } catch {
    return false;
  }
}

function mirrorText(plugins: string): string {
  return `
Terraform looks there only if its CLI configuration says so, in provider_installation:

  filesystem_mirror {
    path    = ${JSON.stringify(plugins)}
    include = ["delinea-iac/delinea"]
  }
`;
}

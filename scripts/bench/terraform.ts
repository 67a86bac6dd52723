import { execFile } from 'node:child_process';
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { RequestCounts, SimulatorData, SimulatorState } from 'delinea-iac/simulator';
import type { Figure } from './figure.js';
import { median } from './median.js';
import { startTenant, type TenantProcess } from './tenant-process.js';
import { configurationOf, type GeneratedResource, stateOf } from './terraform-stack.js';

const PROVIDER = fileURLToPath(new URL('../../dist/terraform-provider-delinea.cjs', import.meta.url));
const ADDRESS = 'delinea-iac/delinea';
const COUNT = 1_000;
const MANY = 5_000;
const LATENCY_MS = 50;
const ROUNDS = 5;

/** Measures plans of unchanged users with the real terraform and the built provider. States are generated. */
export async function measureTerraform(): Promise<Figure[]> {
  const users = await openUsers(COUNT);
  const slow = await openUsers(COUNT, LATENCY_MS);
  const builtin = openFolder(users.resources.map(asBuiltin), {});
  const many = await openUsers(MANY);
  try {
    const rounds: { readonly users: number; readonly builtin: number; readonly slow: number }[] = [];
    // A first run warms up the file cache for the others.
    for (const { folder } of [users, slow]) await plan(folder);
    for (let round = 0; round < ROUNDS; round++) {
      rounds.push({ users: await plan(users.folder), builtin: await plan(builtin), slow: await plan(slow.folder) });
    }
    const of = (key: keyof (typeof rounds)[number]) => median(rounds.map((round) => round[key]));
    await users.tenant.requests();
    await plan(users.folder);
    const counted = await users.tenant.requests();
    await many.tenant.requests();
    await plan(many.folder);
    const manyCounted = await many.tenant.requests();
    const used = usageIn(many.folder);
    return [
      {
        name: `terraform plan, ${shown(COUNT)} users against terraform_data`,
        value: median(rounds.map((round) => round.users / round.builtin)),
        limit: 1.15,
        detail: `${Math.round(of('users'))} ms against ${Math.round(of('builtin'))} ms, ${ROUNDS} pairs; CPU of the provider ${Math.round(usageIn(users.folder).cpuMs)} ms`,
      },
      {
        name: `terraform plan at ${LATENCY_MS} ms latency, against none`,
        value: median(rounds.map((round) => round.slow / round.users)),
        limit: 1.35,
        detail: `${Math.round(of('slow'))} ms against ${Math.round(of('users'))} ms, ${ROUNDS} pairs`,
      },
      {
        name: `terraform plan, reads of ${shown(COUNT)} users`,
        value: counted.reads,
        limit: 13,
        detail: tokens(counted),
      },
      {
        name: `terraform plan, MB of the provider at ${shown(MANY)} users`,
        value: Math.round(used.peakMb),
        limit: 130,
        detail: `peak resident size; ${manyCounted.reads} reads, ${tokens(manyCounted)}, CPU ${Math.round(used.cpuMs)} ms`,
      },
    ];
  } finally {
    for (const { folder, tenant } of [users, slow, many]) {
      tenant.stop();
      folder.remove();
    }
    builtin.remove();
  }
}

interface Folder {
  readonly path: string;
  readonly env: NodeJS.ProcessEnv;
  remove(): void;
}

interface Users {
  readonly tenant: TenantProcess;
  readonly resources: readonly GeneratedResource[];
  readonly folder: Folder;
}

/** Starts a tenant with this many users, and creates a folder whose code and state have all of them. */
async function openUsers(count: number, latencyMs = 0): Promise<Users> {
  const data: SimulatorData = { users: Array.from({ length: count }, (_, index) => person(index)) };
  const place = mkdtempSync(join(tmpdir(), 'bench-data-'));
  const dataFile = join(place, 'data.json');
  writeFileSync(dataFile, JSON.stringify(data));
  const tenant = await startTenant({ dataFile, faults: { latencyMs } });
  rmSync(place, { recursive: true });
  const answer = await fetch(`${tenant.env.DELINEA_URL}/_simulator/state`);
  const resources = ((await answer.json()) as SimulatorState).users.map(asUser);
  return { tenant, resources, folder: openFolder(resources, tenant.env) };
}

/** Returns a user with all attributes that a directory usually has. */
function person(index: number) {
  const number = String(index + 1).padStart(5, '0');
  const userName = `user${number}@example.com`;
  return {
    userName,
    displayName: `Given${number} Family${number}`,
    name: { givenName: `Given${number}`, familyName: `Family${number}` },
    emails: [
      { value: userName, primary: true },
      { value: `given.family${number}@example.com`, primary: false },
    ],
    phoneNumbers: [{ value: `+1 555 ${number}`, type: 'work' }],
    title: 'Engineer',
    department: 'Platform',
  };
}

function asUser({ id, userName, active, ...user }: SimulatorState['users'][number]): GeneratedResource {
  return {
    type: 'delinea_user',
    name: userName.split('@')[0]!,
    config: {
      user_name: userName,
      display_name: user.displayName,
      given_name: user.name?.givenName,
      family_name: user.name?.familyName,
      emails: user.emails,
      phone_numbers: user.phoneNumbers,
      title: user.title,
      department: user.department,
    },
    computed: { id, active, adopt: 'whenEqual', on_removal: 'deactivate' },
  };
}

/** Returns the same as Terraform's built-in resource that only stores its input. */
function asBuiltin({ name, config, computed }: GeneratedResource): GeneratedResource {
  const held = { value: config, type: typeOf(config) };
  return {
    type: 'terraform_data',
    name,
    config: { input: config },
    computed: { input: held, output: held, id: computed.id, triggers_replace: null },
  };
}

/** Returns the type of a JSON value in the notation of states. */
function typeOf(value: unknown): unknown {
  if (Array.isArray(value)) return ['tuple', value.map(typeOf)];
  if (typeof value !== 'object' || value === null) return typeof value === 'boolean' ? 'bool' : typeof value;
  return ['object', Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, typeOf(inner)]))];
}

/** Writes code, state, and the CLI configuration by which terraform finds the built provider. */
function openFolder(resources: readonly GeneratedResource[], env: NodeJS.ProcessEnv): Folder {
  const path = mkdtempSync(join(tmpdir(), 'bench-'));
  const at = (name: string) => join(path, name);
  copyFileSync(PROVIDER, at('terraform-provider-delinea'));
  writeFileSync(at('rc'), `provider_installation {\n  dev_overrides { "${ADDRESS}" = "${path}" }\n  direct {}\n}\n`);
  writeFileSync(at('usage.cjs'), USAGE);
  const required = `terraform {\n  required_providers {\n    delinea = { source = "${ADDRESS}" }\n  }\n}\n`;
  writeFileSync(at('main.tf'), `${env.DELINEA_URL ? required : ''}${configurationOf(resources)}`);
  writeFileSync(at('terraform.tfstate'), stateOf(resources));
  return {
    path,
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      CHECKPOINT_DISABLE: '1',
      TF_CLI_CONFIG_FILE: at('rc'),
      ...env,
    },
    remove: () => rmSync(path, { recursive: true }),
  };
}

/** Script that writes a process's CPU time and memory to a file when it exits. */
const USAGE = `process.on('exit', () => {
  const fs = require('node:fs');
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
  // On Linux, maxRSS includes the memory of Terraform when it forked this process; VmHWM does not.
  const own = fs.existsSync('/proc/self/status') && /VmHWM:\\s+(\\d+)/.exec(fs.readFileSync('/proc/self/status', 'utf8'));
  const peakMb = Number(own ? own[1] : maxRSS) / 1000;
  const text = JSON.stringify({ peakMb, cpuMs: (userCPUTime + systemCPUTime) / 1000 });
  fs.writeFileSync(__dirname + '/usage-' + process.pid + '.json', text);
});\n`;

/** Returns the usage of the process that planned; the others only returned the schema. */
function usageIn({ path }: Folder): { peakMb: number; cpuMs: number } {
  const files = readdirSync(path).filter((name) => name.startsWith('usage-'));
  const all = files.map((name) => JSON.parse(readFileSync(join(path, name), 'utf8')) as ReturnType<typeof usageIn>);
  return all.sort((left, right) => right.cpuMs - left.cpuMs)[0]!;
}

/** Returns the milliseconds of a plan without changes. @throws {Error} with terraform's output for any other result */
async function plan({ path, env }: Folder): Promise<number> {
  const args = ['plan', '-detailed-exitcode', '-input=false', '-no-color'];
  const measured = { ...env, NODE_OPTIONS: `--require=${join(path, 'usage.cjs')}` };
  const started = performance.now();
  await promisify(execFile)('terraform', args, { cwd: path, env: measured, maxBuffer: 1e8 });
  return performance.now() - started;
}

function tokens({ tokens }: RequestCounts): string {
  return `${tokens} tokens apart`;
}

function shown(count: number): string {
  return count.toLocaleString('en');
}

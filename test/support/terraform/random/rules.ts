import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import { type Simulator, startSimulator } from '../../../../src/simulator/index.js';
import { randomFrom } from '../../generate/random.js';
import { environmentOf } from '../../tenant/environment.js';
import { openTerraformFolder, type TerraformFolder } from '../folder.js';
import { PERMISSIONS, serveProvider } from '../serve-provider.js';
import { type Block, hclOf, SETTINGS } from './configuration.js';
import { BEFORE, drawConfiguration } from './draw.js';
import { drawChange } from './draw-change.js';
import { ExpectedTenant } from './expected-tenant.js';
import { importsOf, type StateOf } from './import-blocks.js';
import { differencesOf } from './tenant-differences.js';

const SURFACES = ['platform-rest', 'platform-scim', 'scim-cloud'] as const;

/** Texts that may never appear in the output. */
const NEVER =
  /inconsistent|unexpected new value|Provider produced|tainted|internal error|unexpected error in the provider|delinea_(?:user|group)\.\w+ must be replaced|^\s+at .+:\d+:\d+\)?$/im;

const APPLY = ['apply', '-no-color', '-input=false', '-auto-approve'];
const PLAN = ['plan', '-no-color', '-input=false', '-detailed-exitcode'];

/** Returns provider and tenant settings for a seed. Consecutive seeds cover all routings and tenant variants. */
function profileOf(seed: number) {
  const [user, group] = [SURFACES[seed % 3]!, SURFACES[Math.floor(seed / 3) % 3]!];
  const shared = Math.floor(seed / 9) % 2 === 1;
  const settings = [
    'external_id_from = "userName"',
    'visibility_seconds = 5',
    'allow_delete = true',
    'allow_removals = 999',
    'allow_orphans = ["Prod", "stage", "db", "logs"]',
    `routing = [{ kind = "user", surface = "${user}" }, { kind = "group", surface = "${group}" }]`,
  ];
  return {
    env: shared ? environmentOf({ surfaces: [{ name: 'scim-cloud', idSpace: 'platform' }] }) : {},
    provider: `provider "delinea" {\n  ${settings.join('\n  ')}\n}\ndata "delinea_user" "boss" {\n  user_name = "boss@example.com"\n}\n`,
    simulator: {
      idSpaces: shared ? ('shared' as const) : ('split' as const),
      numbered: seed % 3 === 1,
      leanLists: seed % 5 === 0,
      uniquePermissions: seed % 2 === 0,
    },
    faults: {
      ...(seed % 4 === 1 ? { latencyMs: 3 } : {}),
      ...(seed % 7 === 3 ? { visibilityDelayMs: 30 } : {}),
      ...(seed % 6 === 2
        ? { faults: [{ kind: 'extraFields' as const, extra: { locale: 'en', nickName: 'x', profileUrl: null } }] }
        : {}),
    },
  };
}

interface Bench {
  readonly seed: number;
  readonly sim: Simulator;
  readonly folder: TerraformFolder;
  readonly provider: string;
  readonly tenant: ExpectedTenant;
}

/**
 * Applies, plans, changes, imports and destroys one random configuration. After each step it expects that Terraform's own
 * rules hold and that the tenant matches an independent model.
 */
export async function checkRandomConfiguration(seed: number): Promise<void> {
  const random = randomFrom(seed);
  const first = drawConfiguration(random);
  const second = drawChange(first, random);
  const { env, provider, simulator, faults } = profileOf(seed);
  const sim = await startSimulator({ ...simulator, data: BEFORE, faults });
  const served = await serveProvider({ ...sim.env, ...PERMISSIONS, ...env });
  const folder = openTerraformFolder(served.env);
  const bench: Bench = { seed, sim, folder, provider, tenant: new ExpectedTenant() };
  try {
    await applyAndCheck(bench, first);
    await applyAndCheck(bench, second);
    await importAndCheck(bench, second);
    await destroyAndCheck(bench);
  } finally {
    folder.remove();
    await served.close();
    await sim.close();
  }
}

/** Applies the blocks and expects the modelled tenant and an empty plan. */
async function applyAndCheck(bench: Bench, blocks: readonly Block[]): Promise<void> {
  bench.folder.write(bench.provider + hclOf(blocks));
  await run(bench, APPLY, 0);
  const stateOf = readState(bench.folder);
  bench.tenant.apply(blocks, (address) => String(stateOf(address).id));
  expectTenant(bench);
  await run(bench, PLAN, 0);
  await run(bench, [...PLAN, '-refresh-only'], 0);
}

/** Imports the same objects into an empty state and expects no write and no change except of settings. */
async function importAndCheck(bench: Bench, blocks: readonly Block[]): Promise<void> {
  const { folder, provider, sim, seed } = bench;
  const imports = importsOf(blocks, readState(folder), randomFrom(seed + 1));
  rmSync(join(folder.path, 'terraform.tfstate'), { force: true });
  rmSync(join(folder.path, 'terraform.tfstate.backup'), { force: true });
  folder.write(provider + hclOf(blocks) + imports);
  const [before, writes] = [sim.state(), sim.requests.writes];
  const out = await run(bench, APPLY, 0);
  const [, count, added, changed, destroyedCount] =
    /Resources: (?:(\d+) imported, )?(\d+) added, (\d+) changed, (\d+) destroyed/.exec(out) ?? [];
  const steered = blocks.filter(({ values }) => SETTINGS.some((name) => (values[name] ?? null) !== null)).length;
  expectEqual(
    bench,
    [Number(count ?? 0), Number(added), Number(destroyedCount), Number(changed) <= steered],
    [blocks.length, 0, 0, true],
    out,
  );
  expectEqual(bench, [sim.requests.writes, sim.state()], [writes, before], out);
  await run(bench, PLAN, 0);
  await run(bench, [...PLAN, '-refresh-only'], 0);
}

async function destroyAndCheck(bench: Bench): Promise<void> {
  await run(bench, ['destroy', '-no-color', '-input=false', '-auto-approve'], 0);
  bench.tenant.apply([], () => '');
  expectTenant(bench);
}

function readState(folder: TerraformFolder): StateOf {
  const { resources } = JSON.parse(readFileSync(join(folder.path, 'terraform.tfstate'), 'utf8')) as {
    resources: { mode: string; type: string; name: string; instances: { attributes: Record<string, unknown> }[] }[];
  };
  const held = resources
    .filter(({ mode }) => mode === 'managed')
    .map(({ type, name, instances }) => [`${type}.${name}`, instances[0]!.attributes] as const);
  const states = new Map<string, Readonly<Record<string, unknown>>>(held);
  return (address) => states.get(address)!;
}

async function run(bench: Bench, args: readonly string[], code: number): Promise<string> {
  const { code: ended, out, err } = await bench.folder.run(args);
  const text = `${out}${err}`;
  expectEqual(bench, [args[0], ended, NEVER.exec(text)?.[0]], [args[0], code, undefined], text);
  return text;
}

function expectTenant(bench: Bench): void {
  expectEqual(bench, differencesOf(bench.tenant, bench.sim.state()), [], '');
}

/** Expects equality; a failure shows the seed, the output and the configuration. */
function expectEqual({ seed, folder }: Bench, is: unknown, wanted: unknown, output: string): void {
  try {
    expect(is).toEqual(wanted);
  } catch (failure) {
    const hcl = readFileSync(join(folder.path, 'main.tf'), 'utf8');
    throw new Error(`seed ${seed}: ${(failure as Error).message}\n${output}\n${hcl}`);
  }
}

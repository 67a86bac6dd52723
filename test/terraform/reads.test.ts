import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect } from '@jest/globals';
import { configurationOf, type GeneratedResource, stateOf } from '../../scripts/bench/terraform-stack.js';
import { type Simulator, type SimulatorOptions, startSimulator } from '../../src/simulator/index.js';
import type { ProcessResult } from '../support/cli/process.js';
import { openTerraformFolder, type TerraformFolder } from '../support/terraform/folder.js';
import { type ProviderInstall, serveProvider } from '../support/terraform/serve-provider.js';
import { terraformTest } from '../support/terraform/terraform-test.js';

let sim: Simulator;
let provider: ProviderInstall;
let folder: TerraformFolder;

const open = async (options: SimulatorOptions) => {
  sim = await startSimulator(options);
  provider = await serveProvider(sim.env as NodeJS.ProcessEnv);
  folder = openTerraformFolder(provider.env);
};

afterEach(async () => {
  folder?.remove();
  await provider?.close();
  await sim?.close();
});

/** Plans the code against a generated state and expects no write. */
const plan = async (code: readonly GeneratedResource[], state = code, settings = ''): Promise<ProcessResult> => {
  folder.write(`provider "delinea" {\n${settings}\n}\n`);
  // Many files, since Terraform parses the whole file for each error that it prints.
  for (let at = 0; at < code.length; at += 20) {
    writeFileSync(join(folder.path, `part${at}.tf`), configurationOf(code.slice(at, at + 20)));
  }
  writeFileSync(join(folder.path, 'terraform.tfstate'), stateOf(state));
  sim.resetRequests();
  const ended = await folder.run(['plan', '-detailed-exitcode', '-no-color']);
  expect(sim.requests.writes).toBe(0);
  return ended;
};

/** Imports the live objects by import blocks. */
const importAll = async (code: readonly GeneratedResource[]): Promise<void> => {
  const blocks = code.map(
    ({ type, name, computed: { id } }) => `import {\n  to = ${type}.${name}\n  id = "${id}"\n}\n`,
  );
  folder.write(`provider "delinea" {}\n${configurationOf(code)}${blocks.join('')}`);
  expect(await folder.run(['apply', '-auto-approve'])).toMatchObject(UNCHANGED);
  folder.write(`provider "delinea" {}\n${configurationOf(code)}`);
};

const users = (picked: (index: number) => boolean = () => true): GeneratedResource[] =>
  sim
    .state()
    .users.filter((_, index) => picked(index))
    .map(({ id, userName, displayName }) => ({
      type: 'delinea_user',
      name: userName.split('@')[0]!,
      config: { user_name: userName, display_name: displayName },
      computed: { id, active: true, adopt: 'whenEqual', on_removal: 'deactivate' },
    }));

const groups = (): GeneratedResource[] =>
  sim.state().groups.map(({ id, displayName }) => ({
    type: 'delinea_group',
    name: displayName,
    config: { display_name: displayName },
    computed: { id, adopt: 'whenEqual', on_removal: 'deactivate', allow_empty: false },
  }));

const UNCHANGED = { code: 0, err: '' };

describe('reads of an unchanged plan', () => {
  terraformTest('are one list when it has 1,000 users', async () => {
    await open({ seedUsers: 1_000 });
    expect(await plan(users())).toMatchObject(UNCHANGED);
    expect(sim.requests.reads).toBeLessThanOrEqual(13);
  });

  terraformTest('are at most two lists when 250 users were imported with all attributes', async () => {
    await open({ seedUsers: 250 });
    await importAll(users());
    sim.resetRequests();
    expect(await folder.run(['plan', '-detailed-exitcode'])).toMatchObject(UNCHANGED);
    // At worst twice the list of three pages, since Terraform does not announce how many users it will read.
    expect(sim.requests.reads).toBeLessThanOrEqual(2 * 3);
  });

  terraformTest('are one per user when it has 16 of 50,000 users', async () => {
    await open({ seedUsers: 50_000 });
    expect(await plan(users((index) => index % 3_000 === 0).slice(0, 16))).toMatchObject(UNCHANGED);
    expect(sim.requests.reads).toBeLessThanOrEqual(20);
  });

  terraformTest('are one list per container, and none per principal, when it has 300 permissions', async () => {
    const containers = Array.from({ length: 10 }, (_, index) => `vault-${index}`);
    const names = Array.from({ length: 30 }, (_, index) => `team-${index}`);
    await open({
      data: {
        containers,
        groups: names.map((displayName) => ({ displayName })),
        containerPermissions: containers.flatMap((container) =>
          names.map((group) => ({ container, group, right: 'View' })),
        ),
      },
    });
    const { containerPermissions, groups } = sim.state();
    const ids = new Map(groups.map(({ id, displayName }) => [displayName, id]));
    const edges = containerPermissions.map(
      ({ id, container, group, right }): GeneratedResource => ({
        type: 'delinea_container_permission',
        name: `${container}_${group}`,
        config: { container, principal_type: 'group', principal_id: ids.get(group!), right },
        computed: { id, adopt: 'whenEqual', on_removal: 'revoke' },
      }),
    );
    expect(edges).toHaveLength(300);
    expect(await plan(edges)).toMatchObject(UNCHANGED);
    // Ten lists of permissions; one page of containers and one of groups on each surface.
    expect(sim.requests.reads).toBeLessThanOrEqual(10 + 3 + 2);
  });
});

describe('changes outside of code', () => {
  terraformTest('are seen by a second plan of the same provider process', async () => {
    await open({ seedUsers: 20 });
    expect(await plan(users())).toMatchObject(UNCHANGED);
    const before = users();
    sim.admin.editUser('user00007@example.com', { displayName: 'Renamed' });
    const { code, out } = await plan(before);
    expect(code).toBe(2);
    expect(out).toMatch(/"Renamed" -> "User 00007"/);
    expect(out).toContain('0 to add, 1 to change, 0 to destroy');
  });

  terraformTest('are an error when they set a title that the import found unset and lists omit', async () => {
    const names = Array.from({ length: 30 }, (_, index) => `user${index}`);
    await open({ data: { users: names.map((userName) => ({ userName })) }, leanLists: true });
    const code = users().map((one) => ({ ...one, config: { user_name: one.name, title: '' } }));
    await importAll(code);
    expect(await folder.run(['plan', '-detailed-exitcode'])).toMatchObject(UNCHANGED);
    for (const name of names) sim.admin.editUser(name, { title: 'Director' });
    const { code: exit, err } = await folder.run(['plan', '-no-color']);
    expect(exit).toBe(1);
    // The first one or two users are read singly, before a list is cheaper, and are planned as changed.
    expect(err.match(/user\d+: title was set since the import/g)!.length).toBeGreaterThanOrEqual(30 - 2);
  });

  terraformTest('are reported before they are overwritten when lists omit the attribute', async () => {
    const names = Array.from({ length: 30 }, (_, index) => `user${index}`);
    await open({ data: { users: names.map((userName) => ({ userName })) }, leanLists: true });
    const code = users().map((one) => ({ ...one, config: { user_name: one.name, title: 'Lead' } }));
    const state = users().map((one) => ({ ...one, config: { user_name: one.name } }));
    sim.admin.editUser('user29', { title: 'Boss' });
    const { code: exit, out } = await plan(code, state);
    expect(exit).toBe(2);
    const text = out.replace(/[\s│]+/g, ' ');
    expect(text).toContain('user29: title is "Boss" in the tenant but not in the state; it will be overwritten');
    expect(text.match(/it will be overwritten/g)).toHaveLength(1);
  });

  terraformTest('recreate a group that the list lacks when its own read returns 404', async () => {
    await open({ data: { groups: ['ops', 'dev', 'qa', 'web'].map((displayName) => ({ displayName })) } });
    const before = groups();
    const { id } = sim.state().groups.find(({ displayName }) => displayName === 'dev')!;
    sim.admin.deleteGroup('dev');
    const { code, out } = await plan(before);
    expect(code).toBe(2);
    expect(out).toContain('group dev was deleted outside of code');
    expect(out).toContain('1 to add, 0 to change, 0 to destroy');
    expect(sim.log.filter(({ path, status }) => path.endsWith(`/Groups/${id}`) && status === 404)).toHaveLength(1);
  });

  terraformTest('are an error that names the missing permission when the read of a group returns 403', async () => {
    await open({ data: { groups: ['ops', 'dev', 'qa', 'web'].map((displayName) => ({ displayName })) } });
    const before = groups();
    sim.admin.deleteGroup('dev');
    sim.faults.add({ kind: 'status', status: 403, path: '/Groups/[^?]' });
    const { code, out, err } = await plan(before);
    expect(code).toBe(1);
    expect(err).toMatch(/403/);
    expect(err.replace(/[\s│]+/g, ' ')).toContain('a SCIM token (Admin > Integrations > SCIM)');
    expect(out).not.toMatch(/to add|outside of code/);
  });
});

describe('request limits', () => {
  terraformTest('stop the plan when 1,000 users exceed max_requests', async () => {
    await open({ seedUsers: 1_000 });
    const { code, out, err } = await plan(users(), undefined, 'max_requests = 5');
    expect(code).toBe(1);
    expect(err.replace(/[\s│]+/g, ' ')).toMatch(/more than the 5 requests .* Raise .*max_requests/);
    expect(out).not.toMatch(/to add|to destroy/);
    expect(sim.requests.total).toBeLessThanOrEqual(5);
  });

  terraformTest('hold when 200 new users are searched by name', async () => {
    await open({ seedUsers: 600 });
    const wanted = Array.from({ length: 200 }, (_, index): GeneratedResource => {
      const name = `new${index}`;
      return { type: 'delinea_user', name, config: { user_name: `${name}@example.com` }, computed: {} };
    });
    const { code, out } = await plan(wanted, []);
    expect(code).toBe(2);
    expect(out).toContain('200 to add');
    // The list has 6 pages, each possibly preceded by one search by name.
    expect(sim.requests.reads).toBeLessThanOrEqual(2 * 6 + 1);
  });
});

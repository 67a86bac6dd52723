import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { type Simulator, startSimulator } from '../../src/simulator/index.js';
import { type CdktfProject, openCdktfProject } from '../support/cdktf/project.js';
import { ROOT } from '../support/cdktf/synth-process.js';

jest.setTimeout(900_000);

interface Organisation {
  readonly containers: string[];
  readonly users: readonly { readonly userName: string }[];
  readonly groups: readonly { readonly displayName: string }[];
}

const july = JSON.parse(readFileSync(join(ROOT, 'examples/kubernetes-org/data/2026-07.json'), 'utf8')) as Organisation;

const DEPLOY = 'npx cdktf deploy --auto-approve --skip-provider-lock';

let sim: Simulator;
let project: CdktfProject;

beforeAll(async () => {
  sim = await startSimulator({
    data: { users: [{ userName: 'mallory@example.com' }], containers: july.containers },
  });
  project = openCdktfProject(sim, 'examples/kubernetes-org/main.ts', 'kubernetes-org');
  await project.run('npx delinea-iac install-provider');
});

afterAll(async () => {
  project.remove();
  await sim.close();
});

/** Runs a command and expects no write. */
async function quietly(command: string, env: NodeJS.ProcessEnv = {}): Promise<string> {
  const { writes } = sim.requests;
  const { out } = await project.run(command, env);
  expect(sim.requests.writes).toBe(writes);
  return out;
}

/** Each test continues from the state of the one before. */
describe('real organisation with cdktf-cli', () => {
  test('is deployed, and a second deploy changes nothing', async () => {
    expect((await project.run(DEPLOY)).out).toContain('1698 added, 0 changed, 0 destroyed');
    const { users, groups, containerPermissions } = sim.state();
    expect([users.length, groups.length, containerPermissions.length]).toEqual([1249, 284, 156]);
    expect(await quietly(DEPLOY)).toContain('No changes.');
  });

  test('moves to the embedded engine and back without a write', async () => {
    const terraform = `terraform -chdir=${project.stack}`;
    writeFileSync(join(project.folder, 'state.json'), await quietly(`${terraform} show -json`));
    expect(await quietly('npx delinea-iac import-state state.json')).toContain('has 1698 resources now.');
    expect(await quietly('npx delinea-iac plan')).toContain('No changes');
    expect(await quietly('npx delinea-iac export-terraform')).toContain('Wrote 1698 imports');
    for (const name of readdirSync(project.folder)) if (name.includes('tfstate')) rmSync(join(project.folder, name));
    const imported = await quietly(`${terraform} apply -no-color -auto-approve`);
    expect(imported).toContain('1698 to import, 0 to add, 0 to change, 0 to destroy');
    rmSync(join(project.stack, 'imports.tf'));
  });

  test('is updated in place when the next month is deployed', async () => {
    const ids = new Map(sim.state().users.map(({ userName, id }) => [userName, id]));
    const month = { ORG_DATA: '2026-08' };
    expect((await project.run(DEPLOY, month)).out).toMatch(
      /Apply complete! Resources: \d+ added, \d+ changed, \d+ destroyed/,
    );
    expect(await quietly(DEPLOY, month)).toContain('No changes.');
    for (const { userName, id } of sim.state().users) expect(ids.get(userName) ?? id).toBe(id);
  });

  test('has disabled users and emptied groups after an allowed destroy', async () => {
    const before = sim.state();
    await project.run('npx cdktf destroy --auto-approve --skip-provider-lock', {
      ORG_DATA: '2026-08',
      DELINEA_ALLOW_REMOVALS: '20000',
      DELINEA_ALLOW_ORPHANS: july.containers.join(','),
    });
    const { users, groups, containerPermissions, roleBindings } = sim.state();
    expect(users.map(({ id }) => id)).toEqual(before.users.map(({ id }) => id));
    expect(groups.map(({ id }) => id)).toEqual(before.groups.map(({ id }) => id));
    expect(users.filter(({ active }) => active).map(({ userName }) => userName)).toEqual(['mallory@example.com']);
    expect(groups.filter(({ members }) => members?.length !== 0)).toEqual([]);
    expect([containerPermissions, roleBindings]).toEqual([[], []]);
  });
});

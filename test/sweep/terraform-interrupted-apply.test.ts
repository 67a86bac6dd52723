import { execFileSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest } from '@jest/globals';
import { type Simulator, startSimulator } from '../../src/simulator/index.js';
import { openTerraformFolder, type TerraformFolder } from '../support/terraform/folder.js';
import { bundleProvider, type ProviderBundle } from '../support/terraform/serve-provider.js';
import { terraformTest } from '../support/terraform/terraform-test.js';

jest.setTimeout(120_000);

const PROVIDER = 'provider "delinea" { visibility_seconds = 5 }\n';
const APPLY = ['apply', '-auto-approve', '-no-color'];

let bundle: ProviderBundle;
let sim: Simulator;
let folder: TerraformFolder;

beforeAll(async () => {
  bundle = await bundleProvider();
});
afterAll(() => bundle?.remove());
beforeEach(async () => {
  sim = await startSimulator({
    data: { users: [{ userName: 'ann@example.com' }], groups: [{ displayName: 'all' }], containers: ['prod'] },
  });
  folder = openTerraformFolder({ ...sim.env }, bundle.folder);
});
afterEach(async () => {
  folder?.remove();
  await sim?.close();
});

/** Returns the process ids of this test's own executable. */
function providers(): number[] {
  const lines = execFileSync('ps', ['-eo', 'pid=,args='], { encoding: 'utf8' }).split('\n');
  return lines.filter((line) => line.includes(bundle.executable)).map((line) => Number.parseInt(line, 10));
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(20);
}

const permission = (right: string) => `${PROVIDER}
data "delinea_user" "ann" { user_name = "ann@example.com" }
resource "delinea_container_permission" "ann" {
  container      = "prod"
  principal_type = "user"
  principal_id   = data.delinea_user.ann.id
  right          = "${right}"
}
`;

const USERS = `${PROVIDER}
resource "delinea_user" "one" {
  count     = 30
  user_name = "u\${count.index}@example.com"
}
`;

const inState = async () => {
  const { out } = await folder.run(['state', 'list']);
  return out.split('\n').filter((line) => line.startsWith('delinea_')).length;
};

const made = () => sim.state().users.filter(({ userName }) => userName.startsWith('u')).length;

describe('interrupted apply', () => {
  terraformTest('completes the replacement of a right and ends the provider when Terraform is killed', async () => {
    folder.write(permission('View'));
    expect(await folder.run(APPLY)).toMatchObject({ code: 0 });
    folder.write(permission('Edit'));
    sim.faults.set({ latencyMs: 250 });
    sim.resetRequests();
    const { child, ended } = folder.start(APPLY);
    await until(() => sim.requests.writes > 0);
    child.kill('SIGKILL');
    await ended;
    await until(() => providers().length === 0);
    sim.faults.clear();
    expect(sim.state().containerPermissions).toMatchObject([{ user: 'ann@example.com', right: 'Edit' }]);
    folder.writeAlone('');
    folder.write(permission('Edit'));
    expect(await folder.run([...APPLY, '-lock=false'])).toMatchObject({ code: 0 });
    expect(await folder.run(['plan', '-detailed-exitcode', '-lock=false'])).toMatchObject({ code: 0 });
  });

  terraformTest('is completed by the next apply without duplicates when Terraform is killed', async () => {
    folder.write(USERS);
    sim.faults.set({ latencyMs: 30 });
    const { child, ended } = folder.start(APPLY);
    await until(() => made() >= 5);
    child.kill('SIGKILL');
    await ended;
    await until(() => providers().length === 0);
    sim.faults.clear();
    expect(made()).toBeLessThan(30);
    expect(await folder.run([...APPLY, '-lock=false'])).toMatchObject({ code: 0 });
    expect(made()).toBe(30);
    expect(await inState()).toBe(30);
    expect(await folder.run(['plan', '-detailed-exitcode', '-lock=false'])).toMatchObject({ code: 0 });
  });

  terraformTest('finishes its writes and records them in the state when it receives Ctrl-C', async () => {
    folder.write(USERS);
    sim.faults.set({ latencyMs: 60 });
    const { child, ended } = folder.start(APPLY);
    await until(() => made() >= 5);
    for (const pid of [...providers(), child.pid!]) process.kill(pid, 'SIGINT');
    const { code, err } = await ended;
    expect(code).toBe(1);
    expect(err).not.toMatch(/crash|transport|did not respond/i);
    await until(() => providers().length === 0);
    sim.faults.clear();
    const done = made();
    expect(done).toBeLessThan(30);
    expect(await inState()).toBe(done);
    expect(await folder.run(APPLY)).toMatchObject({ code: 0 });
    expect(made()).toBe(30);
  });
});

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { unzipSync } from 'fflate';
import { type Simulator, startSimulator } from '../../src/simulator/index.js';
import { makeCertificate } from '../../src/terraform/plugin/certificate.js';
import { secretsIn } from '../support/assert/secrets.js';
import { start } from '../support/cli/process.js';
import { openTerraformFolder, type TerraformFolder } from '../support/terraform/folder.js';
import { bundleProvider, type ProviderBundle } from '../support/terraform/serve-provider.js';
import { terraformTest } from '../support/terraform/terraform-test.js';

/** Secrets that need every kind of escaping, so that the search for leaks covers all encodings. */
const credentials = {
  clientSecret: 'cl!ent/s3cret+"q&=\\',
  scimToken: 'scim.t0ken-_~value',
  servicePassword: 'p@ss w0rd%7B{ü}',
};

const LOOK_UPS = `
provider "delinea" { retries = 0 }
data "delinea_role" "auditor" { name = "Auditor" }
data "delinea_group" "ops" { display_name = "ops" }
data "delinea_container" "prod" { name = "prod" }
output "ids" { value = [data.delinea_role.auditor.id, data.delinea_group.ops.id, data.delinea_container.prod.id] }
`;

let bundle: ProviderBundle;
let sockets: string;
let sim: Simulator;
let folder: TerraformFolder;

beforeAll(async () => {
  bundle = await bundleProvider();
});
afterAll(() => bundle?.remove());

beforeEach(async () => {
  sockets = mkdtempSync(join(tmpdir(), 'sock-'));
  sim = await startSimulator({
    credentials,
    data: { roles: ['Auditor'], groups: [{ displayName: 'ops' }], containers: ['prod'] },
  });
  folder = openTerraformFolder({ ...sim.env, PLUGIN_UNIX_SOCKET_DIR: sockets }, bundle.folder);
});
afterEach(async () => {
  folder?.remove();
  await sim?.close();
  rmSync(sockets, { recursive: true, force: true });
});

/** Returns the process ids of this test's own executable. */
function providers(): number[] {
  const lines = execFileSync('ps', ['-eo', 'pid=,args='], { encoding: 'utf8' }).split('\n');
  return lines.filter((line) => line.includes(bundle.executable)).map((line) => Number.parseInt(line, 10));
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(20);
}

describe('provider executable', () => {
  test('explains itself on standard error and exits with 1 when a user starts it', async () => {
    const { code, out, err } = await start(bundle.executable, [], folder.path, {}).ended;
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err.trim().split('\n')).toHaveLength(1);
    expect(err).toContain('Delinea provider for Terraform');
  });
});

describe('provider executable without its Terraform', () => {
  test('exits before the handshake and leaves no socket', async () => {
    const env = {
      TF_PLUGIN_MAGIC_COOKIE: 'd602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2',
      PLUGIN_CLIENT_CERT: makeCertificate().pem,
      PLUGIN_UNIX_SOCKET_DIR: sockets,
    };
    const { child, ended } = start(bundle.executable, [], folder.path, env);
    child.stdout?.destroy();
    expect(await ended).toMatchObject({ code: 1, out: '' });
    expect(readdirSync(sockets)).toEqual([]);
  });
});

describe('provider executable under Terraform', () => {
  terraformTest('writes no secret to logs, state, plan file or its JSON when it reads', async () => {
    const secret = join(sockets, 'token');
    writeFileSync(secret, `${credentials.scimToken}\n`);
    const env = { TF_LOG: 'TRACE', DELINEA_SCIM_TOKEN: '', DELINEA_SCIM_TOKEN_FILE: secret };
    folder.write(LOOK_UPS);
    const runs = [
      await folder.run(['plan', '-out', 'saved'], env),
      await folder.run(['show', '-json', 'saved'], env),
      await folder.run(['apply', 'saved'], env),
      await folder.run(['show', '-json'], env),
    ];
    expect(runs.map(({ code }) => code)).toEqual([0, 0, 0, 0]);
    const output = runs.map(({ out, err }) => out + err).join('\n');
    expect(output).toContain('ReadDataSource answered');
    expect(output).toContain('ConfigureProvider answered');
    expect(secretsIn(output + folder.everything(), sim)).toEqual([]);
    expect(readdirSync(sockets)).toEqual(['token']);
  });

  terraformTest('writes no secret when it changes the tenant with secrets from a file or the block', async () => {
    const secret = join(sockets, 'secret');
    writeFileSync(secret, `${credentials.clientSecret}\n`);
    const env = { TF_LOG: 'TRACE', DELINEA_CLIENT_SECRET: '', DELINEA_CLIENT_SECRET_FILE: secret };
    const changes = `
resource "delinea_user" "jane" { user_name = "jane@example.com" }
resource "delinea_role_binding" "jane" {
  role           = "Auditor"
  principal_type = "user"
  principal_id   = delinea_user.jane.id
}
`;
    folder.write(`provider "delinea" {}\n${changes}`);
    const runs = [await folder.run(['plan', '-out', 'saved'], env), await folder.run(['show', '-json', 'saved'], env)];
    const plan = unzipSync(readFileSync(join(folder.path, 'saved')));
    const inside = Object.values(plan).map((file) => Buffer.from(file).toString('latin1'));
    expect(Object.keys(plan)).toContain('tfplan');
    runs.push(await folder.run(['apply', 'saved'], env));
    // Secrets in the block: Terraform itself stores the configuration in a plan file, but never in state or log.
    rmSync(join(folder.path, 'saved'));
    const block = Object.entries({
      client_id: sim.env.DELINEA_CLIENT_ID!,
      scim_client_id: sim.env.DELINEA_SCIM_CLIENT_ID!,
      client_secret: credentials.clientSecret,
      scim_token: credentials.scimToken,
      scim_client_secret: credentials.servicePassword,
    }).map(([name, value]) => `${name} = ${JSON.stringify(value).replaceAll('%{', '%%{')}`);
    folder.write(`provider "delinea" {\n${block.join('\n')}\n}\n`);
    sim.faults.add({ kind: 'status', status: 500, method: 'DELETE|PATCH', path: '^/(api|scim)/', times: 1 });
    const bare = { TF_LOG: 'TRACE', DELINEA_CLIENT_SECRET: '', DELINEA_SCIM_TOKEN: '', DELINEA_SCIM_CLIENT_SECRET: '' };
    runs.push(await folder.run(['apply', '-auto-approve'], bare));
    expect(runs.slice(0, 3).map(({ code }) => code)).toEqual([0, 0, 0]);
    rmSync(join(folder.path, 'main.tf'));
    const output = runs.map(({ out, err }) => out + err).join('\n');
    expect(output).toContain('ApplyResourceChange answered');
    expect(secretsIn(output + inside.join('\n') + folder.everything(), sim)).toEqual([]);
  });

  terraformTest('writes no secret when wrong credentials in the block are refused', async () => {
    const wrong = { clientSecret: 'wr0ng/secret+"&', scimToken: 'wr0ng.token', servicePassword: 'wr0ng pass%' };
    folder.write(`
provider "delinea" {
  retries            = 0
  client_id          = "${sim.env.DELINEA_CLIENT_ID}"
  scim_client_id     = "${sim.env.DELINEA_SCIM_CLIENT_ID}"
  client_secret      = ${JSON.stringify(wrong.clientSecret)}
  scim_token         = ${JSON.stringify(wrong.scimToken)}
  scim_client_secret = ${JSON.stringify(wrong.servicePassword)}
}
${LOOK_UPS.replace(/provider.*/, '')}`);
    const { code, out, err } = await folder.run(['plan'], { TF_LOG: 'TRACE' });
    expect(code).toBe(1);
    expect(err).toContain('delinea_group.ops');
    expect(secretsIn(out + err, { ...sim, credentials: { ...sim.credentials, ...wrong } })).toEqual([]);
    expect(secretsIn(out + err, sim)).toEqual([]);
  });

  terraformTest('writes no secret when a secret in the block is refused', async () => {
    const wrong = { clientSecret: 'wr0ng/secret+"&', scimToken: 'short#1' };
    for (const line of [`client_secret = ${JSON.stringify(wrong.clientSecret)}`, `scim_token = "${wrong.scimToken}"`]) {
      folder.write(`provider "delinea" {\n  ${line}\n}\n${LOOK_UPS.replace(/provider.*/, '')}`);
      const { code, out, err } = await folder.run(['plan'], { TF_LOG: 'TRACE' });
      expect([code, err]).toEqual([1, expect.stringContaining(line.split(' ')[0]!)]);
      expect(out + err).not.toMatch(/wr0ng|short#1/);
    }
  });

  terraformTest('ends and removes its socket when Terraform is killed during a read', async () => {
    sim.faults.set({ faults: [{ kind: 'timeoutBefore', path: '/roles' }] });
    folder.write(LOOK_UPS);
    const { child, ended } = folder.start(['plan']);
    await until(() => Object.keys(sim.requests.byRoute).some((route) => route.includes('/roles')));
    expect(providers()).not.toEqual([]);
    child.kill('SIGKILL');
    expect((await ended).code).toBeNull();
    await until(() => providers().length === 0);
    expect(readdirSync(sockets)).toEqual([]);
  });

  terraformTest('finishes its requests and ends with Terraform when both receive Ctrl-C', async () => {
    sim.faults.set({ faults: [{ kind: 'timeoutBefore', path: '/roles' }] });
    folder.write(LOOK_UPS);
    const { child, ended, waitForErr } = folder.start(['plan'], { TF_LOG_CORE: 'info', TF_LOG_PROVIDER: 'info' });
    await until(() => Object.keys(sim.requests.byRoute).some((route) => route.includes('/roles')));
    for (const pid of [...providers(), child.pid!]) process.kill(pid, 'SIGINT');
    await waitForErr('interrupted; waiting until Terraform stops the provider');
    // Closing the tenant ends the hanging request.
    await sim.close();
    const { code, err } = await ended;
    expect(code).toBe(1);
    expect(err).toContain('with data.delinea_role.auditor');
    expect(err).not.toMatch(/crash|did not respond|transport/i);
    await until(() => providers().length === 0);
    expect(readdirSync(sockets)).toEqual([]);
  });
});

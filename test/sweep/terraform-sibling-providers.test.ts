import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect } from '@jest/globals';
import { type Simulator, startSimulator } from '../../src/simulator/index.js';
import { openTerraformFolder, type TerraformFolder } from '../support/terraform/folder.js';
import { bundleProvider, type ProviderBundle } from '../support/terraform/serve-provider.js';
import { oneLine } from '../support/terraform/tenant.js';
import { terraformTest } from '../support/terraform/terraform-test.js';

const SAID = 'several provider configurations of this run manage the tenant';

let bundle: ProviderBundle;
let temporary: string;
let sim: Simulator;
let folder: TerraformFolder;

beforeAll(async () => {
  bundle = await bundleProvider();
});
afterAll(() => bundle?.remove());

beforeEach(async () => {
  temporary = mkdtempSync(join(tmpdir(), 'tmp-'));
  sim = await startSimulator({});
  folder = openTerraformFolder({ ...sim.env, TMPDIR: temporary }, bundle.folder);
});
afterEach(async () => {
  folder?.remove();
  await sim?.close();
  rmSync(temporary, { recursive: true, force: true });
});

/** Runs the commands and returns the number of warnings of each. */
async function warnings(...runs: string[][]): Promise<number[]> {
  const counts: number[] = [];
  for (const args of runs) {
    const { code, text } = oneLine(await folder.run(args));
    expect({ args, code, text }).toEqual({ args, code: 0, text });
    counts.push(text.split(SAID).length - 1);
  }
  return counts;
}

/** Returns two provider configurations with one user each. */
const code = (second: string, alias: string) => `
provider "delinea" {}
provider "delinea" {
  alias = "b"
  ${second}
}
resource "delinea_user" "jane" { user_name = "jane@example.com" }
resource "delinea_user" "joe" {
  provider  = ${alias}
  user_name = "joe@example.com"
}
`;

describe('several provider configurations in one run', () => {
  terraformTest('cause a warning at plan and apply when they have the same tenant', async () => {
    folder.write(code('', 'delinea.b'));
    for (const count of await warnings(['plan', '-out', 'saved'], ['apply', 'saved'])) {
      expect(count).toBeGreaterThanOrEqual(1);
    }
  });

  terraformTest('cause no warning when they have different tenants', async () => {
    const other = await startSimulator({});
    const hosts = new URL(other.env.DELINEA_URL!).host;
    folder.remove();
    folder = openTerraformFolder({ ...sim.env, TMPDIR: temporary, DELINEA_ALLOWED_HOSTS: hosts }, bundle.folder);
    try {
      folder.write(code(`url = "${other.env.DELINEA_URL}"`, 'delinea.b'));
      expect(await warnings(['apply', '-auto-approve'])).toEqual([0]);
    } finally {
      await other.close();
    }
  });

  terraformTest('cause no warning when only one of them is used, however often it is started', async () => {
    folder.write(code('', 'delinea'));
    const runs = [['validate'], ['plan', '-out', 'saved'], ['apply', 'saved'], ['destroy', '-auto-approve']];
    expect(await warnings(...runs)).toEqual([0, 0, 0, 0]);
  });

  const aliases = ['a', 'b', 'c', 'd', 'e', 'f'];
  const blocks = `provider "delinea" {}\n${aliases.map((alias) => `provider "delinea" { alias = "${alias}" }\n`).join('')}`;
  const spread = (more: (index: number) => string) =>
    blocks +
    Array.from(
      { length: 30 },
      (_, index) =>
        `resource "delinea_user" "u${index}" {\n provider = delinea.${aliases[index % 6]}\n user_name = "u${index}@example.com"\n ${more(index)}\n}\n`,
    ).join('');
  const REFUSED = 'would lose access, and several provider configurations of this run manage its tenant';
  const refused = async (...args: string[]) => {
    const { code, text } = oneLine(await folder.run(args));
    expect({ code, text }).toEqual({ code: 1, text: expect.stringContaining(REFUSED) });
  };

  terraformTest('are refused 28 of 30 disabled users of which each configuration has five', async () => {
    folder.write(spread(() => ''));
    await warnings(['apply', '-auto-approve']);
    folder.write(spread((index) => (index < 28 ? 'active = false' : '')));
    await refused('plan');
    await refused('apply', '-auto-approve', '-parallelism=1');
    await refused('apply', '-auto-approve');
    // The configurations that Terraform starts first may plan alone.
    expect(sim.state().users.filter(({ active }) => !active).length).toBeLessThanOrEqual(5);
    folder.write(spread((index) => `title = "number ${index}"`));
    await warnings(['apply', '-auto-approve']);
  });

  terraformTest('are refused the last two Owners of a folder, of which each configuration has one', async () => {
    await sim.close();
    sim = await startSimulator({
      data: { containers: ['c0'], users: [{ userName: 'o1@example.com' }, { userName: 'o2@example.com' }] },
    });
    folder.remove();
    folder = openTerraformFolder({ ...sim.env, TMPDIR: temporary }, bundle.folder);
    const held = (right: string) =>
      ['1', '2']
        .map(
          (number) => `provider "delinea" { alias = "a${number}" }
data "delinea_user" "o${number}" {
  provider  = delinea.a${number}
  user_name = "o${number}@example.com"
}
resource "delinea_container_permission" "p${number}" {
  provider       = delinea.a${number}
  container      = "c0"
  principal_type = "user"
  principal_id   = data.delinea_user.o${number}.id
  right          = "${right}"
}
`,
        )
        .join('');
    folder.write(held('Owner'));
    await warnings(['apply', '-auto-approve']);
    folder.write(held('View'));
    await refused('apply', '-auto-approve');
    expect(sim.state().containerPermissions.map(({ right }) => right)).toEqual(['Owner', 'Owner']);
  });
});

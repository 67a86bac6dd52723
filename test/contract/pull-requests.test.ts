import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { type Simulator, startSimulator } from '../../src/simulator/index.js';
import { QUIET, ROOT } from '../support/cdktf/synth-process.js';
import { blocksIn } from '../support/cli/page-commands.js';
import { DELINEA, start, startDelinea } from '../support/cli/process.js';
import { terraformTest } from '../support/terraform/terraform-test.js';

jest.setTimeout(120_000);

const PAGE = 'docs/guides/pull-requests.md';
const blocks = blocksIn(PAGE, 'sh');
const script = blocks.filter((block) => !block.includes('terraform plan')).join('');

/** Commands of the page that are run by another file. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  'npm ci --ignore-scripts': '.ci/run',
  'npx cdktf synth': 'test/contract/readme.test.ts',
};

describe('guide for pull requests: commands', () => {
  let simulator: Simulator;
  let folder: string;

  beforeAll(async () => {
    simulator = await startSimulator({
      data: { roles: ['Platform Admin'] },
    });
    folder = mkdtempSync(join(tmpdir(), 'pull-request-'));
    mkdirSync(join(folder, 'node_modules/.bin'), { recursive: true });
    mkdirSync(join(folder, 'stack'));
    symlinkSync(DELINEA, join(folder, 'node_modules/.bin/delinea-iac'));
    declare('Audit');
  });

  afterAll(async () => {
    await simulator.close();
    rmSync(folder, { recursive: true });
  });

  function declare(displayName: string): void {
    const stack = {
      '//': { metadata: { stackName: 'access' } },
      terraform: { required_providers: { delinea: { source: 'delinea-iac/delinea' } } },
      provider: { delinea: [{}] },
      resource: { delinea_user: { audit: { user_name: 'audit@example.com', display_name: displayName } } },
    };
    writeFileSync(join(folder, 'stack/cdk.tf.json'), JSON.stringify(stack));
  }

  /** Returns the environment of the page, with the tenant of this test. */
  function environment(): Record<string, string> {
    const text = blocksIn(PAGE, 'text')[0]!;
    const page = Object.fromEntries(
      text
        .trim()
        .split('\n')
        .map((line) => line.split(/=(.*)/).slice(0, 2)),
    );
    const { DELINEA_TENANT: _, ...rest } = page as Record<string, string>;
    const { host } = new URL(simulator.url);
    return {
      ...rest,
      ...simulator.env,
      DELINEA_ALLOWED_HOSTS: host,
      DELINEA_PROTECTED_PRINCIPALS: 'audit@example.com',
      DELINEA_PLAN_KEY: 'k'.repeat(64),
    };
  }

  test('every command that is not run here is run by the listed file', () => {
    for (const [command, file] of Object.entries(ELSEWHERE)) {
      expect(script).toContain(`${command}\n`);
      expect(readFileSync(join(ROOT, file), 'utf8')).toContain(command.replace(' --ignore-scripts', ''));
    }
  });

  test('plan the pull request and apply exactly the plan that was reviewed', async () => {
    const env = environment();
    const first = ['apply', 'stack', '--ledger', 'delinea-iac.access.json', '--init-ledger', '--auto-approve'];
    expect(await startDelinea(first, folder, env).ended).toMatchObject({ code: 0, err: '' });
    declare('Internal audit');
    const here = script
      .split('\n')
      .filter((line) => !(line in ELSEWHERE))
      .join('\n');
    const { code, out, err } = await start('bash', ['-euo', 'pipefail', '-c', here], folder, { ...QUIET, ...env })
      .ended;
    expect([code, code === 0 ? '' : out + err]).toEqual([0, '']);
    expect(simulator.state().users).toMatchObject([{ userName: 'audit@example.com', displayName: 'Internal audit' }]);
    expect(readFileSync(join(folder, 'plan.txt'), 'utf8')).toContain(new URL(simulator.url).host);
  });

  terraformTest('stop the commands of the runner while terraform prints its plan', async () => {
    const [block, ...others] = blocks.filter((each) => each.includes('terraform plan'));
    expect(others).toEqual([]);
    const configuration = join(folder, 'terraform');
    mkdirSync(configuration);
    writeFileSync(join(configuration, 'main.tf'), 'output "name" { value = "##[add-mask]x" }');
    const { code, out } = await start('bash', ['-euo', 'pipefail', '-c', block!], configuration, QUIET).ended;
    expect(code).toBe(0);
    expect(out).toMatch(/^::stop-commands::([0-9a-f]{32})\n.*##\[add-mask\]x.*\n::\1::\n$/s);
    writeFileSync(join(configuration, 'main.tf'), 'output "name" { value = file("missing") }');
    expect((await start('bash', ['-euo', 'pipefail', '-c', block!], configuration, QUIET).ended).code).toBe(1);
  });
});

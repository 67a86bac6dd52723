import { execFile } from 'node:child_process';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, jest, test } from '@jest/globals';
import { QUIET, ROOT } from '../support/cdktf/synth-process.js';
import { pack } from '../support/cli/pack.js';
import { commandsIn } from '../support/cli/page-commands.js';

jest.setTimeout(600_000);

const CLI = join(ROOT, 'node_modules/.bin/cdktf');
const { npm_config_offline: _, ...online } = QUIET;

/** The tools of the README: the command line, and a compiler that the template's ts-node and ts-jest can load. */
const TOOLS = commandsIn('README.md')
  .find((command) => command.startsWith('npm install -D '))!
  .split(' ')
  .slice(1);

const MAIN = `
import { Construct } from 'constructs';
import { App, TerraformStack } from 'cdktf';
import { DelineaGroup, DelineaProvider, DelineaUser, IUser, Right } from 'delinea-iac';

export class MyStack extends TerraformStack {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    new DelineaProvider(this, 'delinea');
    const jane: IUser = new DelineaUser(this, 'jane', { userName: 'jane@example.com' });
    const sre = new DelineaGroup(this, 'sre', { displayName: 'SRE', members: [jane] });
    sre.grant('Production', Right.EDIT);
  }
}

const app = new App();
new MyStack(app, 'my-app');
app.synth();
`;

const TEST = `
import 'cdktf/lib/testing/adapters/jest';
import { Testing } from 'cdktf';
import { DelineaUser, l1 } from 'delinea-iac';

test('a user', () => {
  const synthesised = Testing.synthScope((scope) => {
    new DelineaUser(scope, 'jane', { userName: 'jane@example.com' });
  });
  expect(synthesised).toHaveResourceWithProperties(l1.User, { user_name: 'jane@example.com' });
});
`;

/** The template is CommonJS with node10 resolution, unlike all other users of the package here. */
describe('unmodified TypeScript template of cdktf', () => {
  let folder: string;
  const inFolder = (command: string, ...args: string[]) => {
    const { NODE_OPTIONS, ...env } = process.env;
    return promisify(execFile)(command, args, { cwd: folder, env: { ...env, ...online } });
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'cdktf-template-'));
    const options = ['--project-name=my-app', '--project-description=template', '--enable-crash-reporting=false'];
    await inFolder(
      CLI,
      'init',
      '--template=typescript',
      '--local',
      '--from-terraform-project=false',
      ...options,
      '--providers',
    );
    await inFolder('npm', ...TOOLS, '--no-audit', '--no-fund', '--ignore-scripts');
    await inFolder('npm', 'install', '--no-audit', '--no-fund', await pack());
    await writeFile(join(folder, 'main.ts'), MAIN);
    await writeFile(join(folder, '__tests__/delinea-test.ts'), TEST);
  });

  test('compiles with the package', async () => {
    await inFolder('npx', 'tsc', '--noEmit');
  });

  test('synthesises a stack with the package', async () => {
    await inFolder('npx', 'cdktf', 'synth');
    const stack = JSON.parse(await readFile(join(folder, 'cdktf.out/stacks/my-app/cdk.tf.json'), 'utf8'));
    expect(stack.resource.delinea_group.sre.members).toEqual(['${delinea_user.jane.id}']);
    expect(Object.values(stack.resource.delinea_container_permission)).toHaveLength(1);
  });

  test('runs its own tests with the package', async () => {
    const { stderr } = await inFolder('npx', 'jest');
    expect(stderr).toMatch(/Tests: .*1 passed/);
  });
});

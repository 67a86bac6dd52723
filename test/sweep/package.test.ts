import { execFile } from 'node:child_process';
import { cp, mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, jest, test } from '@jest/globals';
import { ROOT } from '../support/cdktf/synth-process.js';
import { pack } from '../support/cli/pack.js';

jest.setTimeout(300_000);

const run = promisify(execFile);
const json = async (...path: string[]) => JSON.parse(await readFile(join(...path), 'utf8'));

let folder: string;

const node = async (file: string, text: string) => {
  await writeFile(join(folder, file), text);
  const { stdout } = await run(process.execPath, [file], { cwd: folder });
  return stdout.trim();
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'delinea-install-'));
  await writeFile(join(folder, 'package.json'), '{ "name": "empty", "private": true }');
  await run('npm', ['install', '--no-audit', '--no-fund', await pack()], { cwd: folder });
});

describe('package installed into an empty folder', () => {
  test('brings no CDK, and its other exports can be imported', async () => {
    expect((await readdir(join(folder, 'node_modules'))).filter((name) => /^(cdkt|constructs)/.test(name))).toEqual([]);
    const text = `
      import * as provider from 'delinea-iac/provider';
      import * as simulator from 'delinea-iac/simulator';
      import schema from 'delinea-iac/schema.json' with { type: 'json' };
      console.log(typeof provider.DelineaError, Object.keys(simulator).length > 0, Object.keys(schema.$defs).length);`;
    expect(await node('esm.mjs', text)).toBe('function true 9');
  });

  test('has licences, third-party notices, the SBOM and SECURITY.md', async () => {
    for (const file of ['LICENSE', 'THIRD-PARTY-NOTICES.txt', 'sbom.cdx.json', 'SECURITY.md']) {
      const installed = await readFile(join(folder, 'node_modules/delinea-iac', file), 'utf8');
      expect(installed).toBe(await readFile(join(ROOT, file), 'utf8'));
    }
  });

  test('provides the command, which reads a stack', async () => {
    const { version } = await json(ROOT, 'package.json');
    const { stdout } = await run('npx', ['delinea-iac', '--version'], { cwd: folder });
    expect(stdout.trim()).toBe(version);
    await writeFile(join(folder, 'cdk.tf.json'), '{ "resource": { "delinea_robot": {} } }');
    await expect(run('npx', ['delinea-iac', 'plan'], { cwd: folder })).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining('"delinea_robot" is not a known kind'),
    });
  });

  test('checks assertions and policies in TypeScript', async () => {
    const live = {
      format: 'access snapshot 1',
      tenant: 'https://acme.example',
      taken: '2026-11-29T00:00:00Z',
      principals: [{ kind: 'user', id: '1', name: 'jane', active: true }],
      scopes: [{ kind: 'container', id: '1', name: 'prod' }],
      grants: [],
      unread: [],
    };
    await writeFile(join(folder, 'live.json'), JSON.stringify(live));
    await writeFile(
      join(folder, 'plan.json'),
      JSON.stringify({ format_version: '1.2', terraform_version: '1.9.0', resource_changes: [] }),
    );
    await writeFile(
      join(folder, 'access.ts'),
      `import type { Assertion } from 'delinea-iac/review';
      export default [{ principal: 'jane', keeps: 'Owner', on: 'prod' }] satisfies readonly Assertion[];`,
    );
    await writeFile(
      join(folder, 'policies.ts'),
      `import { isPrivileged, type Policy } from 'delinea-iac/review';
      export const always: Policy = () => [{ level: 'error', message: String(isPrivileged('Owner')) }];`,
    );
    const args = 'review plan.json --live live.json --assert access.ts --policies policies.ts'.split(' ');
    await expect(run('npx', ['delinea-iac', ...args], { cwd: folder })).rejects.toMatchObject({
      code: 3,
      stdout: expect.stringMatching(/jane does not have Owner on container prod(.|\n)*error: always: true/),
    });
    const text = `
      import { noDirectGrants } from 'delinea-iac/review';
      import schema from 'delinea-iac/review.schema.json' with { type: 'json' };
      console.log(typeof noDirectGrants(), schema.properties.format.const);`;
    expect(await node('review.mjs', text)).toBe('function access review 1');
  });

  test('provides the Terraform provider', async () => {
    const { stdout } = await run('npx', ['delinea-iac', 'install-provider', '--dir', 'plugins'], { cwd: folder });
    const [, file] = /^Installed: (.*)$/m.exec(stdout)!;
    await expect(run(file!)).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining('cannot be run by hand'),
    });
  });
});

describe('constructs of the installed package', () => {
  /** Reads the types of bindings and constructs: without those of the CDK, they would have any property. */
  const TYPES = `
const binding: import('CDK').TerraformResource = jane.resource;
// @ts-expect-error
binding.noProperty;
// @ts-expect-error
jane.resource.noProperty;
`;
  const OPTIONS = { module: 'nodenext', target: 'es2022', strict: true, skipLibCheck: true, types: [], outDir: 'out' };

  /**
   * Adds one CDK to the package, compiles the getting-started program for ESM and for CommonJS, and returns the stack that
   * each of them writes.
   */
  async function synthesise(cdk: string, version: string, constructs: string) {
    const project = `${folder}-${cdk}`;
    await cp(folder, project, { recursive: true });
    await run('npm', ['install', '--no-audit', '--no-fund', `${cdk}@${version}`], { cwd: project });
    const program = (await readFile(join(ROOT, 'examples/getting-started/main.ts'), 'utf8'))
      .replace("from 'cdktf'", `from '${cdk}'`)
      .replace("from 'delinea-iac'", `from '${constructs}'`);
    const text = program + TYPES.replace('CDK', cdk);
    for (const name of ['esm.mts', 'cjs.cts']) await writeFile(join(project, name), text);
    const tsconfig = { compilerOptions: OPTIONS, files: ['esm.mts', 'cjs.cts'] };
    await writeFile(join(project, 'tsconfig.json'), JSON.stringify(tsconfig));
    await run(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc')], { cwd: project });
    const stacks = [];
    for (const file of ['out/esm.mjs', 'out/cjs.cjs']) {
      await run(process.execPath, [file], { cwd: project });
      const text = await readFile(join(project, 'cdktf.out/stacks/getting-started/cdk.tf.json'), 'utf8');
      // Each program records its own file and lines.
      expect(text).toContain(`"source": "${file}:`);
      stacks.push(JSON.parse(text.replace(/"source": "out\/.*?"/g, '"source": ""')));
    }
    return { stacks, installed: await readdir(join(project, 'node_modules')) };
  }

  test('synthesise the same stack with cdktf and with cdktn, as ESM and as CommonJS', async () => {
    const cdktf = await synthesise('cdktf', '0.21.0', 'delinea-iac');
    const cdktn = await synthesise('cdktn', '0.24.0', 'delinea-iac/cdktn');
    expect(cdktf.installed).not.toContain('cdktn');
    expect(cdktn.installed).not.toContain('cdktf');
    const [first, ...others] = [...cdktf.stacks, ...cdktn.stacks].map(({ '//': _, terraform, ...blocks }) => ({
      ...blocks,
      required: terraform.required_providers,
    }));
    expect(Object.keys(first!.resource)).toHaveLength(4);
    for (const other of others) expect(other).toEqual(first);
  });
});

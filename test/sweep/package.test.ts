import { execFile } from 'node:child_process';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, jest, test } from '@jest/globals';
import { ROOT } from '../support/cdktf/synth-process.js';
import { pack } from '../support/cli/pack.js';

jest.setTimeout(300_000);

const run = promisify(execFile);

describe('package installed into an empty folder', () => {
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

  test('can be imported', async () => {
    const text = `
      import { DelineaUser, Right } from 'delinea-iac';
      import * as provider from 'delinea-iac/provider';
      import * as simulator from 'delinea-iac/simulator';
      import schema from 'delinea-iac/schema.json' with { type: 'json' };
      console.log(DelineaUser.name, Right.ADD_SECRET, typeof provider.DelineaError, Object.keys(simulator).length > 0, Object.keys(schema.$defs).length);`;
    expect(await node('esm.mjs', text)).toBe('DelineaUser Add Secret function true 9');
  });

  test('can be required from CommonJS', async () => {
    const text = `
      const { App, TerraformStack, Testing } = require('cdktf');
      const { DelineaGroup, DelineaProvider } = require('delinea-iac');
      const stack = new TerraformStack(Testing.app(), 'stack');
      new DelineaProvider(stack, 'delinea');
      new DelineaGroup(stack, 'sre', { displayName: 'SRE' });
      console.log(JSON.stringify(JSON.parse(Testing.synth(stack, true)).resource));`;
    expect(await node('cjs.cjs', text)).toBe('{"delinea_group":{"sre":{"display_name":"SRE"}}}');
  });

  test('has licences, third-party notices, the SBOM and SECURITY.md', async () => {
    for (const file of ['LICENSE', 'THIRD-PARTY-NOTICES.txt', 'sbom.cdx.json', 'SECURITY.md']) {
      const installed = await readFile(join(folder, 'node_modules/delinea-iac', file), 'utf8');
      expect(installed).toBe(await readFile(join(ROOT, file), 'utf8'));
    }
  });

  test('provides the command', async () => {
    const { version } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as { version: string };
    const { stdout } = await run('npx', ['delinea-iac', '--version'], { cwd: folder });
    expect(stdout.trim()).toBe(version);
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

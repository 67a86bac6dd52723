import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { literal } from '../../src/constructs/private/literal.js';
import { cdktfSynth, QUIET, ROOT } from '../support/cdktf/synth-process.js';
import { terraformTest } from '../support/terraform/terraform-test.js';

jest.setTimeout(120_000);

const run = promisify(execFile);
const quiet = { ...process.env, ...QUIET };

describe('cdktf synth of the examples', () => {
  const counts = (resource: object) =>
    Object.fromEntries(Object.entries(resource).map(([type, blocks]) => [type, Object.keys(blocks).length]));

  test('writes every resource and resolves every member of a real organisation', async () => {
    const { resource } = await cdktfSynth('kubernetes-org');
    expect(counts(resource)).toEqual({
      delinea_user: 1248,
      delinea_group: 284,
      delinea_container_permission: 156,
      delinea_role_binding: 10,
    });
    const members = Object.values(resource.delinea_group!).flatMap((group) => group.members as string[]);
    expect(members).toHaveLength(1677);
    const addresses = new Set(Object.keys(resource.delinea_user!).map((name) => `\${delinea_user.${name}.id}`));
    expect(members.filter((member) => !addresses.has(member))).toEqual([]);
    const renamed = Object.values(resource.delinea_group!).filter((group) => group.previous_names);
    expect(renamed).toHaveLength(18);
  });

  test('writes the next month without one user', async () => {
    const gone = 'P1fba5139@Example.com';
    const { resource } = await cdktfSynth('kubernetes-org', { ORG_DATA: '2026-08', ORG_WITHOUT: gone });
    expect(counts(resource)).toMatchObject({ delinea_user: 1275, delinea_group: 284, delinea_role_binding: 9 });
    expect(JSON.stringify(resource)).not.toMatch(/p1fba5139/i);
  });

  test('writes the getting-started stack', async () => {
    const app = 'npx tsx examples/getting-started/main.ts';
    const { resource, data } = await cdktfSynth('getting-started', {}, app);
    expect(Object.keys(resource.delinea_user!)).toEqual(['jane', 'omar']);
    expect(resource.delinea_group!.sre).toMatchObject({
      members: ['${delinea_user.jane.id}', '${delinea_user.omar.id}'],
    });
    expect(Object.keys(data!.delinea_user!)).toEqual(['auditor']);
  });
});

describe('cdktf synth of a mistake', () => {
  test('fails when a container has an authoritative set and a single permission', async () => {
    const main = join(await mkdtemp(join(tmpdir(), 'app-')), 'main.cjs');
    await writeFile(
      main,
      `const from = require('node:module').createRequire(${JSON.stringify(join(ROOT, 'package.json'))});
      const { App, TerraformStack } = from('cdktf');
      const { ContainerPermissions, DelineaProvider, DelineaUser, Right } = from('delinea-iac');
      const app = new App();
      const stack = new TerraformStack(app, 'access');
      new DelineaProvider(stack, 'delinea');
      const jane = new DelineaUser(stack, 'jane', { userName: 'jane' });
      if (process.env.SINGLE) jane.grant(process.env.SINGLE, Right.VIEW);
      const grants = [{ principal: jane, right: Right.OWNER }];
      new ContainerPermissions(stack, 'vault', { container: 'Vault', grants });
      app.synth();`,
    );
    const app = `node ${main}`;
    await expect(cdktfSynth('access', { SINGLE: 'vault' }, app)).rejects.toThrow(
      '[access/jane/grant vault] access/vault manages all grants of container "vault"; add the grant there',
    );
    const { resource } = await cdktfSynth('access', { SINGLE: 'Other' }, app);
    expect(resource.delinea_container_permissions!.vault).toMatchObject({
      container: 'Vault',
      grants: [{ principal_type: 'user', principal_id: '${delinea_user.jane.id}', right: 'Owner' }],
    });
  });
});

describe('hostile names in a stack', () => {
  terraformTest('are read by Terraform as the text that was declared', async () => {
    const piece = fc.constantFrom(
      '$',
      '%',
      '{',
      '}',
      '${',
      '%{',
      '$${',
      '"',
      '\\',
      'file("x")',
      '~',
      'a',
      ' ',
      '\n',
      'é',
    );
    const texts = fc.sample(fc.array(piece, { minLength: 1, maxLength: 8 }), 500).map((pieces) => pieces.join(''));
    const folder = await mkdtemp(join(tmpdir(), 'literal-'));
    const output = Object.fromEntries(texts.map((text, index) => [`t${index}`, { value: literal(text) }]));
    await writeFile(join(folder, 'main.tf.json'), JSON.stringify({ output }));
    await run('terraform', ['plan', '-out=plan'], { cwd: folder, env: quiet });
    const { stdout } = await run('terraform', ['show', '-json', 'plan'], { cwd: folder, env: quiet, maxBuffer: 1e8 });
    const { planned_values } = JSON.parse(stdout) as { planned_values: { outputs: Record<string, { value: string }> } };
    expect(texts.map((_, index) => planned_values.outputs[`t${index}`]!.value)).toEqual(texts);
  });
});

describe('constructs in other languages', () => {
  test('are accepted by jsii', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'jsii-'));
    await cp(join(ROOT, 'src/constructs'), join(folder, 'src'), {
      recursive: true,
      filter: (path) => !path.endsWith('.test.ts'),
    });
    await mkdir(join(folder, 'node_modules'));
    const cdk = ['cdktf', 'constructs'];
    for (const name of cdk) {
      await symlink(join(ROOT, 'node_modules', name), join(folder, 'node_modules', name));
    }
    const {
      version,
      license,
      peerDependencies: peers,
    } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'));
    const manifest = {
      name: 'delinea-iac',
      version,
      license,
      peerDependencies: Object.fromEntries(cdk.map((name) => [name, peers[name]])),
      author: { name: 'delinea-iac', url: 'https://example.com' },
      repository: { type: 'git', url: 'https://example.com/delinea-iac.git' },
      main: 'src/index.js',
      types: 'src/index.d.ts',
      jsii: { outdir: 'dist', versionFormat: 'short', targets: {} },
    };
    await writeFile(join(folder, 'package.json'), JSON.stringify(manifest));
    await writeFile(join(folder, 'README.md'), '# delinea-iac\n');
    await run(join(ROOT, 'node_modules/.bin/jsii'), [], { cwd: folder });
    const assembly = JSON.parse(await readFile(join(folder, '.jsii'), 'utf8')) as {
      types: Record<string, { kind: string; datatype?: boolean }>;
    };
    const kindOf = (name: string) => assembly.types[`delinea-iac.${name}`];
    const classes = ['DelineaProvider', 'DelineaUser', 'DelineaGroup'];
    const edges = ['ContainerPermission', 'ContainerPermissions', 'GroupMembership', 'RoleBinding', 'RoleBindings'];
    for (const name of [...classes, ...edges]) {
      expect(kindOf(name)).toMatchObject({ kind: 'class' });
      expect(kindOf(`${name}Props`)).toMatchObject({ kind: 'interface', datatype: true });
    }
    expect(kindOf('ContainerGrant')).toMatchObject({ kind: 'interface', datatype: true });
    expect(kindOf('IPrincipal')).toMatchObject({ kind: 'interface' });
    expect(kindOf('IPrincipal')).not.toHaveProperty('datatype');
    expect(kindOf('Right')).toMatchObject({ kind: 'enum' });
  });
});

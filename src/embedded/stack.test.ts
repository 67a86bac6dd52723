import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { DelineaError, DelineaErrors } from '../provider/index.js';
import { readStack } from './stack.js';

function fileWith(content: unknown): string {
  const file = join(mkdtempSync(join(tmpdir(), 'stack-')), 'cdk.tf.json');
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}

function faultsOf(read: () => unknown): DelineaError[] {
  try {
    read();
  } catch (error) {
    if (error instanceof DelineaErrors) return [...error.errors];
    if (error instanceof DelineaError) return [error];
    throw error;
  }
  return [];
}

const faultsIn = (content: unknown) => faultsOf(() => readStack(fileWith(content)));
const userWith = (block: object) => ({
  resource: { delinea_user: { jane: { user_name: 'jane@example.com', ...block } } },
});

describe('readStack: other files in the folder', () => {
  const IMPORTS =
    '# Written by delinea-iac export-terraform. Delete it.\n\nimport {\n  to = delinea_user.a\n  id = "7"\n}\n';
  const beside = (name: string, text: string) => {
    const file = fileWith(userWith({}));
    writeFileSync(join(file, '..', name), text);
    return faultsOf(() => readStack(file));
  };

  test.each(['more.tf', 'more.tf.json', 'override.tf', 'cdk_override.tf.json', 'more.tofu'])(
    'are refused by name: %s',
    (name) => {
      expect(beside(name, 'removed {}')).toEqual([
        expect.objectContaining({ code: 'stack_invalid', message: expect.stringContaining(`also reads ${name},`) }),
      ]);
    },
  );

  test.each(['.more.tf', 'more.tf~', 'more.tfvars', 'README.md'])('are passed over if Terraform does: %s', (name) => {
    expect(beside(name, 'removed {}')).toEqual([]);
  });

  test('may be the import blocks of export-terraform, and nothing that only begins like them', () => {
    expect(beside('imports.tf', IMPORTS)).toEqual([]);
    expect(beside('imports.tf', `${IMPORTS}resource "delinea_user" "b" {}\n`)).toHaveLength(1);
  });
});

describe('readStack', () => {
  test('reads a stack that cdktf wrote', () => {
    const stack = readStack(
      fileWith({
        '//': { metadata: { stackName: 'people', backend: 'local' }, outputs: {} },
        terraform: {
          backend: { local: { path: '/x/terraform.tfstate' } },
          required_providers: { delinea: { source: 'delinea-iac/delinea', version: '0.1.0' } },
        },
        provider: {
          delinea: [{ tenant: 'acme', visibility_seconds: 3, routing: [{ kind: 'user', surface: 'platform-scim' }] }],
        },
        data: { delinea_user: { boss: { '//': {}, user_name: 'boss@example.com' } } },
        resource: {
          delinea_user: {
            jane: {
              '//': { metadata: { path: 'people/jane' } },
              user_name: 'jane@example.com',
              display_name: 'costs $${5} and 100%%{x} $5 50%',
              title: null,
              manager: '${data.delinea_user.boss.id}',
              emails: [{ value: 'jane@example.com', primary: true }],
              lifecycle: { prevent_destroy: true, ignore_changes: ['phone_numbers'], create_before_destroy: false },
            },
          },
          delinea_group: {
            sre: {
              display_name: 'sre',
              members: ['${delinea_user.jane.id}'],
              depends_on: ['delinea_user.jane'],
              lifecycle: { ignore_changes: 'all' },
              provider: 'delinea',
            },
          },
        },
        moved: [{ from: 'delinea_group.old', to: 'delinea_group.sre' }],
        import: [{ to: 'delinea_user.jane', id: 'jane@example.com' }],
        removed: [
          { from: 'delinea_user.bob', lifecycle: { destroy: false } },
          { from: 'delinea_user.eve', lifecycle: { destroy: true } },
          { from: 'delinea_user.old' },
        ],
      }),
    );
    expect(stack.name).toBe('people');
    expect(stack.provider).toEqual({
      tenant: 'acme',
      visibilitySeconds: 3,
      routing: [{ kind: 'user', surface: 'platform-scim' }],
    });
    expect(stack.moved).toEqual([{ from: 'delinea_group.old', to: 'delinea_group.sre' }]);
    expect(stack.forgotten).toEqual(['delinea_user.bob']);
    expect(stack.declarations).toEqual([
      {
        address: 'delinea_user.jane',
        kind: 'user',
        lookup: false,
        dependsOn: [],
        preventDestroy: true,
        ignoreChanges: ['phoneNumbers'],
        importId: 'jane@example.com',
        values: {
          userName: 'jane@example.com',
          displayName: 'costs ${5} and 100%{x} $5 50%',
          manager: { ref: 'data.delinea_user.boss', attribute: 'id' },
          emails: [{ value: 'jane@example.com', primary: true }],
        },
      },
      {
        address: 'delinea_group.sre',
        kind: 'group',
        lookup: false,
        dependsOn: ['delinea_user.jane'],
        preventDestroy: false,
        ignoreChanges: 'all',
        values: { displayName: 'sre', members: [{ ref: 'delinea_user.jane', attribute: 'id' }] },
      },
      {
        address: 'data.delinea_user.boss',
        kind: 'user',
        lookup: true,
        dependsOn: [],
        preventDestroy: false,
        ignoreChanges: [],
        values: { userName: 'boss@example.com' },
      },
    ]);
  });

  test.each([
    ['a section', { module: { m: {} } }, 'module'],
    ['a check', { check: { c: {} } }, 'check'],
    ['another provider', { provider: { aws: [{}] } }, 'provider.aws'],
    ['two provider blocks', { provider: { delinea: [{}, {}] } }, 'provider.delinea'],
    ['a provider alias', { provider: { delinea: [{ alias: 'x' }] } }, 'provider.delinea'],
    [
      'a setting by reference',
      { provider: { delinea: { client_secret: '${var.secret}' } } },
      'provider.delinea.client_secret',
    ],
    ['a remote backend', { terraform: { backend: { s3: {} } } }, 'terraform.backend.s3'],
    [
      'another required provider',
      { terraform: { required_providers: { aws: {} } } },
      'terraform.required_providers.aws',
    ],
    ["another setting of Terraform's", { terraform: { cloud: {} } }, 'terraform.cloud'],
    ["another provider's resource", { resource: { aws_iam_user: { jane: {} } } }, 'aws_iam_user'],
    ['a data source of many', { data: { delinea_users: { all: {} } } }, 'data.delinea_users'],
    ['an expression', userWith({ title: 'a ${var.title}' }), 'delinea_user.jane.title'],
    ['a whole variable', userWith({ title: '${var.titles.first}' }), 'delinea_user.jane.title'],
    ['a directive', userWith({ title: '%{ if true }x%{ endif }' }), 'delinea_user.jane.title'],
    ['an expression after a percent sign', userWith({ title: '%${var.x}' }), 'delinea_user.jane.title'],
    [
      'an expression deep inside',
      userWith({ emails: [{ value: '${upper("x")}' }] }),
      'delinea_user.jane.emails[0].value',
    ],
    [
      'a reference to another stack',
      userWith({ manager: '${data.terraform_remote_state.cross-stack-reference-input-a.outputs.boss}' }),
      'delinea_user.jane.manager',
    ],
    ['count', userWith({ count: 2 }), 'delinea_user.jane.count'],
    ['for_each', userWith({ for_each: {} }), 'delinea_user.jane.for_each'],
    ['a provisioner', userWith({ provisioner: [] }), 'delinea_user.jane.provisioner'],
    ['another provider configuration', userWith({ provider: 'delinea.other' }), 'delinea_user.jane.provider'],
    [
      'create_before_destroy',
      userWith({ lifecycle: { create_before_destroy: true } }),
      'delinea_user.jane.lifecycle.create_before_destroy',
    ],
    ['a postcondition', userWith({ lifecycle: { postcondition: [] } }), 'delinea_user.jane.lifecycle.postcondition'],
    [
      'ignoring a part',
      userWith({ lifecycle: { ignore_changes: ['emails[0]'] } }),
      'delinea_user.jane.lifecycle.ignore_changes[0]',
    ],
    ['waiting for a module', userWith({ depends_on: ['module.x'] }), 'delinea_user.jane.depends_on[0]'],
    [
      'an import by reference',
      { ...userWith({}), import: [{ to: 'delinea_user.jane', id: '${local.id}' }] },
      'import.id',
    ],
    ['import for_each', { import: [{ to: 'delinea_user.jane', id: 'x', for_each: {} }] }, 'import.for_each'],
  ])('refuses %s with its path and an alternative', (_, content, path) => {
    const faults = faultsIn(content);
    expect(faults.map((fault) => [fault.code, fault.path])).toContainEqual(['unsupported', path]);
    for (const fault of faults) expect(fault.hint).toMatch(/terraform plan|DELINEA_/);
  });

  test.each<[string, object, readonly string[]]>([
    ['an output', { output: { jane: { value: '${delinea_user.jane.id}', sensitive: true } } }, ['output']],
    ['a variable', { variable: { secret: { type: 'string' } } }, ['variable']],
    ['locals', { locals: { team: 'sre' } }, ['locals']],
    ['the version of Terraform', { terraform: { required_version: '>= 1.5' } }, ['terraform.required_version']],
    [
      'it in one of several blocks',
      { terraform: [{ backend: { local: {} } }, { required_version: '>= 1.5' }] },
      ['terraform.required_version'],
    ],
    ['the state of another stack', { data: { terraform_remote_state: { a: {} } } }, ['data.terraform_remote_state']],
    ['two of these', { variable: {}, output: {} }, ['output', 'variable']],
  ])('passes over %s, which no declaration needs, with a note', (_, more, paths) => {
    const { declarations, findings } = readStack(fileWith({ ...userWith({}), ...more }));
    expect(declarations.map(({ address }) => address)).toEqual(['delinea_user.jane']);
    const message = (path: string) => `the embedded engine passes over "${path}", which no declaration needs`;
    expect(findings).toEqual(paths.map((path) => ({ level: 'note', code: 'passed_over', message: message(path) })));
  });

  test.each([
    ['an unknown kind', { resource: { delinea_robot: { x: {} } } }, 'delinea_robot'],
    ['a resource of many', { resource: { delinea_users: { x: {} } } }, 'delinea_users'],
    ['a data source of edges', { data: { delinea_role_bindings: { x: {} } } }, 'data.delinea_role_bindings'],
    ['a kind that is only read', { resource: { delinea_role: { x: {} } } }, 'delinea_role'],
    ['a camelCase attribute', userWith({ displayName: 'x' }), 'delinea_user.jane'],
    ['null in a list', userWith({ emails: [null] }), 'delinea_user.jane.emails[0]'],
    [
      'an unknown ignored attribute',
      userWith({ lifecycle: { ignore_changes: ['colour'] } }),
      'delinea_user.jane.lifecycle.ignore_changes[0]',
    ],
    ['a block that is a string', { resource: { delinea_user: { jane: 'x' } } }, 'delinea_user.jane'],
    ['a section that is a list', { resource: [] }, 'resource'],
    ['a move to another kind', { moved: [{ from: 'delinea_user.a', to: 'delinea_group.a' }] }, 'moved'],
    ['an import without declaration', { import: [{ to: 'delinea_user.jane', id: 'x' }] }, 'import'],
    [
      'an address that is removed and declared',
      { ...userWith({}), removed: [{ from: 'delinea_user.jane' }] },
      'removed',
    ],
    ['a name that leaves the folder', { '//': { metadata: { stackName: '../x' } } }, '//.metadata.stackName'],
  ])('reports %s as an error of the stack', (_, content, path) => {
    expect(faultsIn(content).map((fault) => [fault.code, fault.path])).toEqual([['stack_invalid', path]]);
  });

  test('reports all faults at once', () => {
    expect(faultsIn({ module: {}, check: {}, ...userWith({ count: 1 }) })).toHaveLength(3);
  });

  test('reports invalid JSON by line and column, without quoting it', () => {
    const [fault] = faultsIn('{\n  "resource": {secret}\n}');
    expect(fault?.message).toBe('not JSON: line 2, column 16');
    expect(faultsIn('')[0]?.hint).toContain('cdktf synth');
    expect(faultsIn('[]')[0]?.code).toBe('stack_invalid');
  });

  test('names the folder whose name is not valid as the name of the stack', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'My Team ')), 'cdk.tf.json');
    writeFileSync(file, JSON.stringify(userWith({})));
    const [fault] = faultsOf(() => readStack(file));
    expect(fault?.message).toMatch(/^the folder "My Team .*" gives the stack a name that is not valid in a file name$/);
    expect(fault?.hint).toContain('set //.metadata.stackName in the stack');
  });

  test('refuses nesting that would exhaust the call stack', () => {
    for (const [levels, message] of [
      [50, 'nested deeper than 16 levels'],
      [50_000, 'the file is nested more than 64 levels deep'],
    ] as const) {
      const deep = `${'['.repeat(levels)}1${']'.repeat(levels)}`;
      const [fault] = faultsIn(`{"resource":{"delinea_user":{"jane":{"user_name":${deep}}}}}`);
      expect(fault?.message).toBe(message);
    }
  });

  test.each([
    ['{\n  "resource": {},\n  "resource": {}}', 'the file has the key "resource" twice: line 3, column 3'],
    [
      '{"resource":{"delinea_user":{"jane":{"user_name":"jane@x.com"}},\n"delinea\\u005fuser":{}}}',
      'the file has the key "delinea_user" twice: line 2, column 1',
    ],
    ['{"resource":{"delinea_user":{"jane":{"active":true,"active":false}}}}', 'twice: line 1, column 52'],
    ['{"provider":{"delinea":[{"tenant":"a"},{"tenant":"a","tenant":"b"}]}}', 'twice: line 1, column 54'],
    ['{"resource":{"__proto__":{}}}', 'the file has the key "__proto__": line 1, column 14'],
  ])('refuses a key that is there twice, or sets a prototype: %s', (text, message) => {
    const [fault] = faultsIn(text);
    expect([fault?.code, fault?.message]).toEqual(['stack_invalid', expect.stringContaining(message)]);
  });

  test('reads or refuses any content', () => {
    const names = fc.constantFrom(
      ...[
        '__proto__',
        'constructor',
        'delinea_user',
        'jane',
        'lifecycle',
        'user_name',
        'to',
        'from',
        'id',
        'delinea',
        'local',
      ],
      ...['//', 'metadata', 'stackName', 'provider', 'backend', 'depends_on', 'ignore_changes', 'destroy'],
    );
    const texts = fc.constantFrom('${delinea_user.jane.id}', '${', '%{x', '$${a}', 'delinea_user.jane', 'all', '');
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { depthSize: 'medium', withCrossShrink: true },
        fc.oneof(fc.constant(null), fc.boolean(), fc.double(), texts, fc.string()),
        fc.array(tie('tree'), { maxLength: 3 }),
        fc
          .uniqueArray(fc.tuple(fc.oneof(names, fc.string()), tie('tree')), {
            maxLength: 4,
            selector: ([name]) => name,
          })
          .map(objectOf),
      ),
    }));
    const sections = fc.constantFrom(
      '//',
      'terraform',
      'provider',
      'resource',
      'data',
      'moved',
      'import',
      'removed',
      'locals',
      'output',
    );
    const stacks = fc.uniqueArray(fc.tuple(sections, tree), { maxLength: 5, selector: ([name]) => name }).map(objectOf);
    const file = fileWith('');
    fc.assert(
      fc.property(stacks, (content) => {
        writeFileSync(file, content);
        const faults = faultsOf(() => readStack(file));
        expect(faults.every(({ message }) => message !== '')).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });
});

/** JSON text from pairs, so that `__proto__` is a key like any other. */
function objectOf(pairs: [string, unknown][]): string {
  return `{${pairs.map(([name, value]) => `${JSON.stringify(name)}:${render(value)}`).join(',')}}`;
}

function render(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(render).join(',')}]`;
  return typeof value === 'string' && value.startsWith('{"') ? value : (JSON.stringify(value) ?? 'null');
}

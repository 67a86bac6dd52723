import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { refused } from '../support/assert/refused.js';
import { openProject, type Project } from '../support/cli/project.js';

const APPLY = ['apply', '--init-ledger', '--auto-approve'] as const;

let project: Project;

beforeEach(async () => {
  project = await openProject({ data: { users: [{ userName: 'bob@example.com' }], groups: [{ displayName: 'sre' }] } });
});

afterEach(() => project.close());

/** Expects apply to be refused with this error and without any request. */
async function expectRefused(err: readonly string[]): Promise<void> {
  expect(await project.run(...APPLY)).toMatchObject(refused(1, err));
  expect(project.sim.requests.total).toBe(0);
}

describe('unreadable stack file', () => {
  test('is an error when it does not exist', async () => {
    await expectRefused([
      'Error: "." does not contain a synthesised stack',
      '  at: .',
      '  do: Run `npx cdktf synth` first (`npx cdktn synth` with cdktn), or pass the path of the cdk.tf.json or of its folder.',
    ]);
  });

  test.each([
    ['{ "resource": {\n  "delinea_user": oops } }', 'not JSON: line 2, column 19'],
    ['{ "resource": {', 'not JSON: line 1, column 16'],
    ['<html></html>', 'not JSON: line 1, column 1'],
    ['', 'the file is empty'],
    ['[]', 'not a stack: must be a JSON object'],
    ['null', 'not a stack: must be a JSON object'],
  ])('is an error with the position when its text is %j', async (text, message) => {
    project.write('cdk.tf.json', text);
    await expectRefused([
      `Error: ${message}`,
      '  at: <folder>/cdk.tf.json',
      '  do: Create it again: `npx cdktf synth` for a stack, `delinea-iac plan --out` for a plan.',
    ]);
  });

  test('is an error when a key is there twice: one of the two would be removed from the tenant', async () => {
    const user = (name: string) => `{"delinea_user":{"${name}":{"user_name":"${name}@example.com"}}}`;
    project.write('cdk.tf.json', `{"resource":${user('jane')},\n "resource":${user('omar')}}`);
    await expectRefused([
      'Error: the file has the key "resource" twice: line 2, column 2',
      '  at: <folder>/cdk.tf.json',
      '  do: Programs differ in the value that they read. Merge the two by hand, or synthesise the stack again.',
    ]);
  });

  test('is an error that does not repeat a secret in its text', async () => {
    const { clientSecret } = project.sim.credentials;
    project.write('cdk.tf.json', `{ "provider": { "delinea": [{ "client_secret": ${clientSecret} }] } }`);
    const { code, out, err } = await project.run(...APPLY);
    expect(code).toBe(1);
    expect(out + err).not.toContain(clientSecret);
    project.write('cdk.tf.json', '');
  });
});

describe('invalid stack file', () => {
  test('is an error for each unknown attribute, with its address', async () => {
    project.declare({ delinea_user: { jane: { user_name: 'jane@example.com', titel: 'SRE', nickname: 'J' } } });
    await expectRefused([
      'Error: User has no attribute "titel"',
      '  at: delinea_user.jane.titel',
      '  do: Did you mean "title"?',
      'Error: User has no attribute "nickname"',
      '  at: delinea_user.jane.nickname',
      '  do: Did you mean "given_name"?',
    ]);
  });

  test('is an error when it sets computed attributes of a resource or a data source', async () => {
    const data = { delinea_group: { sre: { display_name: 'sre', members: [] } } };
    const resource = { delinea_user: { jane: { user_name: 'jane@example.com', id: '1' } } };
    project.write('cdk.tf.json', JSON.stringify({ data, resource, '//': { metadata: { stackName: 'people' } } }));
    await expectRefused([
      'Error: is set by the tenant and cannot be declared',
      '  at: delinea_user.jane.id',
      '  at: data.delinea_group.sre.members',
      '  do: Remove the attribute.',
    ]);
  });

  test('is an error when an attribute has the name of an inherited JavaScript property', async () => {
    project.write(
      'cdk.tf.json',
      '{ "resource": { "delinea_user": { "jane": { "user_name": "j", "constructor": "x" } } }, "//": { "metadata": { "stackName": "people" } } }',
    );
    const { code, err, writes } = await project.run(...APPLY);
    expect([code, writes]).toEqual([1, 0]);
    expect(err).toContain('Error: User has no attribute "constructor"\n  at: delinea_user.jane.constructor\n');
  });

  test('is an error when an attribute is missing or has the wrong type', async () => {
    project.declare({ delinea_user: { jane: { active: 'yes' } } });
    const { code, err, writes } = await project.run(...APPLY);
    expect([code, writes]).toEqual([1, 0]);
    expect(err).toContain('  at: delinea_user.jane.user_name\n');
    expect(err).toContain('  at: delinea_user.jane.active\n');
  });

  test('is an error when a reference has no declaration', async () => {
    project.declare({
      delinea_user: { jane: { user_name: 'jane@example.com' } },
      delinea_group: { ops: { display_name: 'ops', members: ['${delinea_user.jan.id}'] } },
    });
    await expectRefused([
      'Error: "delinea_user.jan" is not declared in this stack',
      '  at: delinea_group.ops.members',
      '  do: Did you mean "delinea_user.jane"?',
    ]);
  });

  test('is an error when it holds an expression', async () => {
    project.declare({ delinea_user: { jane: { user_name: '${lower("JANE")}@example.com' } } });
    await expectRefused([
      'Error: contains an expression',
      '  at: delinea_user.jane.user_name',
      '  do: The embedded engine supports only literals and references. Use Terraform: terraform plan.',
    ]);
  });
});

describe('user declared twice', () => {
  test('is an error when the names differ only in case', async () => {
    project.declare({
      delinea_user: { a: { user_name: 'Jane@example.com' }, b: { user_name: 'jane@EXAMPLE.com' } },
    });
    await expectRefused([
      'Error: user jane@EXAMPLE.com is declared twice; the other declaration is delinea_user.a',
      '  at: delinea_user.b',
      '  do: Names are compared without case. Remove one of the two.',
    ]);
  });
});

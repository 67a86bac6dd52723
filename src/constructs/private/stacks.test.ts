import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { App, TerraformStack } from 'cdktf';
import type { Construct } from 'constructs';
import {
  ContainerPermission,
  ContainerPermissions,
  DelineaContainer,
  DelineaGroup,
  DelineaProvider,
  DelineaUser,
  GroupMembership,
  Right,
  RoleBinding,
  RoleBindings,
} from '../index.js';

/** Two stacks of one app, each with a provider without alias; in the first one also the alias `eu`. */
function openApp() {
  const out = mkdtempSync(join(tmpdir(), 'stacks-'));
  const app = new App({ outdir: out });
  const [a, b] = ['a', 'b'].map((id) => {
    const stack = new TerraformStack(app, id);
    return { stack, provider: new DelineaProvider(stack, 'delinea') };
  }) as [{ stack: TerraformStack; provider: DelineaProvider }, { stack: TerraformStack; provider: DelineaProvider }];
  const eu = new DelineaProvider(a.stack, 'eu', { alias: 'eu', tenant: 'acme-eu' });
  const read = (path: string) => JSON.parse(readFileSync(join(out, path), 'utf8'));
  return {
    a: a.stack,
    b: b.stack,
    eu,
    providerOfB: b.provider,
    /** Returns the second stack and the names of the stacks that it depends on. */
    synth: () => {
      app.synth();
      const { dependencies } = read('manifest.json').stacks.b as { dependencies: string[] };
      return { b: read('stacks/b/cdk.tf.json'), dependencies };
    },
    /** Returns the errors of the second stack as `[path] message`. */
    mistakes: () => {
      try {
        app.synth();
      } catch (error) {
        return (error as Error).message.split('\n').flatMap((line) => (/^\s+\[/.test(line) ? [line.trim()] : []));
      }
      return [];
    },
  };
}

/** Everything that inherits the provider of its principal or refers to one of it. */
function declareIn(scope: Construct, jane: DelineaUser, vault: DelineaContainer, provider?: DelineaProvider): void {
  const own = provider ? { provider } : {};
  new ContainerPermission(scope, 'permission', { container: 'Vault', principal: jane, right: Right.VIEW, ...own });
  new ContainerPermissions(scope, 'permissions', {
    container: 'Prod',
    grants: [{ principal: jane, right: Right.OWNER }],
    ...own,
  });
  new RoleBinding(scope, 'binding', { role: 'Auditor', principal: jane, ...own });
  new RoleBindings(scope, 'bindings', { role: 'Admin', holders: [jane], ...own });
  const sre = new DelineaGroup(scope, 'sre', { displayName: 'SRE', members: [jane], ...own });
  const ops = new DelineaGroup(scope, 'ops', { displayName: 'Ops', ...own });
  new GroupMembership(scope, 'membership', { group: ops, member: jane, ...own });
  sre.grant(vault, Right.VIEW);
}

describe('principal and folder of another stack', () => {
  test('without a provider: are referred to, and the stack depends on the other one', () => {
    const { a, b, synth } = openApp();
    declareIn(b, new DelineaUser(a, 'jane', { userName: 'jane' }), new DelineaContainer(a, 'vault', { name: 'Vault' }));
    const { b: stack, dependencies } = synth();
    expect(dependencies).toEqual(['a']);
    expect(JSON.stringify(stack)).not.toContain('"provider":"delinea');
    expect(stack.resource.delinea_role_binding.binding.principal_id).toMatch(/^\$\{data\.terraform_remote_state\./);
  });

  test('with a provider of that stack: are an error of each construct without a provider of its own', () => {
    const { a, b, eu, mistakes } = openApp();
    const jane = new DelineaUser(a, 'jane', { userName: 'jane', provider: eu });
    declareIn(b, jane, new DelineaContainer(a, 'vault', { name: 'Vault', provider: eu }));
    const mistake = (label: string) =>
      `${label} has a provider of stack a, which stack b does not have; pass the provider of stack b for the same tenant`;
    expect(mistakes()).toEqual([
      `[b/permission] ${mistake('user "jane"')}`,
      `[b/permissions] ${mistake('user "jane" (a/jane) of grants')}`,
      `[b/binding] ${mistake('user "jane"')}`,
      `[b/bindings] ${mistake('user "jane" (a/jane) of holders')}`,
      `[b/sre] ${mistake('user "jane"')}`,
      expect.stringMatching(/^\[b\/sre\/grant .*\] container a\/vault has a provider of stack a/),
      `[b/membership] ${mistake('user "jane"')}`,
    ]);
  });

  test('with a provider of that stack: are accepted with a provider of this stack, under any alias', () => {
    const { a, b, eu, synth } = openApp();
    const jane = new DelineaUser(a, 'jane', { userName: 'jane', provider: eu });
    const vault = new DelineaContainer(a, 'vault', { name: 'Vault', provider: eu });
    declareIn(b, jane, vault, new DelineaProvider(b, 'europe', { alias: 'europe', tenant: 'acme-eu' }));
    const blocks = Object.values(synth().b.resource).flatMap((section) => Object.values(section as object));
    expect(blocks.map(({ provider }) => provider)).toEqual(Array(8).fill('delinea.europe'));
  });

  test('provider of another stack: is an error', () => {
    const { a, b, eu, mistakes } = openApp();
    new DelineaUser(a, 'jane', { userName: 'jane' });
    new DelineaUser(b, 'omar', { userName: 'omar', provider: eu });
    DelineaUser.fromUserId(b, 'zoe', '4711', eu);
    expect(mistakes()).toEqual([
      '[b/omar] provider a/eu belongs to another stack; pass one of b',
      '[b/zoe] provider a/eu belongs to another stack; pass one of b',
    ]);
  });
});

describe('dependency on another stack', () => {
  test.each([
    ['an object on an object', (one: Construct, other: Construct) => [one, other] as const],
    ['an object on a stack', (one: Construct, other: Construct) => [one, TerraformStack.of(other)] as const],
    [
      'a stack on a stack',
      (one: Construct, other: Construct) => [TerraformStack.of(one), TerraformStack.of(other)] as const,
    ],
  ])('node.addDependency of %s: orders the stacks', (_, ends) => {
    const { a, b, synth } = openApp();
    const jane = new DelineaUser(a, 'jane', { userName: 'jane' });
    const [one, other] = ends(new DelineaUser(b, 'omar', { userName: 'omar' }), jane);
    one.node.addDependency(other);
    const { b: stack, dependencies } = synth();
    expect(dependencies).toEqual(['a']);
    expect(stack.resource.delinea_user.omar).not.toHaveProperty('depends_on');
  });
});

import { describe, expect, test } from '@jest/globals';
import { TerraformStack, Testing } from 'cdktf';
import { Construct } from 'constructs';
import { mistakes, synth } from '../../../test/support/cdktf/synth.js';
import {
  ContainerPermission,
  ContainerPermissions,
  DelineaContainer,
  DelineaGroup,
  DelineaUser,
  GroupMembership,
  type l1,
  Right,
  RoleBinding,
  RoleBindings,
} from '../index.js';

describe('addresses', () => {
  test('ids that the CDK merges: are an error', () => {
    const found = mistakes((stack) => {
      new DelineaUser(stack, 'jane.doe', { userName: 'jane.doe@example.com' });
      new DelineaUser(stack, 'jane@doe', { userName: 'jane@doe.example' });
    });
    expect(found).toEqual([
      expect.stringMatching(/^\[stack\/jane@doe\] delinea_user\.janedoe is also the address of stack\/jane\.doe/),
    ]);
  });

  test.each(['42', '名'])('invalid id %s: is an error', (id) => {
    const found = mistakes((stack) => new DelineaUser(stack, id, { userName: 'jane' }));
    expect(found).toEqual([expect.stringContaining(`[stack/${id}] delinea_user.`)]);
  });

  test('error with a hostile name: shows everything that the name hides', () => {
    const found = mistakes((stack) => {
      for (const id of ['a', 'b']) new DelineaUser(stack, id, { userName: 'x\n::error::\u202ey\\' });
    });
    expect(found).toEqual([
      '[stack/b] user "x\\n\\u003a:error::\\u202ey\\\\": declared twice, here and at stack/a; remove one',
    ]);
  });

  test('same id for another type or scope: is accepted', () => {
    const found = mistakes((stack) => {
      new DelineaUser(stack, 'jane', { userName: 'jane' });
      new DelineaUser(new Construct(stack, 'team'), 'jane', { userName: 'jane2' });
      new DelineaGroup(new Construct(stack, 'groups'), 'jane', { displayName: 'jane' });
    });
    expect(found).toEqual([]);
  });

  test('two stacks: do not conflict', () => {
    const app = Testing.app();
    const stacks = ['eu', 'us'].map((id) => new TerraformStack(app, id));
    for (const stack of stacks) new DelineaUser(stack, 'jane', { userName: 'jane' });
    for (const stack of stacks) expect(() => Testing.synth(stack, true)).toThrow(/matching provider/);
    for (const stack of stacks) expect(() => Testing.synth(stack, true)).not.toThrow(/twice/);
  });
});

describe('dependencies', () => {
  test('node.addDependency: becomes depends_on of the object, without its grants', () => {
    const { resource } = synth((stack) => {
      const jane = new DelineaUser(stack, 'jane', { userName: 'jane' });
      const omar = new DelineaUser(stack, 'omar', { userName: 'omar' });
      omar.grant('Vault', Right.VIEW);
      const grant = jane.grant('Vault', Right.VIEW);
      grant.node.addDependency(omar, jane);
    });
    const permissions = Object.values(resource.delinea_container_permission!);
    expect(permissions.flatMap((permission) => permission.depends_on ?? [])).toEqual([
      'delinea_user.omar',
      'delinea_user.jane',
    ]);
    expect(resource.delinea_user!.jane).not.toHaveProperty('depends_on');
  });

  test('dependency of or on a scope: covers all resources in it', () => {
    const { resource } = synth((stack) => {
      const people = new Construct(stack, 'people');
      new DelineaUser(people, 'jane', { userName: 'jane' });
      DelineaUser.fromUserName(people, 'omar', 'omar');
      const teams = new Construct(stack, 'teams');
      new DelineaGroup(teams, 'sre', { displayName: 'SRE' });
      teams.node.addDependency(people);
    });
    const [sre] = Object.values(resource.delinea_group!);
    expect(sre!.depends_on).toEqual([
      expect.stringMatching(/^delinea_user\.people_jane_/),
      expect.stringMatching(/^data\.delinea_user\.people_omar_/),
    ]);
  });

  test('lifecycle: reaches the stack', () => {
    const { resource } = synth((stack) => {
      new DelineaUser(stack, 'jane', { userName: 'jane', lifecycle: { preventDestroy: true } });
    });
    expect(resource.delinea_user!.jane).toMatchObject({ lifecycle: { prevent_destroy: true } });
  });
});

describe('moves', () => {
  /** Declares each kind once; two of these are alike but for their address. */
  const declareAll = (stack: TerraformStack, id: string) => {
    const scope = new Construct(stack, id);
    const ops = DelineaGroup.fromGroupId(scope, 'ops', 'ops-1');
    const container = 'Vault';
    return [
      new DelineaUser(scope, 'jane', { userName: 'jane' }),
      new DelineaGroup(scope, 'sre', { displayName: 'SRE', members: [ops] }),
      new DelineaContainer(scope, 'vault', { name: 'Vault' }),
      new ContainerPermission(scope, 'permission', { container, principal: ops, right: Right.VIEW }),
      new ContainerPermissions(scope, 'all', { container: 'Prod', grants: [{ principal: ops, right: Right.OWNER }] }),
      new RoleBinding(scope, 'binding', { role: 'Auditor', principal: ops }),
      new RoleBindings(scope, 'bindings', { role: 'Admin', holders: [ops] }),
      new GroupMembership(scope, 'membership', { group: DelineaGroup.fromGroupId(scope, 'qa', 'qa-1'), member: ops }),
    ];
  };
  const build = (move: (from: l1.User, to: l1.User, name: string) => void) => (stack: TerraformStack) => {
    const before = declareAll(stack, 'old').map(({ resource }) => resource as l1.User);
    const after = declareAll(stack, 'new').map(({ resource }) => resource as l1.User);
    for (const [at, from] of before.entries()) move(from, after[at]!, `target-${at}`);
  };
  const byTarget = (from: l1.User, to: l1.User, name: string) => {
    to.addMoveTarget(name);
    from.moveTo(name);
  };

  test.each([
    ['moveTo', byTarget],
    ['moveToId', (from: l1.User, to: l1.User) => from.moveToId(`${to.terraformResourceType}.${to.friendlyUniqueId}`)],
  ])('%s: an element of any kind that is moved away declares nothing', (_, move) => {
    expect(mistakes(build(move))).toEqual([]);
    const { resource, moved } = synth(build(move)) as unknown as { resource: object; moved: unknown[] };
    expect(Object.values(resource).map((section) => Object.keys(section as object).length)).toEqual(Array(8).fill(1));
    expect(moved).toHaveLength(8);
  });

  test('moveFromId: the element is declared, and a duplicate of it is an error', () => {
    const found = mistakes((stack) => {
      const jane = new DelineaUser(stack, 'jane', { userName: 'jane' });
      jane.resource.moveFromId('delinea_user.old');
      new DelineaUser(stack, 'twin', { userName: 'Jane' });
    });
    expect(found).toEqual(['[stack/twin] user "Jane": declared twice, here and at stack/jane; remove one']);
  });

  test('dependency of or on an element that is moved away: is not written', () => {
    const { resource } = synth((stack) => {
      const [old, jane, omar] = ['old', 'jane', 'omar'].map((id) => new DelineaUser(stack, id, { userName: id }));
      byTarget(old!.resource, jane!.resource, 'jane');
      omar!.node.addDependency(old!, jane!);
      old!.node.addDependency(omar!);
    });
    expect(resource.delinea_user!.omar).toMatchObject({ depends_on: ['delinea_user.jane'] });
  });
});

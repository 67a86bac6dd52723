import { describe, expect, test } from '@jest/globals';
import { TerraformStack, Testing } from 'cdktf';
import { Construct } from 'constructs';
import { mistakes, synth } from '../../../test/support/cdktf/synth.js';
import { DelineaGroup, DelineaUser, Right } from '../index.js';

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

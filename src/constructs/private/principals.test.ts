import { describe, expect, test } from '@jest/globals';
import type { TerraformStack } from 'cdktf';
import { mistakes, synth } from '../../../test/support/cdktf/synth.js';
import {
  ContainerPermission,
  ContainerPermissions,
  DelineaGroup,
  type DelineaProvider,
  DelineaUser,
  GroupMembership,
  type IGroup,
  type IPrincipal,
  type IUser,
  type l1,
  Right,
  RoleBinding,
  RoleBindings,
} from '../index.js';

/** Casts a value that only JavaScript can pass. */
const any = <T>(value: unknown) => value as T;
const janeIn = (stack: TerraformStack) => new DelineaUser(stack, 'jane', { userName: 'jane' });

const eitherOf = (text: string) =>
  `must be a user or group construct, not ${text}; for an id, use DelineaUser.fromUserId(...) or DelineaGroup.fromGroupId(...)`;
const userOf = (text: string) => `must be a user construct, not ${text}; for an id, use DelineaUser.fromUserId(...)`;
const groupOf = (text: string) =>
  `must be a group construct, not ${text}; for an id, use DelineaGroup.fromGroupId(...)`;
const listOf = (text: string) => `must be a list, not ${text}`;

describe('value that is not a user or group', () => {
  test.each<[string, (stack: TerraformStack) => unknown, string]>([
    ['id', () => '4711', '"4711"'],
    ['number', () => 4711, '4711'],
    ['undefined', () => undefined, 'undefined'],
    ['null', () => null, 'null'],
    ['empty text', () => '', '""'],
    ['object', () => ({ principalId: '4711', principalType: 'user' }), 'an object'],
    ['object without a prototype', () => Object.create(null), 'an object'],
    ['list', (stack) => [janeIn(stack)], 'a list'],
    ['class', () => DelineaUser, 'a function'],
    ['reference', (stack) => janeIn(stack).userId, 'a reference'],
    ['generated binding', (stack) => janeIn(stack).resource, 'the construct stack/jane/Default'],
  ])('%s: is an error of the construct', (_, valueIn, text) => {
    const found = mistakes((stack) => {
      const principal = any<IPrincipal>(valueIn(stack));
      const omar = DelineaUser.fromUserName(stack, 'omar', 'omar');
      new DelineaGroup(stack, 'given', { displayName: 'given', members: [omar, omar, principal] });
      new DelineaGroup(stack, 'added', { displayName: 'added' }).addMember(principal);
      new ContainerPermission(stack, 'permission', { container: 'A', principal, right: Right.VIEW });
      new RoleBinding(stack, 'binding', { role: 'A', principal });
      new GroupMembership(stack, 'membership', { group: any<IGroup>(principal), member: principal });
      const grants = [
        { principal: omar, right: Right.OWNER },
        { principal, right: Right.VIEW },
      ];
      new ContainerPermissions(stack, 'permissions', { container: 'B', grants });
      new RoleBindings(stack, 'bindings', { role: 'B', holders: [principal] });
    });
    expect(found).toEqual([
      `[stack/given] members[2] ${eitherOf(text)}`,
      `[stack/added] members[0] ${eitherOf(text)}`,
      `[stack/permission] principal ${eitherOf(text)}`,
      `[stack/binding] principal ${eitherOf(text)}`,
      `[stack/membership] group ${groupOf(text)}`,
      `[stack/membership] member ${eitherOf(text)}`,
      `[stack/permissions] grants[1].principal ${eitherOf(text)}`,
      `[stack/bindings] holders[0] ${eitherOf(text)}`,
    ]);
  });

  test('manager: a group is an error as well, and unset is not', () => {
    const found = mistakes((stack) => {
      const sre = new DelineaGroup(stack, 'sre', { displayName: 'SRE' });
      const managers = { text: '4711', empty: '', group: sre, left: undefined, none: null, right: janeIn(stack) };
      for (const [id, manager] of Object.entries(managers)) {
        new DelineaUser(stack, id, { userName: id, manager: any<IUser>(manager) });
      }
    });
    expect(found).toEqual([
      `[stack/text] manager ${userOf('"4711"')}`,
      `[stack/empty] manager ${userOf('""')}`,
      `[stack/group] manager ${userOf('the construct stack/sre')}`,
    ]);
  });

  test('empty slot in a list, or no list: is an error', () => {
    const found = mistakes((stack) => {
      const jane = janeIn(stack);
      const rest = { allowEmpty: true };
      new DelineaGroup(stack, 'group', { displayName: 'A', members: any<IPrincipal[]>(jane), ...rest });
      new DelineaGroup(stack, 'loose', { displayName: 'B', members: any<IPrincipal[]>(null), ...rest });
      new ContainerPermissions(stack, 'a', { container: 'A', grants: any([undefined]), ...rest });
      new ContainerPermissions(stack, 'b', { container: 'B', grants: any(undefined), ...rest });
      new RoleBindings(stack, 'c', { role: 'C', holders: any(jane), ...rest });
      // biome-ignore lint/suspicious/noSparseArray: it is what is tested
      new RoleBindings(stack, 'd', { role: 'D', holders: any([, jane]), ...rest });
    });
    expect(found).toEqual([
      `[stack/group] members ${listOf('the construct stack/jane')}`,
      `[stack/a] grants[0].principal ${eitherOf('undefined')}`,
      `[stack/b] grants ${listOf('undefined')}`,
      `[stack/c] holders ${listOf('the construct stack/jane')}`,
      `[stack/d] holders[0] ${eitherOf('undefined')}`,
    ]);
  });
});

describe('value that is not a name or provider', () => {
  test.each<[string, unknown, string]>([
    ['number', 4711, '4711'],
    ['object', Object.create(null), 'an object'],
    ['false', false, 'false'],
  ])('%s: is an error of the construct', (_, value, text) => {
    const found = mistakes((stack) => {
      const name = any<string>(value);
      const users = [
        new DelineaUser(stack, 'user', { userName: name }),
        DelineaUser.fromUserName(stack, 'lookup', name),
        DelineaUser.fromUserId(stack, 'id', name),
      ];
      new DelineaGroup(stack, 'group', { displayName: name, members: users });
      new ContainerPermission(stack, 'permission', { container: name, principal: users[0]!, right: Right.VIEW });
      new RoleBindings(stack, 'bindings', { role: name, holders: users });
    });
    const mistake = `must be a string, not ${text}`;
    expect(found).toEqual([
      `[stack/user] userName ${mistake}`,
      `[stack/lookup] userName ${mistake}`,
      `[stack/id] userId ${mistake}`,
      `[stack/group] displayName ${mistake}`,
      `[stack/permission] container ${mistake}`,
      `[stack/bindings] role ${mistake}`,
    ]);
  });

  test('wrong provider: is not treated as the default tenant', () => {
    const found = mistakes((stack) => {
      const below = (stack.node.findChild('delinea') as DelineaProvider).resource;
      for (const [id, given] of Object.entries({ text: 'acme', l1: below, user: janeIn(stack) })) {
        const provider = any<DelineaProvider>(given);
        new DelineaUser(stack, id, { userName: id, provider }).bindRole('Admin');
      }
      DelineaGroup.fromGroupId(stack, 'id', 'id-1', any<DelineaProvider>('acme'));
      DelineaGroup.fromDisplayName(stack, 'lookup', 'ops', any<DelineaProvider>('acme'));
    });
    const mistake = (text: string) =>
      `provider must be a DelineaProvider construct, not ${text}; an l1 provider cannot be used here`;
    expect(found).toEqual([
      `[stack/text] ${mistake('"acme"')}`,
      `[stack/l1] ${mistake('the construct stack/delinea/Default')}`,
      `[stack/user] ${mistake('the construct stack/jane')}`,
      `[stack/id] ${mistake('"acme"')}`,
      `[stack/lookup] ${mistake('"acme"')}`,
    ]);
  });
});

describe('logical id', () => {
  test('overrideLogicalId: works for every construct before it is referred to', () => {
    const { resource, data } = synth((stack) => {
      const jane = new DelineaUser(stack, 'jane', { userName: 'jane' });
      jane.resource.overrideLogicalId('u_one');
      const omar = DelineaUser.fromUserName(stack, 'omar', 'omar');
      (omar.node.findChild('Default') as l1.DataDelineaUser).overrideLogicalId('u_two');
      const ops = DelineaGroup.fromDisplayName(stack, 'ops', 'Ops');
      (ops.node.findChild('Default') as l1.DataDelineaGroup).overrideLogicalId('g_two');
      const sre = new DelineaGroup(stack, 'sre', { displayName: 'SRE', members: [jane, omar, ops] });
      sre.resource.overrideLogicalId('g_one');
      const grants = [{ principal: jane, right: Right.OWNER }];
      const holders = [sre];
      new ContainerPermissions(stack, 'b', { container: 'B', grants }).resource.overrideLogicalId('whole_c');
      new RoleBindings(stack, 'c', { role: 'C', holders }).resource.overrideLogicalId('whole_r');
      jane.bindRole('Admin').resource.overrideLogicalId('r_one');
      const permission = sre.grant('A', Right.VIEW);
      permission.resource.overrideLogicalId('p_one');
      new DelineaUser(stack, 'eve', { userName: 'eve', manager: jane, title: permission.permissionId });
    });
    const names = Object.entries(resource).map(([type, blocks]) => [type, Object.keys(blocks)]);
    expect(Object.fromEntries(names)).toEqual({
      delinea_user: ['eve', 'u_one'],
      delinea_group: ['g_one'],
      delinea_container_permissions: ['whole_c'],
      delinea_role_bindings: ['whole_r'],
      delinea_role_binding: ['r_one'],
      delinea_container_permission: ['p_one'],
    });
    expect(Object.values(data).flatMap((blocks) => Object.keys(blocks))).toEqual(['g_two', 'u_two']);
    expect(resource.delinea_group!.g_one!.members).toEqual([
      '${delinea_user.u_one.id}',
      '${data.delinea_user.u_two.id}',
      '${data.delinea_group.g_two.id}',
    ]);
    expect(resource.delinea_container_permission!.p_one).toMatchObject({ principal_id: '${delinea_group.g_one.id}' });
    expect(resource.delinea_user!.eve).toMatchObject({
      manager: '${delinea_user.u_one.id}',
      title: '${delinea_container_permission.p_one.id}',
    });
  });
});

import { describe, expect, test } from '@jest/globals';
import type { TerraformStack } from 'cdktf';
import { mistakes, synth } from '../../../test/support/cdktf/synth.js';
import {
  ContainerPermission,
  ContainerPermissions,
  DelineaGroup,
  type DelineaProvider,
  DelineaUser,
  type IPrincipal,
  type IUser,
  type l1,
  Right,
  RoleBinding,
  RoleBindings,
} from '../index.js';

/** What JavaScript lets through. */
const any = <T>(value: unknown) => value as T;
const janeIn = (stack: TerraformStack) => new DelineaUser(stack, 'jane', { userName: 'jane' });

const EITHER =
  'no user or group; give the construct, or DelineaUser.fromUserId(...) or DelineaGroup.fromGroupId(...) for an id';
const USER = 'no user; give the construct, or DelineaUser.fromUserId(...) for an id';
const LIST = 'no list; give a list, also for one';

describe('what is no user or group', () => {
  test.each<[string, (stack: TerraformStack) => unknown, string]>([
    ['an id', () => '4711', '"4711"'],
    ['a number', () => 4711, '4711'],
    ['undefined', () => undefined, 'undefined'],
    ['null', () => null, 'null'],
    ['an empty text', () => '', '""'],
    ['an object', () => ({ principalId: '4711', principalType: 'user' }), 'an object'],
    ['an object without a prototype', () => Object.create(null), 'an object'],
    ['a list', (stack) => [janeIn(stack)], 'a list'],
    ['a class', () => DelineaUser, 'a function'],
    ['a reference', (stack) => janeIn(stack).userId, 'a reference'],
    ['the binding below', (stack) => janeIn(stack).resource, 'the construct stack/jane/Default'],
  ])('is a mistake of whoever is given it: %s', (_, valueIn, shown) => {
    const found = mistakes((stack) => {
      const principal = any<IPrincipal>(valueIn(stack));
      const omar = DelineaUser.fromUserName(stack, 'omar', 'omar');
      new DelineaGroup(stack, 'given', { displayName: 'given', members: [omar, omar, principal] });
      new DelineaGroup(stack, 'added', { displayName: 'added' }).addMember(principal);
      new ContainerPermission(stack, 'permission', { container: 'A', principal, right: Right.VIEW });
      new RoleBinding(stack, 'binding', { role: 'A', principal });
      const grants = [
        { principal: omar, right: Right.OWNER },
        { principal, right: Right.VIEW },
      ];
      new ContainerPermissions(stack, 'permissions', { container: 'B', grants });
      new RoleBindings(stack, 'bindings', { role: 'B', holders: [principal] });
    });
    expect(found).toEqual([
      `[stack/given] members[2] is ${shown}, ${EITHER}`,
      `[stack/added] members[0] is ${shown}, ${EITHER}`,
      `[stack/permission] principal is ${shown}, ${EITHER}`,
      `[stack/binding] principal is ${shown}, ${EITHER}`,
      `[stack/permissions] grants[1].principal is ${shown}, ${EITHER}`,
      `[stack/bindings] holders[0] is ${shown}, ${EITHER}`,
    ]);
  });

  test('is a mistake as a manager, and so is a group; what is left out is none', () => {
    const found = mistakes((stack) => {
      const sre = new DelineaGroup(stack, 'sre', { displayName: 'SRE' });
      const managers = { text: '4711', empty: '', group: sre, left: undefined, none: null, right: janeIn(stack) };
      for (const [id, manager] of Object.entries(managers)) {
        new DelineaUser(stack, id, { userName: id, manager: any<IUser>(manager) });
      }
    });
    expect(found).toEqual([
      `[stack/text] manager is "4711", ${USER}`,
      `[stack/empty] manager is "", ${USER}`,
      `[stack/group] manager is the construct stack/sre, ${USER}`,
    ]);
  });

  test('a place in a list that holds nothing, and no list, are mistakes too', () => {
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
      `[stack/group] members is the construct stack/jane, ${LIST}`,
      `[stack/a] grants[0].principal is undefined, ${EITHER}`,
      `[stack/b] grants is undefined, ${LIST}`,
      `[stack/c] holders is the construct stack/jane, ${LIST}`,
      `[stack/d] holders[0] is undefined, ${EITHER}`,
    ]);
  });
});

describe('what is no name, and no tenant', () => {
  test.each<[string, unknown, string]>([
    ['a number', 4711, '4711'],
    ['an object', Object.create(null), 'an object'],
    ['false', false, 'false'],
  ])('is a mistake of its construct: %s', (_, value, shown) => {
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
    const mistake = `is ${shown}, no text; give the name as text`;
    expect(found).toEqual([
      `[stack/user] userName ${mistake}`,
      `[stack/lookup] userName ${mistake}`,
      `[stack/id] userId ${mistake}`,
      `[stack/group] displayName ${mistake}`,
      `[stack/permission] container ${mistake}`,
      `[stack/bindings] role ${mistake}`,
    ]);
  });

  test('a tenant that is none is not taken for the default one', () => {
    const found = mistakes((stack) => {
      const below = (stack.node.findChild('delinea') as DelineaProvider).resource;
      for (const [id, given] of Object.entries({ text: 'acme', l1: below, user: janeIn(stack) })) {
        const provider = any<DelineaProvider>(given);
        new DelineaUser(stack, id, { userName: id, provider }).bindRole('Admin');
      }
      DelineaGroup.fromGroupId(stack, 'id', 'id-1', any<DelineaProvider>('acme'));
      DelineaGroup.fromDisplayName(stack, 'lookup', 'ops', any<DelineaProvider>('acme'));
    });
    const mistake = "no DelineaProvider; give one that new DelineaProvider(...) made, not l1's";
    expect(found).toEqual([
      `[stack/text] provider is "acme", ${mistake}`,
      `[stack/l1] provider is the construct stack/delinea/Default, ${mistake}`,
      `[stack/user] provider is the construct stack/jane, ${mistake}`,
      `[stack/id] provider is "acme", ${mistake}`,
      `[stack/lookup] provider is "acme", ${mistake}`,
    ]);
  });
});

describe('a logical id', () => {
  test('can be another one than the CDK’s, for every construct, as long as nothing refers to it', () => {
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

import { describe, expect, test } from '@jest/globals';
import type { TerraformMetaArguments } from 'cdktf';
import { mistakes, synth } from '../../test/support/cdktf/synth.js';
import { providerSchema } from '../terraform/schema.js';
import type { ContainerConfig } from './gen/container.js';
import {
  ContainerPermission,
  ContainerPermissions,
  DelineaContainer,
  type DelineaContainerProps,
  DelineaGroup,
  DelineaProvider,
  Right,
} from './index.js';

type Missing = Exclude<keyof ContainerConfig, keyof DelineaContainerProps | keyof TerraformMetaArguments>;
const nothingMissing: [Missing] extends [never] ? true : never = true;

describe('DelineaContainer', () => {
  test('props: cover every attribute of the definition', () => {
    expect(nothingMissing).toBe(true);
    const { resource } = synth((stack) => {
      new DelineaContainer(stack, 'db', { name: 'DB', parent: '/Prod', inheritsPermissions: true });
    });
    const { id, tenant, replaces, ...declarable } =
      providerSchema().resource_schemas.delinea_container!.block.attributes;
    expect(Object.keys(resource.delinea_container!.db!).sort()).toEqual(Object.keys(declarable).sort());
  });

  test('references: parent, single permissions, sets and grants take a construct', () => {
    const { resource } = synth((stack) => {
      const prod = new DelineaContainer(stack, 'prod', { name: 'Prod' });
      const db = new DelineaContainer(stack, 'db', { name: 'DB', parent: prod });
      const sre = new DelineaGroup(stack, 'sre', { displayName: 'SRE' });
      new ContainerPermission(stack, 'one', { container: db, principal: sre, right: Right.VIEW });
      new ContainerPermissions(stack, 'all', { container: prod, grants: [{ principal: sre, right: Right.OWNER }] });
      new DelineaGroup(stack, 'ops', { displayName: 'Ops' }).grant(db, Right.EDIT);
    });
    expect(resource.delinea_container).toMatchObject({ db: { parent: '${delinea_container.prod.id}' } });
    const permissions = Object.values(resource.delinea_container_permission!);
    expect(permissions.map(({ container }) => container)).toEqual(Array(2).fill('${delinea_container.db.id}'));
    expect(resource.delinea_container_permissions!.all).toMatchObject({ container: '${delinea_container.prod.id}' });
  });

  test('one folder declared twice: is an error, and the same name in another parent is not', () => {
    const found = mistakes((stack) => {
      const prod = new DelineaContainer(stack, 'prod', { name: 'Prod' });
      new DelineaContainer(stack, 'db', { name: 'DB', parent: prod });
      new DelineaContainer(stack, 'again', { name: 'db', parent: prod });
      new DelineaContainer(stack, 'other', { name: 'db' });
    });
    expect(found).toEqual(['[stack/again] container "db": declared twice, here and at stack/db; remove one']);
  });

  test('a set and a single permission on one declared folder: is an error', () => {
    const found = mistakes((stack) => {
      const prod = new DelineaContainer(stack, 'prod', { name: 'Prod' });
      const sre = new DelineaGroup(stack, 'sre', { displayName: 'SRE' });
      new ContainerPermissions(stack, 'all', { container: prod, grants: [{ principal: sre, right: Right.OWNER }] });
      new DelineaGroup(stack, 'ops', { displayName: 'Ops' }).grant(prod, Right.EDIT);
    });
    expect(found).toEqual([expect.stringContaining('stack/all manages all grants of container')]);
  });

  test('a folder of another tenant, an empty name and a wrong type: are errors', () => {
    const found = mistakes((stack) => {
      const other = new DelineaProvider(stack, 'other', { alias: 'other' });
      const prod = new DelineaContainer(stack, 'prod', { name: 'Prod', provider: other });
      new DelineaContainer(stack, 'db', { name: 'DB', parent: prod });
      new DelineaContainer(stack, 'blank', { name: ' ', parent: 7 as unknown as string });
      new DelineaGroup(stack, 'sre', { displayName: 'SRE' }).grant(prod, Right.VIEW);
    });
    expect(found.sort()).toEqual([
      '[stack/blank] name must not be empty',
      '[stack/blank] parent must be a string, not 7',
      '[stack/db] parent stack/prod belongs to another tenant; use the same provider for both',
      expect.stringMatching(/^\[stack\/sre\/grant .*\] container stack\/prod belongs to another tenant/),
    ]);
  });
});

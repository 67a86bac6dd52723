import { describe, expect, test } from '@jest/globals';
import { PROVIDER_ADDRESS } from '../provider/index.js';
import { bindingsJson, providerSchema, schemaJson } from './schema.js';

const { provider, resource_schemas, data_source_schemas } = providerSchema();
const attributes = (type: string) => resource_schemas[type]!.block.attributes;

describe('schema', () => {
  test('blocks: one resource per declarable kind and two data sources per kind with a name', () => {
    expect(Object.keys(resource_schemas).sort()).toEqual([
      'delinea_container',
      'delinea_container_permission',
      'delinea_container_permissions',
      'delinea_group',
      'delinea_group_membership',
      'delinea_role_binding',
      'delinea_role_bindings',
      'delinea_user',
    ]);
    expect(Object.keys(data_source_schemas).sort()).toEqual([
      'delinea_container',
      'delinea_containers',
      'delinea_group',
      'delinea_groups',
      'delinea_role',
      'delinea_roles',
      'delinea_user',
      'delinea_users',
    ]);
  });

  test('resource: optional attributes are computed as well, and the id is only computed', () => {
    expect(attributes('delinea_user').user_name).toMatchObject({ type: 'string', required: true });
    expect(attributes('delinea_user').display_name).toMatchObject({ optional: true, computed: true });
    expect(attributes('delinea_user').on_removal).toMatchObject({ optional: true, computed: true });
    expect(attributes('delinea_user').id).toMatchObject({ computed: true });
    expect(attributes('delinea_user').id).not.toHaveProperty('optional');
    expect(attributes('delinea_user').user_name).not.toHaveProperty('computed');
  });

  test('collections: are sets of strings, or of objects without computed fields', () => {
    expect(attributes('delinea_group').members).toMatchObject({ type: ['set', 'string'] });
    expect(attributes('delinea_user').emails).toMatchObject({
      nested_type: {
        nesting_mode: 'set',
        attributes: { value: { type: 'string', required: true }, primary: { type: 'bool', optional: true } },
      },
    });
    expect(attributes('delinea_user').emails!.nested_type!.attributes.primary).not.toHaveProperty('computed');
  });

  test('provider settings: are optional, and secrets are sensitive', () => {
    const settings = Object.entries(provider.block.attributes);
    expect(settings.every(([, attribute]) => attribute.optional && !attribute.computed)).toBe(true);
    expect(settings.filter(([, attribute]) => attribute.sensitive).map(([name]) => name)).toEqual([
      'client_secret',
      'scim_token',
      'scim_client_secret',
      'secret_server_password',
      'secret_server_client_secret',
      'secret_server_scim_token',
      'connector_token',
    ]);
  });

  test('data source: takes the name, computes the rest and has no settings', () => {
    const user = data_source_schemas.delinea_user!.block.attributes;
    expect(user.user_name).toMatchObject({ required: true });
    expect(user.active).toMatchObject({ computed: true });
    expect(user.active).not.toHaveProperty('optional');
    expect(user).not.toHaveProperty('on_removal');
  });

  test('attributes: all have a description', () => {
    const silent = Object.entries(resource_schemas).flatMap(([type, { block }]) =>
      Object.entries(block.attributes).flatMap(([name, { description }]) => (description ? [] : [`${type}.${name}`])),
    );
    expect(silent).toEqual([]);
    expect(attributes('delinea_group').allow_empty!.description).toMatch(/Default: `false`\.$/);
  });

  test('descriptions: spell names in snake_case for HCL and in camelCase for the bindings', () => {
    const camel = /`(?:onRemoval|allowDelete|clientSecret|clientId|externalIdFrom|userName)\b/;
    expect(JSON.stringify(schemaJson())).not.toMatch(camel);
    expect(provider.block.attributes.allow_delete!.description).toContain('`on_removal = "delete"`');
    expect(provider.block.attributes.scim_client_secret!.description).toContain('`client_secret`');
    expect(JSON.stringify(bindingsJson())).toMatch(camel);
  });

  test('JSON output: is listed under the provider address', () => {
    expect(schemaJson()).toMatchObject({ format_version: '1.0', provider_schemas: { [PROVIDER_ADDRESS]: {} } });
  });
});

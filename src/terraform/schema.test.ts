import { describe, expect, test } from '@jest/globals';
import { PROVIDER_ADDRESS } from '../provider/index.js';
import { bindingsJson, providerSchema, schemaJson } from './schema.js';

const { provider, resource_schemas, data_source_schemas } = providerSchema();
const attributes = (type: string) => resource_schemas[type]!.block.attributes;

describe('schema', () => {
  test('has the kinds that can be declared, and the ones that can be looked up by one name', () => {
    expect(Object.keys(resource_schemas).sort()).toEqual([
      'delinea_container_permission',
      'delinea_container_permissions',
      'delinea_group',
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

  test('what must be written is required, what may be is computed too, the id is only computed', () => {
    expect(attributes('delinea_user').user_name).toMatchObject({ type: 'string', required: true });
    expect(attributes('delinea_user').display_name).toMatchObject({ optional: true, computed: true });
    expect(attributes('delinea_user').on_removal).toMatchObject({ optional: true, computed: true });
    expect(attributes('delinea_user').id).toMatchObject({ computed: true });
    expect(attributes('delinea_user').id).not.toHaveProperty('optional');
    expect(attributes('delinea_user').user_name).not.toHaveProperty('computed');
  });

  test('collections are sets, of strings or of objects whose fields nobody computes', () => {
    expect(attributes('delinea_group').members).toMatchObject({ type: ['set', 'string'] });
    expect(attributes('delinea_user').emails).toMatchObject({
      nested_type: {
        nesting_mode: 'set',
        attributes: { value: { type: 'string', required: true }, primary: { type: 'bool', optional: true } },
      },
    });
    expect(attributes('delinea_user').emails!.nested_type!.attributes.primary).not.toHaveProperty('computed');
  });

  test('provider settings are optional, and the secrets among them sensitive', () => {
    const settings = Object.entries(provider.block.attributes);
    expect(settings.every(([, attribute]) => attribute.optional && !attribute.computed)).toBe(true);
    expect(settings.filter(([, attribute]) => attribute.sensitive).map(([name]) => name)).toEqual([
      'client_secret',
      'scim_token',
      'scim_client_secret',
    ]);
  });

  test('a data source takes the name, tells the rest and has no settings', () => {
    const user = data_source_schemas.delinea_user!.block.attributes;
    expect(user.user_name).toMatchObject({ required: true });
    expect(user.active).toMatchObject({ computed: true });
    expect(user.active).not.toHaveProperty('optional');
    expect(user).not.toHaveProperty('on_removal');
  });

  test('every attribute says what it is', () => {
    const silent = Object.entries(resource_schemas).flatMap(([type, { block }]) =>
      Object.entries(block.attributes).flatMap(([name, { description }]) => (description ? [] : [`${type}.${name}`])),
    );
    expect(silent).toEqual([]);
    expect(attributes('delinea_group').allow_empty!.description).toMatch(/Default: `false`\.$/);
  });

  test('speaks of attributes and settings as HCL writes them, and to TypeScript as that does', () => {
    const camel = /`(?:onRemoval|allowDelete|clientSecret|clientId|externalIdFrom|userName)\b/;
    expect(JSON.stringify(schemaJson())).not.toMatch(camel);
    expect(provider.block.attributes.allow_delete!.description).toContain('`on_removal = "delete"`');
    expect(provider.block.attributes.scim_client_secret!.description).toContain('`client_secret`');
    expect(JSON.stringify(bindingsJson())).toMatch(camel);
  });

  test('stands under the address that Terraform asks for', () => {
    expect(schemaJson()).toMatchObject({ format_version: '1.0', provider_schemas: { [PROVIDER_ADDRESS]: {} } });
  });
});

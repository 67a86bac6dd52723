import { expect, test } from '@jest/globals';
import { MARKDOWN, NESTING } from '../protocol/messages.js';
import { providerSchema } from '../schema.js';
import { schemaMessage } from './schema-messages.js';

const { resource_schemas } = providerSchema();

test('schema message: has version, descriptions and JSON types', () => {
  const { version, block } = schemaMessage(resource_schemas.delinea_user!);
  expect([version, block?.descriptionKind]).toEqual([0, MARKDOWN]);
  const named = (name: string) => block!.attributes!.find((attribute) => attribute.name === name)!;
  expect(named('user_name')).toMatchObject({ required: true, type: Buffer.from('"string"') });
  expect(named('previous_names').type).toEqual(Buffer.from('["set","string"]'));
  expect(named('emails')).toMatchObject({ nestedType: { nesting: NESTING.set }, optional: true, computed: true });
  expect(named('emails').type).toBeUndefined();
});

test('schema message: has every attribute at every level', () => {
  for (const schema of Object.values(resource_schemas)) {
    const message = schemaMessage(schema).block!;
    expect(message.attributes!.map(({ name }) => name)).toEqual(Object.keys(schema.block.attributes));
    for (const { name, nestedType } of message.attributes!) {
      const nested = schema.block.attributes[name!]!.nested_type;
      expect(nestedType?.attributes?.map((inner) => inner.name)).toEqual(nested && Object.keys(nested.attributes));
    }
  }
});

import { type AttributeMessage, MARKDOWN, NESTING, type SchemaMessage } from '../protocol/messages.js';
import type { Schema, SchemaAttribute } from '../schema.js';

/** Converts a schema to its protocol message. Attribute types are JSON inside the message. */
export function schemaMessage({ version, block }: Schema): SchemaMessage {
  return {
    version,
    block: {
      version,
      attributes: attributeMessages(block.attributes),
      description: block.description,
      descriptionKind: MARKDOWN,
    },
  };
}

function attributeMessages(attributes: Readonly<Record<string, SchemaAttribute>>): AttributeMessage[] {
  return Object.entries(attributes).map(([name, attribute]) => {
    const { type, nested_type: nested, description, required, optional, computed, sensitive } = attribute;
    return {
      name,
      ...(type === undefined ? {} : { type: Buffer.from(JSON.stringify(type)) }),
      ...(nested === undefined
        ? {}
        : { nestedType: { attributes: attributeMessages(nested.attributes), nesting: NESTING[nested.nesting_mode] } }),
      description,
      descriptionKind: MARKDOWN,
      required,
      optional,
      computed,
      sensitive,
    };
  });
}

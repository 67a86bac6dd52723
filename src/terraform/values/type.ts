import type { Schema, SchemaAttribute } from '../schema.js';

/** A type in Terraform's JSON notation. No attribute has the type `dynamic`. */
export type Type = 'string' | 'bool' | 'number' | readonly ['set' | 'list', Type] | ObjectType;

export type ObjectType = readonly ['object', Readonly<Record<string, Type>>];

/** Returns the type of a resource, data source or provider block. */
export function blockType({ block }: Schema): ObjectType {
  return objectOf(block.attributes);
}

function objectOf(attributes: Readonly<Record<string, SchemaAttribute>>): ObjectType {
  return ['object', Object.fromEntries(Object.entries(attributes).map(([name, one]) => [name, attributeType(one)]))];
}

function attributeType({ type, nested_type }: SchemaAttribute): Type {
  if (nested_type) return [nested_type.nesting_mode, objectOf(nested_type.attributes)];
  return type!;
}

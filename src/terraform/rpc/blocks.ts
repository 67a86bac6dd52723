import * as z from 'zod';
import {
  type Attribute,
  type Resource,
  readAttributes,
  settingAttributes,
  terraformType,
} from '../../provider/index.js';
import {
  declarableKinds,
  lookupKinds,
  pluralProps,
  pluralType,
  providerSchema,
  readableAttributes,
  resourceAttributes,
  type Schema,
  singularProps,
} from '../schema.js';
import { blockType, type ObjectType } from '../values/type.js';

/** A block of the configuration: its schema, its wire type and its attributes. */
export interface Block {
  readonly schema: Schema;
  readonly type: ObjectType;
  readonly attributes: readonly Attribute[];
}

export interface KindBlock extends Block {
  readonly kind: Resource;
}

/** A data source that finds one object, or several (plural). */
export interface DataBlock extends KindBlock {
  /** The arguments: the first of the attributes. The others are read from the tenant. */
  readonly props: z.ZodObject;
  readonly isPlural: boolean;
}

/** Every block of the provider, by Terraform type name. */
export interface Blocks {
  readonly provider: Block;
  readonly resources: ReadonlyMap<string, KindBlock>;
  readonly dataSources: ReadonlyMap<string, DataBlock>;
}

/** Returns the blocks of all definitions. */
export function readBlocks(): Blocks {
  const { provider, resource_schemas, data_source_schemas } = providerSchema();
  const typed = (schema: Schema) => ({ schema, type: blockType(schema) });
  const resources = declarableKinds.map((kind): [string, KindBlock] => {
    const name = terraformType(kind.type);
    return [name, { ...typed(resource_schemas[name]!), attributes: resourceAttributes(kind), kind }];
  });
  const dataBlock = (
    kind: Resource,
    name: string,
    props: z.ZodObject,
    results: readonly Attribute[],
  ): [string, DataBlock] => {
    const computed = results
      .filter(({ name }) => !(name in props.shape))
      .map((attribute) => ({ ...attribute, computed: true }));
    const attributes = [...readAttributes(props), ...computed];
    const isPlural = name === pluralType(kind);
    return [name, { ...typed(data_source_schemas[name]!), attributes, kind, props, isPlural }];
  };
  const dataSources = lookupKinds.flatMap((kind) => {
    const list = readAttributes(z.object({ [kind.plural]: z.array(z.unknown()) }));
    return [
      dataBlock(kind, terraformType(kind.type), singularProps(kind), readableAttributes(kind)),
      dataBlock(kind, pluralType(kind), pluralProps(kind), list),
    ];
  });
  return {
    provider: { ...typed(provider), attributes: settingAttributes },
    resources: new Map(resources),
    dataSources: new Map(dataSources),
  };
}

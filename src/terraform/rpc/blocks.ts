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
  manyProps,
  manyType,
  namedKinds,
  oneProps,
  providerSchema,
  type Schema,
  shownOf,
} from '../schema.js';
import { blockType, type ObjectType } from '../values/type.js';

/** A block that Terraform may send: its schema, its type on the wire, and the definition behind it. */
export interface Block {
  readonly schema: Schema;
  readonly type: ObjectType;
  readonly attributes: readonly Attribute[];
}

export interface KindBlock extends Block {
  readonly kind: Resource;
}

/** A data source, of one object or of many. */
export interface DataBlock extends KindBlock {
  /** What people write in it: the first of the attributes. The rest is what was found. */
  readonly props: z.ZodObject;
  readonly many: boolean;
}

/** Every block of the provider, by Terraform's type name. */
export interface Blocks {
  readonly provider: Block;
  readonly resources: ReadonlyMap<string, KindBlock>;
  readonly dataSources: ReadonlyMap<string, DataBlock>;
}

export function readBlocks(): Blocks {
  const { provider, resource_schemas, data_source_schemas } = providerSchema();
  const typed = (schema: Schema) => ({ schema, type: blockType(schema) });
  const resources = declarableKinds.map((kind): [string, KindBlock] => {
    const name = terraformType(kind.type);
    return [name, { ...typed(resource_schemas[name]!), attributes: kind.attributes, kind }];
  });
  const dataSources = namedKinds.flatMap((kind): [string, DataBlock][] => {
    const block = (
      name: string,
      props: z.ZodObject,
      found: readonly Attribute[],
      many: boolean,
    ): [string, DataBlock] => {
      const told = found.filter((one) => !(one.name in props.shape)).map((one) => ({ ...one, computed: true }));
      const attributes = [...readAttributes(props), ...told];
      return [name, { ...typed(data_source_schemas[name]!), attributes, kind, props, many }];
    };
    const all = readAttributes(z.object({ [kind.plural]: z.array(z.unknown()) }));
    return [
      block(terraformType(kind.type), oneProps(kind), shownOf(kind), false),
      block(manyType(kind), manyProps(kind), all, true),
    ];
  });
  return {
    provider: { ...typed(provider), attributes: settingAttributes },
    resources: new Map(resources),
    dataSources: new Map(dataSources),
  };
}

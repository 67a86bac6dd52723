import { type Attribute, type Resource, settingAttributes, terraformType } from '../../provider/index.js';
import { declarableKinds, namedKinds, providerSchema, type Schema } from '../schema.js';
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

/** Every block of the provider, by Terraform's type name. */
export interface Blocks {
  readonly provider: Block;
  readonly resources: ReadonlyMap<string, KindBlock>;
  readonly dataSources: ReadonlyMap<string, KindBlock>;
}

export function readBlocks(): Blocks {
  const schemas = providerSchema();
  const kinds = (list: readonly Resource[], from: Readonly<Record<string, Schema>>) =>
    new Map(
      list.map((kind) => {
        const name = terraformType(kind.type);
        const schema = from[name]!;
        return [name, { schema, type: blockType(schema), attributes: kind.attributes, kind }] as const;
      }),
    );
  return {
    provider: { schema: schemas.provider, type: blockType(schemas.provider), attributes: settingAttributes },
    resources: kinds(declarableKinds, schemas.resource_schemas),
    dataSources: kinds(namedKinds, schemas.data_source_schemas),
  };
}

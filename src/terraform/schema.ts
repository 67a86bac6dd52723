import * as z from 'zod';
import {
  type Attribute,
  PROVIDER_ADDRESS,
  type Resource,
  readAttributes,
  resources,
  settingAttributes,
  snakeCase,
  terraformType,
} from '../provider/index.js';
import { inHclWords } from './hcl-words.js';

type ScalarType = 'string' | 'bool' | 'number';

/** One attribute in the words of `terraform providers schema -json`. */
export interface SchemaAttribute {
  readonly type?: ScalarType | readonly ['set' | 'list', ScalarType];
  readonly nested_type?: {
    readonly attributes: Readonly<Record<string, SchemaAttribute>>;
    readonly nesting_mode: 'set' | 'list';
  };
  readonly description: string;
  readonly description_kind: 'markdown';
  readonly required?: true;
  readonly optional?: true;
  readonly computed?: true;
  readonly sensitive?: true;
}

/** A provider block, a resource or a data source. */
export interface Schema {
  readonly version: number;
  readonly block: {
    readonly attributes: Readonly<Record<string, SchemaAttribute>>;
    readonly description: string;
    readonly description_kind: 'markdown';
  };
}

export interface ProviderSchema {
  readonly provider: Schema;
  readonly resource_schemas: Readonly<Record<string, Schema>>;
  readonly data_source_schemas: Readonly<Record<string, Schema>>;
}

const SCALARS: Readonly<Record<string, ScalarType>> = { string: 'string', boolean: 'bool', number: 'number' };

type Use = Pick<SchemaAttribute, 'required' | 'optional' | 'computed'>;

/** How an attribute of a resource may be used. Unset means unmanaged, so whatever is optional is computed as well. */
function useInResource(attribute: Attribute): Use {
  if (attribute.computed) return { computed: true };
  return attribute.required ? { required: true } : { optional: true, computed: true };
}

/** A field of a nested element or of the provider block: nobody computes it. */
function useInBlock(attribute: Attribute): Use {
  return attribute.required ? { required: true } : { optional: true };
}

function describe({ description, default: preset }: Attribute): string {
  return preset === undefined || description.includes('(the default)')
    ? description
    : `${description} Default: \`${preset}\`.`;
}

function schemaAttribute(
  attribute: Attribute,
  use: (attribute: Attribute) => Use,
  inner = useInBlock,
): SchemaAttribute {
  const nesting = attribute.unordered ? 'set' : 'list';
  const shape: Pick<SchemaAttribute, 'type' | 'nested_type'> =
    attribute.type === 'objects'
      ? { nested_type: { attributes: attributesOf(attribute.fields, inner), nesting_mode: nesting } }
      : { type: attribute.type === 'strings' ? [nesting, 'string'] : SCALARS[attribute.type]! };
  return {
    ...shape,
    description: describe(attribute),
    description_kind: 'markdown',
    ...use(attribute),
    ...(attribute.sensitive ? { sensitive: true } : {}),
  };
}

function attributesOf(
  attributes: readonly Attribute[],
  use: (attribute: Attribute) => Use,
  inner = useInBlock,
): Record<string, SchemaAttribute> {
  return Object.fromEntries(attributes.map((one) => [snakeCase(one.name), schemaAttribute(one, use, inner)]));
}

/** @param version of the states that are kept */
function schema(description: string, attributes: Record<string, SchemaAttribute>, version = 0): Schema {
  return { version, block: { attributes, description, description_kind: 'markdown' } };
}

/** What a resource may say. */
export function schemaOf({ description, attributes, stateUpgrades }: Resource): Schema {
  return schema(description, attributesOf(attributes, useInResource), stateUpgrades?.length);
}

const COMPUTED = (): Use => ({ computed: true });

/** What a data source tells of an object: all but what steers the engine. */
export function shownOf({ attributes }: Resource): readonly Attribute[] {
  return attributes.filter(({ setting }) => !setting);
}

/** A data source finds one object by its name and tells the rest; an edge has no name and so no data source. */
function dataSource(kind: Resource): Schema {
  const use = ({ name }: Attribute): Use => (kind.key.includes(name) ? { required: true } : { computed: true });
  return schema(kind.description, attributesOf(shownOf(kind), use, COMPUTED));
}

/** What people write to look up one object of a kind: its name. */
export function oneProps({ props, key }: Resource) {
  return z.object({ [key[0]!]: props.shape[key[0]!]! });
}

/** What people write to look up many objects of a kind: nothing, which means all, or names. */
export function manyProps({ key }: Resource) {
  return z.object({
    names: z
      .array(z.string().min(1))
      .optional()
      .meta({
        unordered: true,
        description: `Only these, by \`${snakeCase(key[0]!)}\`; each must exist. Unset: all.`,
      }),
  });
}

/** The type of the data source of many: `delinea_users`. */
export function manyType({ plural }: Resource): string {
  return terraformType(plural);
}

/** A data source of many tells the same of each as the data source of one. */
function dataSourceOfMany(kind: Resource): Schema {
  const { plural, key } = kind;
  const list: SchemaAttribute = {
    nested_type: { attributes: attributesOf(shownOf(kind), COMPUTED, COMPUTED), nesting_mode: 'list' },
    description: `The ${plural}, sorted by \`${snakeCase(key[0]!)}\`. With \`names\` each is read whole; without, all are as the tenant's list shows them, and what that list leaves out is null.`,
    description_kind: 'markdown',
    computed: true,
  };
  return schema(`The ${plural} of the tenant: all of them, or those with the given names.`, {
    ...attributesOf(readAttributes(manyProps(kind)), useInBlock),
    [snakeCase(plural)]: list,
  });
}

/** Kinds that can be declared. */
export const declarableKinds: readonly Resource[] = resources.filter((kind) => kind.removal);

/** Kinds that can be looked up by one name. */
export const namedKinds: readonly Resource[] = resources.filter(
  (kind) => kind.key.length === 1 && !kind.authoritativeFor,
);

/** The provider's schema, made from the definitions and the settings, in the words of those who write HCL. */
export function providerSchema(): ProviderSchema {
  const hasText = (name: string, value: unknown): value is string =>
    name === 'description' && typeof value === 'string';
  return JSON.parse(JSON.stringify(definedSchema()), (name, value: unknown) =>
    hasText(name, value) ? inHclWords(value) : value,
  ) as ProviderSchema;
}

/** The same in the words of the definitions, which are those of TypeScript. */
function definedSchema(): ProviderSchema {
  return {
    provider: schema('Privileged access in a Delinea tenant, as code.', attributesOf(settingAttributes, useInBlock)),
    resource_schemas: Object.fromEntries(declarableKinds.map((kind) => [terraformType(kind.type), schemaOf(kind)])),
    data_source_schemas: Object.fromEntries(
      namedKinds.flatMap((kind) => [
        [terraformType(kind.type), dataSource(kind)],
        [manyType(kind), dataSourceOfMany(kind)],
      ]),
    ),
  };
}

/** What `terraform providers schema -json` prints for this provider. */
export function schemaJson() {
  return { format_version: '1.0', provider_schemas: { [PROVIDER_ADDRESS]: providerSchema() } };
}

/** The same for generators of bindings, whose comments speak to those who write TypeScript. */
export function bindingsJson() {
  return { format_version: '1.0', provider_schemas: { [PROVIDER_ADDRESS]: definedSchema() } };
}

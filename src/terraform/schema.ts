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
import { withHclNames } from './hcl-names.js';

type ScalarType = 'string' | 'bool' | 'number';

/** An attribute in the format of `terraform providers schema -json`. */
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

/** The schema of a provider block, a resource or a data source. */
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

type Mode = Pick<SchemaAttribute, 'required' | 'optional' | 'computed'>;

/** Returns how a resource's attribute may be used. Unset means unmanaged, so optional attributes are computed as well. */
function modeInResource(attribute: Attribute): Mode {
  if (attribute.computed) return { computed: true };
  return attribute.required ? { required: true } : { optional: true, computed: true };
}

/** Returns the same for fields of nested elements and of the provider block, which are never computed. */
function modeInBlock(attribute: Attribute): Mode {
  return attribute.required ? { required: true } : { optional: true };
}

function describe({ description, default: preset }: Attribute): string {
  return preset === undefined || description.includes('(the default)')
    ? description
    : `${description} Default: \`${preset}\`.`;
}

function schemaAttribute(
  attribute: Attribute,
  use: (attribute: Attribute) => Mode,
  inner = modeInBlock,
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
  use: (attribute: Attribute) => Mode,
  inner = modeInBlock,
): Record<string, SchemaAttribute> {
  return Object.fromEntries(attributes.map((one) => [snakeCase(one.name), schemaAttribute(one, use, inner)]));
}

/** @param version of stored states */
function schema(description: string, attributes: Record<string, SchemaAttribute>, version = 0): Schema {
  return { version, block: { attributes, description, description_kind: 'markdown' } };
}

/**
 * Attributes that tie a creation to its reviewed plan: Terraform passes nothing else to its apply, plans it again, and
 * refuses another value. They stay as they are afterwards, as settings do.
 */
const reviewed = z.object({
  tenant: z.string().meta({
    setting: true,
    description: 'The hosts of the tenant in which the resource was created. Null: imported.',
  }),
  replaces: z.array(z.string()).meta({
    setting: true,
    description:
      'The existing access, members and values that the creation takes away or replaces. Null: imported, or not known before the apply.',
  }),
});

/** Returns the attributes of a resource in Terraform. */
export function resourceAttributes({ attributes }: Resource): readonly Attribute[] {
  return [...attributes, ...readAttributes(reviewed).map((attribute) => ({ ...attribute, computed: true }))];
}

/** Returns the schema of a resource. */
export function schemaOf(kind: Resource): Schema {
  const { description, stateUpgrades } = kind;
  return schema(description, attributesOf(resourceAttributes(kind), modeInResource), stateUpgrades?.length);
}

const COMPUTED = (): Mode => ({ computed: true });

/** Returns the attributes that a data source reads: all except settings such as `on_removal`. */
export function readableAttributes({ attributes }: Resource): readonly Attribute[] {
  return attributes.filter(({ setting }) => !setting);
}

/** Returns the schema of the data source that finds one object by its name. Permissions and bindings have no name. */
function dataSource(kind: Resource): Schema {
  const use = ({ name }: Attribute): Mode => (kind.key[0] === name ? { required: true } : { computed: true });
  return schema(kind.description, attributesOf(readableAttributes(kind), use, COMPUTED));
}

/** Returns the arguments of the data source for one object: its name, or a path, which a declared object cannot have as its name. */
export function singularProps({ props, key, namedBy }: Resource) {
  const declared = props.shape[key[0]!]!;
  const text = z
    .string()
    .min(1)
    .meta(z.globalRegistry.get(declared) ?? {});
  return z.object({ [key[0]!]: namedBy?.parent === undefined ? declared : text });
}

/** Returns the arguments of the data source for several objects: optional names. */
export function pluralProps({ key }: Resource) {
  return z.object({
    names: z
      .array(z.string().min(1))
      .optional()
      .meta({
        unordered: true,
        description: `Names (\`${snakeCase(key[0]!)}\`) of the objects to read; each must exist. Unset: all objects.`,
      }),
  });
}

/** Returns the Terraform type of the data source for several objects: `delinea_users`. */
export function pluralType({ plural }: Resource): string {
  return terraformType(plural);
}

/** Returns the schema of the data source for several objects. Each has the attributes of the data source for one. */
function pluralDataSource(kind: Resource): Schema {
  const { plural, key } = kind;
  const list: SchemaAttribute = {
    nested_type: { attributes: attributesOf(readableAttributes(kind), COMPUTED, COMPUTED), nesting_mode: 'list' },
    description: `The ${plural}, sorted by \`${snakeCase(key[0]!)}\`. With \`names\`, each of them is read completely. Without \`names\`, the attributes come from the tenant's list, and attributes that the list omits are null.`,
    description_kind: 'markdown',
    computed: true,
  };
  return schema(`The ${plural} of the tenant: all of them, or those with the given names.`, {
    ...attributesOf(readAttributes(pluralProps(kind)), modeInBlock),
    [snakeCase(plural)]: list,
  });
}

/** Kinds that can be declared. */
export const declarableKinds: readonly Resource[] = resources.filter((kind) => kind.removal);

/** Kinds that can be looked up by one name. */
export const lookupKinds: readonly Resource[] = resources.filter(
  (kind) => kind.edge === undefined && !kind.authoritativeFor,
);

/** Returns the provider's schema, made from the definitions and settings, with attribute names in descriptions as in HCL. */
export function providerSchema(): ProviderSchema {
  const hasText = (name: string, value: unknown): value is string =>
    name === 'description' && typeof value === 'string';
  return JSON.parse(JSON.stringify(typescriptSchema()), (name, value: unknown) =>
    hasText(name, value) ? withHclNames(value) : value,
  ) as ProviderSchema;
}

/** Returns the same schema with the attribute names in descriptions as in TypeScript. */
function typescriptSchema(): ProviderSchema {
  return {
    provider: schema('Privileged access in a Delinea tenant, as code.', attributesOf(settingAttributes, modeInBlock)),
    resource_schemas: Object.fromEntries(declarableKinds.map((kind) => [terraformType(kind.type), schemaOf(kind)])),
    data_source_schemas: Object.fromEntries(
      lookupKinds.flatMap((kind) => [
        [terraformType(kind.type), dataSource(kind)],
        [pluralType(kind), pluralDataSource(kind)],
      ]),
    ),
  };
}

/** Returns the output of `terraform providers schema -json` for this provider. */
export function schemaJson() {
  return { format_version: '1.0', provider_schemas: { [PROVIDER_ADDRESS]: providerSchema() } };
}

/** Returns the same with descriptions for TypeScript, from which the bindings are generated. */
export function bindingsJson() {
  return { format_version: '1.0', provider_schemas: { [PROVIDER_ADDRESS]: typescriptSchema() } };
}

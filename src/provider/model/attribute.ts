import * as z from 'zod';
import type { Values } from './values.js';

/**
 * How a value in code counts beside the environment, which the author of a pull request cannot change.
 * `free`: the code's value wins. `address`: it wins, but the environment must name its host if it supplies the
 * credentials. `authority`: an error if the environment supplies the credentials. `union`: the lists are united.
 * `smaller`: the smaller number counts. `both`: true only if both are. `allowance`: counts only if the environment
 * permits it by name.
 */
export type InCode = 'free' | 'address' | 'authority' | 'union' | 'smaller' | 'both' | 'allowance';

export type ValueType = 'string' | 'boolean' | 'number' | 'strings' | 'objects';

/** One attribute of a kind, read from its zod schema. Bindings, docs and schemas are generated from these. */
export interface Attribute {
  readonly name: string;
  readonly description: string;
  readonly type: ValueType;
  /** The fields of an element, for `objects`. */
  readonly fields: readonly Attribute[];
  readonly allowed: readonly string[] | undefined;
  readonly required: boolean;
  readonly default: unknown;
  readonly computed: boolean;
  readonly replace: boolean;
  readonly sensitive: boolean;
  readonly unordered: boolean;
  readonly caseless: boolean;
  readonly setting: boolean;
  readonly refersTo: readonly string[];
  readonly refersBy: string | undefined;
  readonly elementKey: string | undefined;
  readonly exclusive: boolean;
  readonly ofIdentityProvider: boolean;
  readonly least: string | undefined;
  readonly most: string | undefined;
  /** The rule of a provider setting; of other attributes `free`. */
  readonly inCode: InCode;
}

/** Returns the kinds that a reference may have: only one if another attribute holds the kind. */
export function kindsMeant({ refersTo, refersBy }: Attribute, values: Values): readonly string[] {
  const chosen = refersBy === undefined ? undefined : values[refersBy];
  return typeof chosen === 'string' ? refersTo.filter((kind) => kind === chosen) : refersTo;
}

/** Reads the attributes of an object schema, such as a kind's props or the provider's settings. */
export function readAttributes(schema: z.ZodObject): Attribute[] {
  return Object.entries(schema.shape).map(([name, of]) => readAttribute(name, of));
}

type Schema = z.core.$ZodType;

function scalarType(schema: Schema): ValueType {
  if (schema instanceof z.ZodBoolean) return 'boolean';
  return schema instanceof z.ZodNumber ? 'number' : 'string';
}

/**
 * Reads one attribute. Metadata may be on any layer: `.optional()`, `.default()` and `z.preprocess` wrap the described
 * schema.
 */
function readAttribute(name: string, schema: Schema): Attribute {
  let inner: Schema = schema;
  let required = true;
  let preset: unknown;
  const meta: Record<string, unknown> = {};
  for (;;) {
    for (const [key, value] of Object.entries(z.globalRegistry.get(inner) ?? {})) meta[key] ??= value;
    if (inner instanceof z.ZodOptional) {
      required = false;
      inner = inner.unwrap();
    } else if (inner instanceof z.ZodDefault) {
      required = false;
      preset = inner.def.defaultValue;
      inner = inner.unwrap();
    } else if (inner instanceof z.ZodPipe) {
      inner = inner.out;
    } else break;
  }
  const element = inner instanceof z.ZodArray ? inner.element : undefined;
  const fields = element instanceof z.ZodObject ? readAttributes(element) : [];
  return {
    name,
    description: String(meta.description ?? ''),
    type: element ? (fields.length > 0 ? 'objects' : 'strings') : scalarType(inner),
    fields,
    allowed: inner instanceof z.ZodEnum ? inner.options.map(String) : undefined,
    required,
    default: preset,
    computed: false,
    replace: meta.replace === true,
    sensitive: meta.sensitive === true,
    unordered: meta.unordered === true,
    caseless: meta.caseless === true,
    setting: meta.setting === true,
    refersTo: (meta.refersTo as readonly string[] | undefined) ?? [],
    refersBy: meta.refersBy as string | undefined,
    elementKey: meta.elementKey as string | undefined,
    exclusive: meta.exclusive === true,
    ofIdentityProvider: meta.ofIdentityProvider === true,
    least: meta.least as string | undefined,
    most: meta.most as string | undefined,
    inCode: (meta.inCode as InCode | undefined) ?? 'free',
  };
}

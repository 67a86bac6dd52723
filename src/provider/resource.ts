import * as z from 'zod';
import { DelineaError } from './errors.js';
import type { Wire } from './wire.js';

/** Attribute values by camelCase name: what people declare, what a surface holds, what a plan compares. */
export type Values = Readonly<Record<string, unknown>>;

declare module 'zod' {
  interface GlobalMeta {
    /** Changing it cannot be done in place. */
    replace?: boolean;
    /** Never shown, never written to a plan or a log. */
    sensitive?: boolean;
    /** A set: order means nothing. */
    unordered?: boolean;
    /** Compared without case (RFC 7643 §4.1.1: userName is caseExact=false). */
    caseless?: boolean;
    /** Steers the engine and never reaches the wire. */
    setting?: boolean;
    /** Holds an id (or, for kinds that say so, a name) of one of these kinds. */
    refersTo?: readonly string[];
    /** The attribute that tells which of `refersTo` is meant, where there are several. */
    refersBy?: string;
    /** In a set of objects: the field by which two elements are the same one. */
    elementKey?: string;
    /** In a set of objects: true of one element at most (RFC 7643 §2.4: `primary`). */
    exclusive?: boolean;
    /** An identity provider's to change on objects whose correlation key it holds. */
    ofIdentityProvider?: boolean;
    /** The right that every other one includes, and the one that includes every other. Between them no order is documented. */
    least?: string;
    most?: string;
  }
}

export type ValueType = 'string' | 'boolean' | 'number' | 'strings' | 'objects';

/** One attribute of a kind, read off its zod schema. Everything that is generated is generated from these. */
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
}

/** What "no longer declared" means for a kind, as data. */
export type Removal =
  | {
      readonly verb: 'deactivate';
      /** What an inactive object looks like. */
      readonly to: Values;
      /** What enables it again; where this is given, it takes consent. */
      readonly alive?: Values;
      /** For people, after "will be": what that means. */
      readonly says: string;
    }
  | { readonly verb: 'revoke' };

/** What must always have an active holder, counted through groups. */
export interface Keeps {
  /** The attribute that names it: a container, a role. */
  readonly scope: string;
  /** Which of its edges count: those that give Owner. */
  readonly holding?: Values;
  /** The setting that names those that are kept; unset: all are. */
  readonly setting?: 'adminRoles';
  /** For people: what it would be left without. */
  readonly says: string;
}

/** A kind that is the whole set of another kind's edges in one place. */
export interface SetOf {
  /** The kind of the edges, which has the surface and the wire. */
  readonly kind: string;
  /** The attribute, of the set and of its edges, that names the place: a container, a role. */
  readonly scope: string;
  /** The attribute that lists the edges, each without the place. */
  readonly elements: string;
}

/** Makes of a kept state one of the next version. Total: what it does not know it passes on. */
export type StateUpgrade = (state: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>;

export interface ResourceSpec<P extends z.ZodObject = z.ZodObject> {
  /** kebab-case: `container-permission` is `delinea_container_permission` and ContainerPermission. */
  readonly type: string;
  readonly title: string;
  readonly plural: string;
  readonly description: string;
  /** What people write. Plain = required; `.optional()` = unset means unmanaged; `.default(x)` = known at plan time. */
  readonly props: P;
  /** What only the service sets: the id. */
  readonly attrs: z.ZodObject;
  /** The attributes that together name one object: adoption, duplicate check, import by name. */
  readonly key: readonly string[];
  /** What people call one object: attribute names in braces, ids shown as names. */
  readonly label: string;
  /** Declarations may refer to it by this attribute beside the id and, with `parent`, by its path. */
  readonly namedBy?: { readonly name: string; readonly parent?: string };
  /** The attribute that others hold to refer to one; unset: its id. */
  readonly referredBy?: string;
  /** Objects of this kind log in: they have sessions, and the run itself is one of them. */
  readonly account?: boolean;
  /** For an edge: what it joins its principal to must never be left without somebody active who has it. */
  readonly keeps?: Keeps;
  /** The attribute by which an identity provider finds the object again (RFC 7643 §3.1; guide 000, "User object"). */
  readonly correlation?: string;
  /** Not one object but all edges of a kind in one place: whatever is there and not declared is taken away. */
  readonly setOf?: SetOf;
  /**
   * How a kept state of version 0, 1 and so on becomes one of the next version: attributes by snake_case name, as JSON.
   * Today's version is the number of these steps. An attribute that came or went without a new meaning needs none.
   */
  readonly stateUpgrades?: readonly StateUpgrade[];
  /** Absent: the kind can be read and referred to, not declared. */
  readonly removal?: Removal;
  /** Permissions the account needs, to read one as well, for the reference pages (the hint on a 403 is the surface's). */
  readonly permissions: readonly string[];
  /** What it needs besides to change one. */
  readonly writePermissions?: readonly string[];
  /** Where the attributes stand on the wire, by protocol. */
  readonly wire: Readonly<Record<string, Wire>>;
}

export interface Resource<P extends z.ZodObject = z.ZodObject> extends ResourceSpec<P> {
  readonly attributes: readonly Attribute[];
}

/** Names that break or shadow something in Terraform or in the generated bindings. */
const RESERVED = new Set(
  'provider count connection lifecycle dependsOn forEach provisioner provisioners fqn toString constructor'.split(' '),
);

/**
 * Checks a definition and reads its attributes off the zod schemas.
 * @throws DelineaError `settings_invalid` for a reserved name or a key that is no attribute: a programming mistake.
 */
export function defineResource<P extends z.ZodObject>(spec: ResourceSpec<P>): Resource<P> {
  const attributes = [
    ...readAttributes(spec.attrs).map((attribute) => ({ ...attribute, computed: true })),
    ...readAttributes(spec.props),
  ];
  for (const { name } of attributes) {
    if (RESERVED.has(name)) {
      throw new DelineaError('settings_invalid', `${spec.type}: an attribute cannot be called "${name}"`);
    }
  }
  const labelled = [...spec.label.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!);
  const correlation = spec.correlation === undefined ? [] : [spec.correlation];
  for (const name of [...spec.key, ...labelled, ...correlation]) {
    if (!attributes.some((attribute) => attribute.name === name)) {
      throw new DelineaError(
        'settings_invalid',
        `${spec.type}: key, label or correlation names "${name}", which is no attribute`,
      );
    }
  }
  return { ...spec, attributes };
}

/** Finds one attribute. @throws DelineaError when there is none: callers check names that people wrote beforehand. */
export function attributeOf(resource: Resource, name: string): Attribute {
  const found = resource.attributes.find((attribute) => attribute.name === name);
  if (!found) throw new DelineaError('stack_invalid', `${resource.type} has no attribute "${name}"`);
  return found;
}

/** The kinds that a reference may mean among these values: one, where another attribute tells which. */
export function kindsMeant({ refersTo, refersBy }: Attribute, values: Values): readonly string[] {
  const told = refersBy === undefined ? undefined : values[refersBy];
  return typeof told === 'string' ? refersTo.filter((kind) => kind === told) : refersTo;
}

/** The attributes of any object schema, such as a kind's props or the provider's settings. */
export function readAttributes(schema: z.ZodObject): Attribute[] {
  return Object.entries(schema.shape).map(([name, of]) => readAttribute(name, of));
}

/** Whether an edge is one of those that count. */
export function counts({ holding = {} }: Keeps, values: Values): boolean {
  return Object.entries(holding).every(([name, value]) => values[name] === value);
}

/** Some of the values; what is unset is left out. */
export function pick(values: Values, names: readonly string[]): Values {
  return Object.fromEntries(names.filter((name) => values[name] !== undefined).map((name) => [name, values[name]]));
}

/** Clearing is explicit: an empty text or list says "nothing here". */
export function isCleared(value: unknown): boolean {
  return value === null || value === '' || (Array.isArray(value) && value.length === 0);
}

type Schema = z.core.$ZodType;

function scalarType(schema: Schema): ValueType {
  if (schema instanceof z.ZodBoolean) return 'boolean';
  return schema instanceof z.ZodNumber ? 'number' : 'string';
}

/** Reads what was written on any layer of the schema: `.optional()`, `.default()` and `z.preprocess` wrap what was described. */
function readAttribute(name: string, schema: Schema): Attribute {
  let inner: Schema = schema;
  let required = true;
  let preset: unknown;
  const meta: Record<string, unknown> = {};
  for (;;) {
    for (const [word, value] of Object.entries(z.globalRegistry.get(inner) ?? {})) meta[word] ??= value;
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
  };
}

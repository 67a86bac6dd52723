import type * as z from 'zod';
import { type Attribute, readAttributes } from './attribute.js';
import { DelineaError } from './errors.js';
import type { Values } from './values.js';
import type { Wire } from './wire.js';

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

/** What "no longer declared" means for a kind, as data. */
export type Removal =
  | {
      readonly verb: 'deactivate';
      /** What an inactive object looks like. */
      readonly inactive: Values;
      /** What enables it again; where this is given, it takes consent. */
      readonly active?: Values;
      /** For people, after "will be": what that means. */
      readonly effect: string;
    }
  | { readonly verb: 'revoke' };

/** What must always have an active holder, counted through groups. */
export interface RequiredHolder {
  /** The attribute that names it: a container, a role. */
  readonly scope: string;
  /** Which of its edges count: those that give Owner. */
  readonly when?: Values;
  /** The setting that names those that are kept; unset: all are. */
  readonly setting?: 'adminRoles';
  /** For people: what it would be left without. */
  readonly label: string;
}

/** A kind that is the whole set of another kind's edges in one place. */
export interface AuthoritativeList {
  /** The kind of the edges, which has the surface and the wire. */
  readonly edge: string;
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
  readonly requiredHolder?: RequiredHolder;
  /** The attribute by which an identity provider finds the object again (RFC 7643 §3.1; guide 000, "User object"). */
  readonly correlation?: string;
  /** Not one object but all edges of a kind in one place: whatever is there and not declared is taken away. */
  readonly authoritativeFor?: AuthoritativeList;
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

/** Whether an edge is one of those that count. */
export function matchesRule({ when = {} }: RequiredHolder, values: Values): boolean {
  return Object.entries(when).every(([name, value]) => values[name] === value);
}

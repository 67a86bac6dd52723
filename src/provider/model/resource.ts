import type * as z from 'zod';
import { type Attribute, readAttributes } from './attribute.js';
import { DelineaError } from './errors.js';
import type { Values } from './values.js';
import type { Wire } from './wire.js';

declare module 'zod' {
  interface GlobalMeta {
    /** The service cannot change the attribute in place: a new value replaces the object. */
    replace?: boolean;
    /** Never shown, and never written to a plan or a log. */
    sensitive?: boolean;
    /** A set: the order has no meaning. */
    unordered?: boolean;
    /** Compared without case (RFC 7643 §4.1.1: userName is caseExact=false). */
    caseless?: boolean;
    /** Steers the engine. Never sent to the service. */
    setting?: boolean;
    /** The attribute holds an id of one of these kinds, or a name if the kind has `referredBy`. */
    refersTo?: readonly string[];
    /** The attribute that holds the kind of the reference, if `refersTo` lists several kinds. */
    refersBy?: string;
    /** In a set of objects: the field that identifies an element. */
    elementKey?: string;
    /** In a set of objects: a flag that at most one element has (RFC 7643 §2.4: `primary`). */
    exclusive?: boolean;
    /** An identity provider manages the attribute on objects that carry its correlation key. */
    ofIdentityProvider?: boolean;
    /**
     * The right that every other right includes, and the right that includes every other. The order between is not
     * documented.
     */
    least?: string;
    most?: string;
  }
}

/** The way in which a kind is removed when it is no longer declared. */
export type Removal =
  | {
      readonly verb: 'deactivate';
      /** Values of an inactive object. */
      readonly inactive: Values;
      /** Values that enable the object again. If given, enabling needs consent. */
      readonly active?: Values;
      /** The effect in words, completing the sentence "will be ...". */
      readonly effect: string;
    }
  | { readonly verb: 'revoke' }
  /** Nothing is written: the object stays in the tenant and is no longer managed. */
  | { readonly verb: 'release' };

/** The attributes by which an edge joins its principal to its scope. */
export interface Edge {
  /** The user or group that has the access, or that is the member. */
  readonly principal: { readonly type: string; readonly id: string };
  /** The container, role or group that the edge leads to. */
  readonly scope: string;
  /** The array that holds the edge, on its principal or on its scope. Unset: the edge is an object of its own. */
  readonly storedIn?: { readonly object: 'principal' | 'scope'; readonly array: string };
  /** The attribute of a scope that shows whether it has the edges of another scope, and the setting that ends that. */
  readonly inheritance?: { readonly shownBy: string; readonly brokenBy: string };
}

/** The rule that the scope of an edge must keep an active holder, counted through groups. */
export interface RequiredHolder {
  /** The edges that count, such as those with right Owner. Unset: all edges. */
  readonly when?: Values;
  /** The setting that lists the scopes under this rule. Unset: all scopes. */
  readonly setting?: 'adminRoles';
  /** The holder in words: `active Owner`. */
  readonly label: string;
}

/** An attribute that lists all edges of one scope. Edges that it does not list are revoked. */
export interface AuthoritativeList {
  /** The kind of the edges. */
  readonly edge: string;
  /** The attribute that identifies the scope: `container`, `role`, or the `id` of a group that lists its members. */
  readonly scope: string;
  /** The attribute that lists the edges, each without the scope. */
  readonly elements: string;
  /** Settings of the list that also apply to each edge. */
  readonly settings?: readonly string[];
  /** The attribute that declares the scope as retired: it needs no required holder, and may be left without edges. */
  readonly retiredBy?: string;
}

/** Upgrades a stored state by one version. Must pass on attributes that it does not know. */
export type StateUpgrade = (state: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>;

export interface ResourceSpec<P extends z.ZodObject = z.ZodObject> {
  /** kebab-case: `container-permission` is `delinea_container_permission` and ContainerPermission. */
  readonly type: string;
  readonly title: string;
  readonly plural: string;
  readonly description: string;
  /**
   * Attributes that configurations set. Plain = required; `.optional()` = unset means unmanaged; `.default(x)` = known
   * at plan time.
   */
  readonly props: P;
  /** Attributes that only the service sets: the id. */
  readonly attrs: z.ZodObject;
  /** The attributes that together identify an object: for adoption, duplicate checks and import by name. */
  readonly key: readonly string[];
  /** The display name: attribute names in braces, ids shown as names. */
  readonly label: string;
  /** Declarations may refer to an object by this attribute as well as by id and, with `parent`, by path. */
  readonly namedBy?: { readonly name: string; readonly parent?: string };
  /**
   * Stands before an id that is a number. Services number each kind from 1, and lists of members hold ids of several
   * kinds: with the prefix, no two of these have the same id.
   */
  readonly numberPrefix?: string;
  /** The attribute that references to this kind hold. Unset: the id. */
  readonly referredBy?: string;
  /** The kind logs in: it has sessions, and the run's own account is of this kind. */
  readonly account?: boolean;
  /** The kind is an edge: a permission, a role binding or a membership. */
  readonly edge?: Edge;
  /** The scope of these edges must keep an active holder. */
  readonly requiredHolder?: RequiredHolder;
  /** The attribute by which an identity provider finds the object (RFC 7643 §3.1; guide 000, "User object"). */
  readonly correlation?: string;
  /** The kind is not an object but the authoritative list of one scope's edges. */
  readonly authoritativeFor?: AuthoritativeList;
  /** Attributes of an object that are authoritative lists of edges to it: the members of a group. */
  readonly lists?: readonly AuthoritativeList[];
  /**
   * Upgrades of a stored state from version 0, 1 and so on to the next: attributes by snake_case name, as JSON. The
   * current version is the number of upgrades. Adding or dropping an attribute needs none.
   */
  readonly stateUpgrades?: readonly StateUpgrade[];
  /** Unset: the kind can be read and referred to, but not declared. */
  readonly removal?: Removal;
  /** Permissions that the account needs for this kind, for the reference pages (the hint on a 403 is the surface's). */
  readonly permissions: readonly string[];
  /** Permissions needed in addition for a change. */
  readonly writePermissions?: readonly string[];
  /** The form of the kind in requests and responses, by protocol. */
  readonly wire: Readonly<Record<string, Wire>>;
}

export interface Resource<P extends z.ZodObject = z.ZodObject> extends ResourceSpec<P> {
  readonly attributes: readonly Attribute[];
}

/** A definition with an `edge`. */
export type EdgeResource = Resource & { readonly edge: Edge };

/** Names that break or shadow a name in Terraform or in the generated bindings. */
const RESERVED = new Set(
  'provider count connection lifecycle dependsOn forEach provisioner provisioners fqn toString constructor'.split(' '),
);

/**
 * Checks a definition and reads its attributes from the zod schemas.
 * @throws DelineaError `settings_invalid` for a mistake in the definition
 */
export function defineResource<P extends z.ZodObject>(spec: ResourceSpec<P>): Resource<P> {
  const attributes = [
    ...readAttributes(spec.attrs).map((attribute) => ({ ...attribute, computed: true })),
    ...readAttributes(spec.props),
  ];
  const reserved = attributes.filter(({ name }) => RESERVED.has(name));
  const faults = [
    ...reserved.map(({ name }) => `"${name}" is a reserved name and cannot be an attribute`),
    ...nameFaults(spec, attributes),
    ...edgeFaults(spec, attributes),
  ];
  if (faults.length > 0) throw new DelineaError('settings_invalid', `${spec.type}: ${faults.join('; ')}`);
  return { ...spec, attributes };
}

function nameFaults({ key, label, correlation }: ResourceSpec, attributes: readonly Attribute[]): string[] {
  const labelled = [...label.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!);
  const names = [...key, ...labelled, ...(correlation === undefined ? [] : [correlation])];
  const unknown = names.filter((name) => !attributes.some((attribute) => attribute.name === name));
  return unknown.map((name) => `key, label or correlation names "${name}", which is not an attribute`);
}

/** Checks the words that guards rely on: an edge or a list of members that is not described is not guarded. */
function edgeFaults(spec: ResourceSpec, attributes: readonly Attribute[]): string[] {
  const { key, edge, requiredHolder, authoritativeFor, lists = [] } = spec;
  const attributeNamed = (name: string) => attributes.find((attribute) => attribute.name === name);
  const unlisted = attributes.filter(
    ({ name, type, refersTo }) =>
      type === 'strings' && refersTo.length > 0 && !lists.some(({ elements }) => elements === name),
  );
  const faults = unlisted.map(({ name }) => `"${name}" lists ids, so \`lists\` must describe it`);
  for (const { elements, scope } of lists) {
    const attribute = attributeNamed(elements);
    if (attribute?.type !== 'strings' || attribute.refersTo.length === 0)
      faults.push(`lists names "${elements}", which is not a list of ids`);
    if (!attributeNamed(scope)) faults.push(`lists names "${scope}", which is not an attribute`);
  }
  if (!edge) {
    const joins = attributes.flatMap(({ name, refersTo, refersBy }) => (refersTo.length > 0 ? [name, refersBy] : []));
    if (!authoritativeFor && key.every((name) => joins.includes(name)))
      faults.push('its key only refers to other objects, so it needs `edge`');
    if (requiredHolder) faults.push('requiredHolder needs `edge`');
    return faults;
  }
  const { principal, scope } = edge;
  if (authoritativeFor) faults.push('a kind is either an edge or an authoritative set of edges');
  const id = attributeNamed(principal.id);
  if (!id || id.refersTo.length === 0 || id.refersBy !== principal.type || !attributeNamed(principal.type))
    faults.push(`edge.principal: "${principal.id}" must refer to users or groups by "${principal.type}"`);
  if (attributeNamed(scope)?.refersTo.length !== 1)
    faults.push(`edge.scope: "${scope}" must be an attribute that refers to one kind`);
  const ends = [scope, principal.type, principal.id];
  if (key.length !== ends.length || !ends.every((name) => key.includes(name)))
    faults.push(`its key must be ${ends.join(', ')}, the attributes in \`edge\``);
  return faults;
}

/** Finds one attribute. @throws DelineaError `stack_invalid` if the kind does not have it */
export function attributeOf(resource: Resource, name: string): Attribute {
  const found = resource.attributes.find((attribute) => attribute.name === name);
  if (!found) throw new DelineaError('stack_invalid', `${resource.type} has no attribute "${name}"`);
  return found;
}

/** Returns whether an edge counts under the rule. */
export function matchesRule({ when = {} }: RequiredHolder, values: Values): boolean {
  return Object.entries(when).every(([name, value]) => values[name] === value);
}

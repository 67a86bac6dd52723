import {
  type Attribute,
  DelineaError,
  diff,
  isCleared,
  type Resource,
  resourceOf,
  snakeCase,
  type Values,
} from '../../provider/index.js';
import { valuesOf } from '../values/attributes.js';
import { isObjectValue, isWhollyKnown, type ObjectValue, sameValue, UNKNOWN, type Value } from '../values/value.js';
import type { KindBlock } from './blocks.js';

/** Facts that planned values need in addition to prior state, configuration and defaults. */
export interface NameComparison {
  /** Returns whether two names identify the same object, such as a container's name and its id. */
  sameName(kind: string, left: string, right: string): Promise<boolean>;
  /** Returns whether an update gives objects of this kind another id. */
  recreates(kind: string): boolean;
}

export interface PlannedValues {
  readonly state: ObjectValue;
  /** Changed attributes that cannot be updated in place, in snake_case. */
  readonly replace: readonly string[];
  readonly changed: boolean;
}

/**
 * Plans the attributes after an apply from prior state, configuration and defaults alone: Terraform plans again during the
 * apply and rejects a different result. A value that is equivalent to the prior one keeps the prior spelling.
 */
export async function plannedValues(
  { attributes, kind }: KindBlock,
  prior: ObjectValue | undefined,
  config: ObjectValue,
  names: NameComparison,
): Promise<PlannedValues> {
  const state: Record<string, Value> = {};
  const replace: string[] = [];
  for (const attribute of attributes) {
    const name = snakeCase(attribute.name);
    const was = prior?.[name] ?? null;
    const desired = config[name] ?? null;
    if (attribute.computed) state[name] = prior ? was : UNKNOWN;
    else if (desired === null) state[name] = unsetValue(attribute, prior, was);
    else if (sameValue(desired, was)) state[name] = was;
    else state[name] = (await keepsPrior(attribute, desired, was, names)) ? was : desired;
    if (prior && attribute.replace && !sameValue(state[name], was)) replace.push(name);
  }
  if (prior) Object.assign(state, reactivated(kind, prior, config));
  const changed = attributes.filter(
    ({ name }) => !sameValue(state[snakeCase(name)]!, prior?.[snakeCase(name)] ?? null),
  );
  if (prior && names.recreates(kind.type) && changed.some(({ setting }) => !setting)) state.id = UNKNOWN;
  return { state, replace, changed: changed.length > 0 };
}

/** Returns the value of an attribute that is not configured: its default, or else the prior value, now unmanaged. */
function unsetValue({ default: preset, setting }: Attribute, prior: ObjectValue | undefined, was: Value): Value {
  if (preset !== undefined) return preset as Value;
  if (prior) return was;
  return setting ? null : UNKNOWN;
}

async function keepsPrior(attribute: Attribute, desired: Value, was: Value, names: NameComparison): Promise<boolean> {
  if (was === null || !isWhollyKnown(desired) || !isWhollyKnown(was)) return false;
  return !attribute.setting && isEquivalent(attribute, desired, was, names);
}

/** Returns whether two values are equivalent, including different names of the same object. */
export async function isEquivalent(
  attribute: Attribute,
  desired: Value,
  live: Value,
  names: NameComparison,
): Promise<boolean> {
  if (isEqualValue(attribute, desired, live)) return true;
  const kind = kindWithNames(attribute);
  if (kind === undefined || typeof desired !== 'string' || typeof live !== 'string') return false;
  return names.sameName(kind, desired, live).catch((error: unknown) => {
    throw error instanceof DelineaError ? error.at(attribute.name) : error;
  });
}

/** Returns the kind that an attribute may name in several ways: a container by id, name or path, a role by name or id. */
function kindWithNames({ refersTo }: Attribute): string | undefined {
  return refersTo.find((kind) => resourceOf(kind).namedBy);
}

/**
 * Returns whether two values are equal, ignoring the case of names, the order of sets and fields that are not
 * configured.
 */
function isEqualValue(attribute: Attribute, desired: Value, live: Value): boolean {
  const side = (value: Value): Values => valuesOf([attribute], { [snakeCase(attribute.name)]: value });
  const [left, right] = [side(desired), side(live)];
  if (left[attribute.name] === undefined) return live === null || isCleared(live);
  return diff({ attributes: [attribute] }, left, right).length === 0;
}

/** Returns the attributes that a new consent (`reactivate`) changes on a disabled account. An unknown consent makes them unknown. */
function reactivated({ removal }: KindBlock['kind'], prior: ObjectValue, config: ObjectValue): ObjectValue {
  if (removal?.verb !== 'deactivate' || !removal.active) return {};
  const consent = config.reactivate ?? null;
  const isNew = consent === UNKNOWN || (typeof consent === 'string' && consent !== prior.reactivate);
  const disabled = Object.entries(removal.inactive).every(([name, value]) => prior[snakeCase(name)] === value);
  if (!isNew || !disabled) return {};
  const unmanaged = Object.entries(removal.active).filter(([name]) => (config[snakeCase(name)] ?? null) === null);
  return Object.fromEntries(
    unmanaged.map(([name, value]) => [snakeCase(name), consent === UNKNOWN ? UNKNOWN : (value as Value)]),
  );
}

/**
 * Returns the known part of a configuration. Lists of text and the elements of an authoritative set keep their known
 * elements.
 */
export function knownPart(
  attributes: readonly Attribute[],
  config: ObjectValue,
  { authoritativeFor }: Resource,
): ObjectValue {
  return Object.fromEntries(
    attributes.map(({ name, type }) => {
      const value = config[snakeCase(name)] ?? null;
      if (isWhollyKnown(value)) return [snakeCase(name), value];
      const each = type === 'strings' || name === authoritativeFor?.elements;
      const known = each && Array.isArray(value) ? value.filter(isWhollyKnown) : [];
      return [snakeCase(name), known.length > 0 ? known : null];
    }),
  );
}

/** Returns the attributes that are not wholly known, in camelCase. */
export function unknownNames(attributes: readonly Attribute[], config: ObjectValue): string[] {
  return attributes.filter(({ name }) => !isWhollyKnown(config[snakeCase(name)] ?? null)).map(({ name }) => name);
}

/** Returns the lists of text that `knownPart` shortens, in camelCase. */
export function partlyUnknownLists(attributes: readonly Attribute[], config: ObjectValue): string[] {
  const lists = attributes.filter(({ type, name }) => {
    const value = config[snakeCase(name)] ?? null;
    return type === 'strings' && Array.isArray(value) && !isWhollyKnown(value);
  });
  return lists.map(({ name }) => name);
}

/** Returns the known fields of those elements of an authoritative set that are not wholly known. undefined: not a set. */
export function unknownElements({ kind, attributes }: KindBlock, config: ObjectValue): Values[] | 'all' | undefined {
  const attribute = attributes.find(({ name }) => name === kind.authoritativeFor?.elements);
  const value = attribute && config[snakeCase(attribute.name)];
  if (!attribute || value === undefined || value === null) return undefined;
  if (!Array.isArray(value)) return 'all';
  if (value.includes(UNKNOWN)) return 'all';
  return value
    .filter((element: Value): element is ObjectValue => isObjectValue(element) && !isWhollyKnown(element))
    .map((element) =>
      valuesOf(
        attribute.fields,
        Object.fromEntries(Object.entries(element).filter(([, inner]) => isWhollyKnown(inner))),
      ),
    );
}

/** Returns the configuration with defaults for unset attributes. */
export function declaredValues(attributes: readonly Attribute[], config: ObjectValue): Values {
  const defaults = attributes.filter((attribute) => attribute.default !== undefined);
  return {
    ...Object.fromEntries(defaults.map((attribute) => [attribute.name, attribute.default])),
    ...valuesOf(attributes, config),
  };
}

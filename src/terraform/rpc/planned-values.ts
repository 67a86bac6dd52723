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

/** What the values of a plan may be asked for that is neither prior, configuration nor default. */
export interface Names {
  /** Whether two names mean one place, such as a container's name and its id. */
  sameName(kind: string, left: string, right: string): Promise<boolean>;
  /** Whether another right has another id. */
  recreates(kind: string): boolean;
}

export interface PlannedValues {
  readonly state: ObjectValue;
  /** Attributes that cannot be changed in place, in snake_case. */
  readonly replace: readonly string[];
  readonly changed: boolean;
}

/**
 * What the attributes will be after an apply: made of the earlier state, the configuration and the defaults alone, since
 * Terraform asks again when it applies and takes another answer for a fault. Equal is the whole earlier value.
 */
export async function plannedValues(
  { attributes, kind }: KindBlock,
  prior: ObjectValue | undefined,
  config: ObjectValue,
  names: Names,
): Promise<PlannedValues> {
  const state: Record<string, Value> = {};
  const replace: string[] = [];
  for (const attribute of attributes) {
    const name = snakeCase(attribute.name);
    const was = prior?.[name] ?? null;
    const wanted = config[name] ?? null;
    if (attribute.computed) state[name] = prior ? was : UNKNOWN;
    else if (wanted === null) state[name] = unset(attribute, prior, was);
    else if (sameValue(wanted, was)) state[name] = was;
    else state[name] = (await isSame(attribute, wanted, was, names)) ? was : wanted;
    if (prior && attribute.replace && !sameValue(state[name], was)) replace.push(name);
  }
  if (prior) Object.assign(state, revived(kind, prior, config));
  const changed = attributes.filter(
    ({ name }) => !sameValue(state[snakeCase(name)]!, prior?.[snakeCase(name)] ?? null),
  );
  if (prior && names.recreates(kind.type) && changed.some(({ setting }) => !setting)) state.id = UNKNOWN;
  return { state, replace, changed: changed.length > 0 };
}

/** Not in the configuration: its default, or else no longer managed, which is as it was. */
function unset({ default: preset, setting }: Attribute, prior: ObjectValue | undefined, was: Value): Value {
  if (preset !== undefined) return preset as Value;
  if (prior) return was;
  return setting ? null : UNKNOWN;
}

async function isSame(attribute: Attribute, wanted: Value, was: Value, names: Names): Promise<boolean> {
  if (was === null || !isWhollyKnown(wanted) || !isWhollyKnown(was)) return false;
  return !attribute.setting && saysSame(attribute, wanted, was, names);
}

/** Whether a value means what another means, be it as another name of one place. */
export async function saysSame(attribute: Attribute, wanted: Value, live: Value, names: Names): Promise<boolean> {
  if (meansSame(attribute, wanted, live)) return true;
  const kind = namedKind(attribute);
  if (kind === undefined || typeof wanted !== 'string' || typeof live !== 'string') return false;
  return names.sameName(kind, wanted, live).catch((error: unknown) => {
    throw error instanceof DelineaError ? error.at(attribute.name) : error;
  });
}

/** The kind that an attribute names in several ways: a container by id, name or path, a role by name or id. */
function namedKind({ refersTo }: Attribute): string | undefined {
  return refersTo.find((kind) => resourceOf(kind).namedBy);
}

/** Whether a value says what another says: names without case, sets without order, only fields that are given. */
function meansSame(attribute: Attribute, wanted: Value, live: Value): boolean {
  const side = (value: Value): Values => valuesOf([attribute], { [snakeCase(attribute.name)]: value });
  const [left, right] = [side(wanted), side(live)];
  if (left[attribute.name] === undefined) return live === null || isCleared(live);
  return diff({ attributes: [attribute] }, left, right).length === 0;
}

/** A new consent enables a disabled account, whether or not code speaks of it; one that is not known yet may. */
function revived({ removal }: KindBlock['kind'], prior: ObjectValue, config: ObjectValue): ObjectValue {
  if (removal?.verb !== 'deactivate' || !removal.active) return {};
  const consent = config.reactivate ?? null;
  const isNew = consent === UNKNOWN || (typeof consent === 'string' && consent !== prior.reactivate);
  const disabled = Object.entries(removal.inactive).every(([name, value]) => prior[snakeCase(name)] === value);
  if (!isNew || !disabled) return {};
  const alive = Object.entries(removal.active).filter(([name]) => (config[snakeCase(name)] ?? null) === null);
  return Object.fromEntries(
    alive.map(([name, value]) => [snakeCase(name), consent === UNKNOWN ? UNKNOWN : (value as Value)]),
  );
}

/**
 * What of a configuration is known already; a list without those of its elements that are not.
 * @param setOf the elements of a whole set, of which each is known or not
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

/** The lists that `knownPart` has without some of their elements, in camelCase. */
export function partlyKnown(attributes: readonly Attribute[], config: ObjectValue): string[] {
  const lists = attributes.filter(({ type, name }) => {
    const value = config[snakeCase(name)] ?? null;
    return type === 'strings' && Array.isArray(value) && !isWhollyKnown(value);
  });
  return lists.map(({ name }) => name);
}

/** The elements of a whole set that are not wholly known, what is known of each; undefined: it is no set. */
export function openElements({ kind, attributes }: KindBlock, config: ObjectValue): Values[] | 'all' | undefined {
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

/** The configuration with the defaults of what it leaves out. */
export function declaredValues(attributes: readonly Attribute[], config: ObjectValue): Values {
  const defaults = attributes.filter((attribute) => attribute.default !== undefined);
  return {
    ...Object.fromEntries(defaults.map((attribute) => [attribute.name, attribute.default])),
    ...valuesOf(attributes, config),
  };
}

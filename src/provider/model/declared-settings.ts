import { isDeepStrictEqual } from 'node:util';
import type { Declaration } from './declaration.js';
import { snakeCase } from './names.js';
import type { Resource } from './resource.js';
import { pick, type Values } from './values.js';

/** A setting of a declaration that is not what it was at the last apply. */
export interface SettingChange {
  /** As the code spells it: `on_removal`, `prevent_destroy`. */
  readonly name: string;
  /** The value at the last apply, null if it was not set. Absent: the object was not managed then. */
  readonly before?: unknown;
  /** The value in code, null if it is not set. */
  readonly after: unknown;
}

/** An authoritative set at its last apply. It has no entry of its own in the ledger. */
export interface RecordedSet {
  readonly address: string;
  /** Id of the container, or name of the role, whose access the set owns. Unset: an earlier version wrote the ledger. */
  readonly scope?: string | undefined;
  readonly settings: Values;
}

/** The lifecycle meta-arguments that decide what a later apply may do, with their defaults. */
const LIFECYCLE: Values = { preventDestroy: false, ignoreChanges: [] };

/**
 * Returns the settings of a declaration that differ from their defaults. They write nothing by themselves, but decide
 * what a later apply or removal may do.
 */
export function settingsOf(
  resource: Pick<Resource, 'attributes'>,
  { preventDestroy, ignoreChanges, values }: Pick<Declaration, 'preventDestroy' | 'ignoreChanges' | 'values'>,
): Values {
  const given: Values = { ...values, preventDestroy, ignoreChanges };
  const settings = Object.entries(defaultsOf(resource)).filter(
    ([name, preset]) => !isSame(given[name] ?? preset, preset),
  );
  return Object.fromEntries(settings.map(([name]) => [name, sorted(given[name])]));
}

/** Returns the settings that are attributes, with their defaults, as Terraform's state has them. */
export function withDefaults({ attributes }: Pick<Resource, 'attributes'>, settings: Values): Values {
  const presets = attributes.filter(isSetting).map(({ name, default: preset }) => [name, settings[name] ?? preset]);
  return pick(
    Object.fromEntries(presets) as Values,
    presets.map(([name]) => String(name)),
  );
}

/**
 * Compares settings, each given without defaults.
 * @param before undefined if the object was not managed: then every setting is new
 */
export function compareSettings(
  resource: Pick<Resource, 'attributes'>,
  before: Values | undefined,
  after: Values,
): SettingChange[] {
  return Object.entries(defaultsOf(resource)).flatMap(([name, preset]) => {
    const [old, now] = [before?.[name] ?? preset, after[name] ?? preset];
    if (isSame(old, now)) return [];
    return [{ name: snakeCase(name), ...(before && { before: old ?? null }), after: now ?? null }];
  });
}

function defaultsOf({ attributes }: Pick<Resource, 'attributes'>): Values {
  return { ...Object.fromEntries(attributes.filter(isSetting).map((each) => [each.name, each.default])), ...LIFECYCLE };
}

function isSetting({ setting, sensitive }: Resource['attributes'][number]): boolean {
  return setting && !sensitive;
}

function isSame(left: unknown, right: unknown): boolean {
  return isDeepStrictEqual(sorted(left), sorted(right));
}

/** Sorts a setting that is a list: its order has no meaning. */
function sorted(value: unknown): unknown {
  return Array.isArray(value) ? [...value].sort() : value;
}

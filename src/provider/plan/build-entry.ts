import { isReference, referencesIn } from '../model/declaration.js';
import { snakeCase, snakeKeys } from '../model/names.js';
import { ACTION_OF, addressFields, type ResourceChange, type Step } from '../model/plan.js';
import type { Values } from '../model/values.js';

/** A step without the fields that most steps leave empty. */
export type StepInput = Omit<Step, 'desired' | 'changed' | 'after'> & Partial<Step>;

/** The object before and after a step, as the plan shows it, by camelCase name; null if the object does not exist. */
export interface Sides {
  readonly before: Values | null;
  readonly after: Values | null;
}

type Extras = Pick<ResourceChange, 'deposed' | 'previous_address'> & { readonly importing?: { readonly id: string } };

/**
 * Builds one entry of a plan: Terraform's fields and the step in the tenant. A reference to an object that does not
 * exist yet is shown as null and unknown, as is the id of an object that the step creates.
 */
export function buildEntry(
  address: string,
  step: StepInput,
  { before, after }: Sides,
  { importing, ...extras }: Extras = {},
): ResourceChange {
  const action = ACTION_OF[step.operation];
  const goes = action === 'delete' || action === 'forget';
  const unknown = after && { ...(after.id === undefined ? { id: true } : {}), ...unknownIn(after) };
  return {
    ...addressFields(address, step.kind),
    ...extras,
    ...(goes && after === null ? { action_reason: 'delete_because_no_resource_config' } : {}),
    change: {
      actions: [action],
      before: before && snakeKeys(before),
      after: after && snakeKeys(knownIn(after) as Values),
      after_unknown: unknown ?? {},
      before_sensitive: before ? {} : false,
      after_sensitive: after ? {} : false,
      ...(importing ? { importing } : {}),
    },
    delinea: { desired: {}, changed: [], after: [], ...step },
  };
}

/**
 * Returns an entry for an object that does not change. Guards count it, because their limits are shares of all managed
 * objects.
 */
export function unchangedEntry(
  kind: string,
  key: string,
  before: Values,
  surface: string,
  id?: string,
): ResourceChange {
  return buildEntry(
    key,
    { key, kind, surface, operation: 'none', label: key, before, id },
    { before: null, after: null },
  );
}

/** Returns a value with null in place of every reference. */
export function knownIn(value: unknown): unknown {
  if (isReference(value)) return null;
  if (Array.isArray(value)) return value.map(knownIn);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, knownIn(inner)]));
}

/** Returns the unknown parts of some attributes in the shape of Terraform's `after_unknown`, by snake_case name. */
export function unknownIn(values: Values): Record<string, unknown> {
  const unknown = Object.entries(values).filter(([, value]) => referencesIn(value).length > 0);
  return Object.fromEntries(unknown.map(([name, value]) => [snakeCase(name), unknownPart(value)]));
}

function unknownPart(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(unknownPart);
  if (isReference(value)) return true;
  return typeof value === 'object' && value !== null ? unknownIn(value as Values) : false;
}

import { type Difference, differingNames } from '../model/diff.js';
import { DelineaError } from '../model/errors.js';
import { snakeCase } from '../model/names.js';
import type { OwnedObject } from '../model/owned-object.js';
import type { Remedy } from '../model/remedy.js';
import type { Resource } from '../model/resource.js';
import { isCleared, type Values } from '../model/values.js';
import type { RemoteObject } from '../model/wire.js';
import { loadObject } from '../read/load-object.js';
import type { Settings } from '../settings/settings.js';
import type { Match, PlanContext } from './plan-context.js';

/**
 * Returns the name of the correlation key if one of the touched attributes belongs to the identity provider that set
 * the key.
 */
export function decidingKey({ attributes, correlation }: Resource, touched: readonly string[]): string | undefined {
  const decides = attributes.some(({ name, ofIdentityProvider }) => ofIdentityProvider && touched.includes(name));
  return decides ? correlation : undefined;
}

/**
 * Returns the live correlation key that decides whether these attributes can be changed; reads the object if the list
 * omits the key.
 */
export async function keyDeciding(
  context: PlanContext,
  resource: Resource,
  live: RemoteObject,
  touched: readonly string[],
): Promise<Values> {
  const name = decidingKey(resource, touched);
  if (name === undefined) return {};
  const { surface, wire } = context.tenant.collection(resource.type);
  const full =
    surface.partialLists && name in wire.fields ? await loadObject(context, resource.type, live, [name]) : live;
  const value = full.values[name];
  return isUnset(value) ? {} : { [name]: value };
}

/**
 * Refuses to write to an object whose key was set from code if responses no longer contain the key: a SCIM write
 * without it may create a second object (guide 000). A key that the code declares is sent anyway.
 * @throws DelineaError `incomplete_response`
 */
export async function refuseHiddenKey(
  context: PlanContext,
  resource: Resource,
  found: RemoteObject,
  owned: OwnedObject | undefined,
  managed: Values = {},
): Promise<void> {
  const name = resource.correlation;
  if (name === undefined || owned?.correlation === undefined || managed[name] !== undefined) return;
  const live = await loadObject(context, resource.type, found, [name]);
  requireKey(resource, live, owned.correlation);
}

/**
 * Requires that an object shows the correlation key that was set from code.
 * @throws DelineaError `incomplete_response`
 */
export function requireKey({ type, correlation = '' }: Resource, { values }: RemoteObject, given: string): void {
  if (!isUnset(values[correlation])) return;
  const name = snakeCase(correlation);
  throw new DelineaError(
    'incomplete_response',
    `the response has no ${name}, but "${given}" was recorded: a write without it may create a second ${type}`,
    {
      hint: 'Check what the account of this run can see. If the key was really removed, declare it.',
      remedy: { kind: 'set', attribute: correlation, value: given, on: 'resource' },
    },
  );
}

/** Returns whether the live key is managed by code: the code declares a key, or the settings derive the same one. */
function isManaged(settings: Settings, { resource, resolved }: Match, managed: Values, live: Values): boolean {
  const name = resource.correlation;
  if (name === undefined) return false;
  return (
    managed[name] !== undefined || resolved?.[name] === live[name] || derivedKey(settings, resource, live) !== undefined
  );
}

/**
 * Refuses to change attributes of an identity provider on an object whose key was not set from code.
 * @throws DelineaError `not_ours`
 */
export function refuseForeignUpdate(
  { tenant }: PlanContext,
  match: Match,
  managed: Values,
  live: Values,
  key: Values,
  differences: readonly Difference[],
): void {
  const { resource, owned } = match;
  if (isManaged(tenant.settings, match, managed, { ...live, ...key })) return;
  const theirs = differences.filter(({ attribute }) => decidingKey(resource, [attribute]) !== undefined);
  refuseForeign(resource, owned, live, key, `its ${differingNames(theirs)} cannot be changed here`);
}

/** Refuses to remove an object whose key was set by an identity provider. @throws DelineaError `not_ours` */
export function refuseForeignRemoval(
  resource: Resource,
  owned: OwnedObject,
  live: Values,
  key: Values,
  operation: 'deactivate' | 'delete',
): void {
  refuseForeign(resource, owned, live, key, `it cannot be ${operation}d here`, [{ kind: 'forget' }]);
}

function refuseForeign(
  resource: Resource,
  owned: OwnedObject | undefined,
  live: Values,
  key: Values,
  consequence: string,
  more: readonly Remedy[] = [],
): void {
  const [entry] = Object.entries(key);
  if (!entry || owned?.correlation === entry[1]) return;
  const [attribute, value] = entry;
  const name = String(live[resource.key[0]!]);
  throw new DelineaError('not_ours', `${name} belongs to ${providerOf(attribute, value)}: ${consequence}`, {
    hint: 'Change it in the identity provider and only refer to it here, or declare its key to manage it here.',
    remedy: [
      { kind: 'refer', resource: resource.type, name },
      { kind: 'set', attribute, value: String(value), on: 'resource' },
      ...more,
    ],
  });
}

/** Returns the name that messages use for the identity provider that set a key. */
export function providerOf(attribute: string, value: unknown): string {
  return `an identity provider (${snakeCase(attribute)} "${value}")`;
}

/**
 * Returns a live key that equals the one that the settings derive from another attribute. It is managed although it is
 * not declared.
 */
export function derivedKey({ externalIdFrom }: Settings, { correlation }: Resource, live: Values): string | undefined {
  if (correlation === undefined || externalIdFrom === undefined) return undefined;
  const key = live[correlation];
  return typeof key === 'string' && key !== '' && key === live[externalIdFrom] ? key : undefined;
}

/** Reports that the plan changes a correlation key, because an identity provider may find the object by it. */
export function noteKeyChange(context: PlanContext, match: Match, differences: readonly Difference[]): void {
  const { resource, declaration } = match;
  const change = differences.find(({ attribute }) => attribute === resource.correlation);
  if (!change || isUnset(change.before)) return;
  context.findings.push({
    level: 'warning',
    code: 'correlation_key_changes',
    address: declaration.address,
    message: `correlation key changes: ${snakeCase(change.attribute)} "${change.before}" becomes "${change.after ?? ''}"`,
    hint: `The identity provider finds its ${resource.type} by this key: change it there too, or it may create a second one.`,
  });
}

/** Returns the key for the ledger: the declared one, else one that was set from code before or is derived. */
export function correlationOf(
  { tenant }: PlanContext,
  { resource, live, owned }: Match,
  desired: Values,
): string | undefined {
  const declared = resource.correlation === undefined ? undefined : desired[resource.correlation];
  if (declared === undefined) return live && (owned?.correlation ?? derivedKey(tenant.settings, resource, live.values));
  return isCleared(declared) ? undefined : String(declared);
}

/**
 * Returns the values of a create with the key that the surface requires: the declared one, or the value of the
 * attribute that the setting `external_id_from` names.
 * @throws DelineaError `correlation_missing` if neither exists
 */
export function withRequired(context: PlanContext, { resource }: Match, values: Values): Values {
  const { wire, surface } = context.tenant.collection(resource.type);
  const source = context.tenant.settings.externalIdFrom;
  const derived: Record<string, unknown> = {};
  for (const name of wire.requires ?? []) {
    const value = values[name];
    if (!isUnset(value)) continue;
    if (value !== undefined || name !== resource.correlation || source === undefined) {
      throw new DelineaError(
        'correlation_missing',
        `${snakeCase(name)} is missing: without it, later writes on the ${surface.title} may create a second ${resource.type}`,
        {
          hint: `Declare ${snakeCase(name)}, or let the provider derive it from another attribute.`,
          remedy: { kind: 'set', attribute: 'externalIdFrom', value: 'userName', on: 'provider' },
        },
      );
    }
    derived[name] = values[source];
  }
  return { ...values, ...derived };
}

function isUnset(value: unknown): boolean {
  return value === undefined || isCleared(value);
}

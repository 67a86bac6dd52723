import type { Difference } from '../model/diff.js';
import { DelineaError } from '../model/errors.js';
import { terraformType } from '../model/names.js';
import type { OwnedObject } from '../model/owned-object.js';
import type { Resource } from '../model/resource.js';
import { isCleared, type Values } from '../model/values.js';
import type { RemoteObject } from '../model/wire.js';
import { loadObject } from '../read/load-object.js';
import type { Settings } from '../settings/settings.js';
import type { Match, PlanContext } from './plan-context.js';

/** The correlation key's attribute, where whoever gave the key decides about one of these attributes. */
export function decidingKey({ attributes, correlation }: Resource, touched: readonly string[]): string | undefined {
  const held = attributes.some(({ name, ofIdentityProvider }) => ofIdentityProvider && touched.includes(name));
  return held ? correlation : undefined;
}

/** The key that decides about a change of these attributes, by attribute; asked for where a list left it out. */
export async function keyDeciding(
  planning: PlanContext,
  resource: Resource,
  live: RemoteObject,
  touched: readonly string[],
): Promise<Values> {
  const name = decidingKey(resource, touched);
  if (name === undefined) return {};
  const { surface } = planning.tenant.collection(resource.type);
  const whole = surface.partialLists ? await loadObject(planning, resource.type, live, [name]) : live;
  const value = whole.values[name];
  return value === undefined || isCleared(value) ? {} : { [name]: value };
}

/**
 * Refuses to write to an object whose key we gave and that does not show: a SCIM write without it may make a second one
 * (guide 000). A key that code declares is a difference, and written.
 * @throws DelineaError `unread`
 */
export async function refuseHiddenKey(
  planning: PlanContext,
  resource: Resource,
  found: RemoteObject,
  owned: OwnedObject | undefined,
  managed: Values = {},
): Promise<void> {
  const name = resource.correlation;
  if (name === undefined || owned?.correlation === undefined || managed[name] !== undefined) return;
  const live = await loadObject(planning, resource.type, found, [name]);
  requireKey(resource, live, owned.correlation);
}

/** @throws DelineaError `unread` where an object does not show the key that we gave it */
export function requireKey({ type, correlation = '' }: Resource, { values }: RemoteObject, given: string): void {
  const value = values[correlation];
  if (value !== undefined && !isCleared(value)) return;
  throw new DelineaError(
    'incomplete_response',
    `its ${correlation} does not show, and the ledger knows "${given}": a write without it may make a second ${type}`,
    { hint: `Check what the account may see; if it is really gone, write down ${correlation} = "${given}".` },
  );
}

/** Whether code speaks of the live key: it gives one, or what it would give is the live one. */
function isDeclared({ resource, resolved }: Match, managed: Values, key: Values): boolean {
  const name = resource.correlation;
  return name !== undefined && (managed[name] !== undefined || resolved?.[name] === key[name]);
}

/**
 * Refuses to change what an identity provider decides: the object has a key that neither code nor we gave it.
 * @throws DelineaError `not_ours`
 */
export function refuseForeignUpdate(
  match: Match,
  managed: Values,
  live: Values,
  key: Values,
  differences: readonly Difference[],
): void {
  const { resource, owned } = match;
  if (isDeclared(match, managed, key)) return;
  const theirs = resource.attributes.filter(
    ({ name, ofIdentityProvider }) => ofIdentityProvider && differences.some(({ attribute }) => attribute === name),
  );
  const names = theirs.map(({ name }) => name).join(', ');
  refuseForeign(resource, owned, live, key, `its ${names} cannot be changed here`);
}

/** The same for what is no longer declared. @throws DelineaError `not_ours` */
export function refuseForeignRemoval(
  resource: Resource,
  owned: OwnedObject,
  live: Values,
  key: Values,
  operation: 'deactivate' | 'delete',
): void {
  const more = '; a removed block lets go of it without a write';
  refuseForeign(resource, owned, live, key, `it cannot be ${operation}d here`, more);
}

function refuseForeign(
  resource: Resource,
  owned: OwnedObject | undefined,
  live: Values,
  key: Values,
  what: string,
  more = '',
): void {
  const [entry] = Object.entries(key);
  if (!entry || owned?.correlation === entry[1]) return;
  const [attribute, value] = entry;
  const [by = ''] = resource.key;
  const name = String(live[by]);
  const finder = `Delinea${resource.title}.from${by[0]?.toUpperCase()}${by.slice(1)}`;
  throw new DelineaError('not_ours', `${name} belongs to an identity provider (${attribute} "${value}"): ${what}`, {
    hint: `Change it there and refer to it with ${finder}("${name}") (data "${terraformType(resource.type)}"), or write down ${attribute} = "${value}" to own it${more}.`,
  });
}

/** A live key that the settings derive from another attribute: ours although nobody wrote it down. */
export function derivedKey({ externalIdFrom }: Settings, { correlation }: Resource, live: Values): string | undefined {
  if (correlation === undefined || externalIdFrom === undefined) return undefined;
  const key = live[correlation];
  return typeof key === 'string' && key !== '' && key === live[externalIdFrom] ? key : undefined;
}

/** What code makes of a key that somebody may find the object by is said aloud. */
export function noteKeyChange(planning: PlanContext, match: Match, differences: readonly Difference[]): void {
  const { resource, declaration } = match;
  const change = differences.find(({ attribute }) => attribute === resource.correlation);
  if (!change || change.before === undefined || isCleared(change.before)) return;
  planning.findings.push({
    level: 'warning',
    code: 'correlation_key_changes',
    address: declaration.address,
    message: `correlation key changes: ${change.attribute} "${change.before}" becomes "${change.after ?? ''}"`,
    hint: `The identity provider finds its ${resource.type} by it: change it there as well, or it may create a second one.`,
  });
}

/** The key for the ledger: what code gives, else what it gave this object before. */
export function correlationOf({ resource, live, owned }: Match, desired: Values): string | undefined {
  const declared = resource.correlation === undefined ? undefined : desired[resource.correlation];
  if (declared === undefined) return live && owned?.correlation;
  return isCleared(declared) ? undefined : String(declared);
}

/**
 * The values of a create with the key that the wire requires: the declared one or, where the settings say so, another
 * attribute's value. @throws DelineaError `correlation_missing`
 */
export function withRequired(planning: PlanContext, { resource }: Match, values: Values): Values {
  const { wire, surface } = planning.tenant.collection(resource.type);
  const derived: Record<string, unknown> = {};
  for (const name of wire.requires ?? []) {
    const value = values[name];
    if (value !== undefined && !isCleared(value)) continue;
    const source = planning.tenant.settings.externalIdFrom;
    if (value !== undefined || name !== resource.correlation || source === undefined) {
      throw new DelineaError(
        'correlation_missing',
        `a ${resource.type} that the ${surface.title} creates without ${name} may be duplicated by later writes`,
        { hint: `Write down its ${name}, or leave it out and set externalIdFrom = "userName" on the provider.` },
      );
    }
    derived[name] = values[source];
  }
  return { ...values, ...derived };
}

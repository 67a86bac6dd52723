import { DelineaError } from '../model/errors.js';
import type { Resource } from '../model/resource.js';
import { fieldOf, type RemoteObject } from '../model/wire.js';
import type { TenantReader } from './tenant-reader.js';

/** The part of a reader that loads objects. */
type ObjectReader = Pick<TenantReader, 'snapshot'>;

/**
 * Loads an object with the given attributes. A list may leave attributes out, so the object is then read again by id.
 * @param object its id on the home surface, or the object as it was listed
 * @returns undefined if no object has the id. An attribute that is still missing is unset or hidden.
 */
export function loadObject(
  reader: ObjectReader,
  kind: string,
  object: RemoteObject,
  attributes: readonly string[],
): Promise<RemoteObject>;
export function loadObject(
  reader: ObjectReader,
  kind: string,
  object: string | RemoteObject,
  attributes: readonly string[],
): Promise<RemoteObject | undefined>;
export async function loadObject(
  { snapshot }: ObjectReader,
  kind: string,
  object: string | RemoteObject,
  attributes: readonly string[],
): Promise<RemoteObject | undefined> {
  const view = snapshot.view(kind);
  const found = typeof object === 'string' ? await view.byId(object) : object;
  return found && view.withAttributes(found, attributes);
}

/** Loads an object with others of its attributes and, where the service shows them, those of its status. */
export function loadWithStatusIfShown(
  reader: TenantReader,
  resource: Resource,
  object: RemoteObject,
  attributes: readonly string[] = [],
): Promise<RemoteObject> {
  return loadObject(reader, resource.type, object, [...statusOf(resource), ...attributes]);
}

/**
 * Loads an object with the attributes that show whether it is active, and with others if given. If the service shows the
 * state and cannot change it, the state decides nothing unless it is one of the others: a tenant may leave it out.
 * @throws DelineaError `incomplete_response` if the object does not show whether it is active, since a disabled account
 * would then look enabled
 */
export async function loadWithActiveState(
  reader: TenantReader,
  resource: Resource,
  object: RemoteObject,
  attributes: readonly string[] = [],
): Promise<RemoteObject> {
  const { wire } = reader.tenant.collection(resource.type);
  const fixedBy = (name: string) => fieldOf(wire, name, object.values)?.shownOnly;
  const needed = statusOf(resource).filter((name) => attributes.includes(name) || !fixedBy(name));
  const live = await loadObject(reader, resource.type, object, [...needed, ...attributes]);
  const missing = needed.filter((name) => (live.values[name] ?? null) === null);
  if (missing.length === 0) return live;
  const { title } = reader.tenant.home(resource.type);
  const name = String(live.values[resource.key[0]!] ?? live.id);
  throw new DelineaError('incomplete_response', `the ${title} does not show whether ${name} is ${missing.join(', ')}`, {
    ...wayOutOf(missing.join(', '), name, fixedBy(missing[0]!)?.instead),
  });
}

/** Returns what to do about a status that nothing shows. @param instead what the service has instead of a change */
function wayOutOf(status: string, account: string, instead: string | undefined) {
  if (instead !== undefined) return { hint: `Nothing was changed. ${instead}` };
  const hint = `Nothing was changed. To have ${status} written, declare it false, or consent to enable the account.`;
  return { hint, remedy: { kind: 'consent', account } as const };
}

/** Returns the attributes that show whether an account can log in. */
function statusOf({ removal }: Resource): string[] {
  return removal?.verb === 'deactivate' && removal.active ? Object.keys(removal.inactive) : [];
}

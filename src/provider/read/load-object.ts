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

/**
 * Loads an object with the attributes that show whether it is active, and with others if given. If the service shows the
 * state and cannot change it, the state decides nothing unless it is one of the others: a tenant may leave it out.
 * @throws DelineaError `incomplete_response` if the object does not show whether it is active, since a disabled account
 * would then look enabled
 */
export async function loadWithActiveState(
  reader: TenantReader,
  { type, removal, key }: Resource,
  object: RemoteObject,
  attributes: readonly string[] = [],
): Promise<RemoteObject> {
  const { wire } = reader.tenant.collection(type);
  const flags = removal?.verb === 'deactivate' && removal.active ? Object.keys(removal.inactive) : [];
  const needed = flags.filter((name) => attributes.includes(name) || !fieldOf(wire, name, object.values)?.shownOnly);
  const live = await loadObject(reader, type, object, [...needed, ...attributes]);
  const missing = needed.filter((name) => (live.values[name] ?? null) === null);
  if (missing.length === 0) return live;
  const { title } = reader.tenant.home(type);
  const name = String(live.values[key[0]!] ?? live.id);
  throw new DelineaError('incomplete_response', `the ${title} does not show whether ${name} is ${missing.join(', ')}`, {
    hint: `Nothing was changed. ${fieldOf(wire, missing[0]!, live.values)?.shownOnly?.instead ?? `Ask the vendor why the response leaves out ${missing.join(', ')}.`}`,
  });
}

import { DelineaError } from '../model/errors.js';
import type { Resource } from '../model/resource.js';
import type { RemoteObject } from '../model/wire.js';
import type { TenantReader } from './tenant-reader.js';

/**
 * The object with what says whether it is active; asks for it where its list left that out.
 * @throws DelineaError `unread` where the object itself does not say: a disabled account would read as one that is not
 */
export async function withActiveState(
  { tenant, snapshot }: TenantReader,
  resource: Resource,
  found: RemoteObject,
): Promise<RemoteObject> {
  const { removal } = resource;
  if (removal?.verb !== 'deactivate' || !removal.active) return found;
  const names = Object.keys(removal.inactive);
  const live = await snapshot.view(resource.type).filled(found, names);
  const missing = names.filter((name) => live.values[name] === undefined || live.values[name] === null);
  if (missing.length === 0) return live;
  const { title } = tenant.home(resource.type);
  const name = String(live.values[resource.key[0]!] ?? live.id);
  throw new DelineaError('incomplete_response', `the ${title} does not say whether ${name} is ${missing.join(', ')}`, {
    hint: 'Nothing is concluded from that. Ask the vendor why the answer leaves it out.',
  });
}

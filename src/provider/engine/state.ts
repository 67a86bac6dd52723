import { DelineaError } from '../errors.js';
import type { Resource } from '../resource.js';
import type { Live } from '../wire.js';
import type { Reading } from './planning.js';

/**
 * The object with what says whether it is active; asks for it where its list left that out.
 * @throws DelineaError `unread` where the object itself does not say: a disabled account would read as one that is not
 */
export async function withState({ tenant, snapshot }: Reading, resource: Resource, found: Live): Promise<Live> {
  const { removal } = resource;
  if (removal?.verb !== 'deactivate' || !removal.alive) return found;
  const names = Object.keys(removal.to);
  const live = await snapshot.view(resource.type).filled(found, names);
  const missing = names.filter((name) => live.values[name] === undefined || live.values[name] === null);
  if (missing.length === 0) return live;
  const { title } = tenant.home(resource.type);
  const name = String(live.values[resource.key[0]!] ?? live.id);
  throw new DelineaError('unread', `the ${title} does not say whether ${name} is ${missing.join(', ')}`, {
    hint: 'Nothing is concluded from that. Ask the vendor why the answer leaves it out.',
  });
}

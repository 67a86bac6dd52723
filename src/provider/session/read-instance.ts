import { DelineaError } from '../model/errors.js';
import { foldCase } from '../model/fold-case.js';
import { isEdge, keyText } from '../model/keys.js';
import type { OwnedObject } from '../model/owned-object.js';
import type { Resource } from '../model/resource.js';
import { pick, type Values } from '../model/values.js';
import type { RemoteObject } from '../model/wire.js';
import { ambiguousEdges, edgesWithKey } from '../read/edges.js';
import { readHolders } from '../read/holders.js';
import { homeValues } from '../read/home-values.js';
import { loadWithActiveState } from '../read/load-object.js';
import { isOwnAccount } from '../read/own-account.js';
import { resolveScope, withCurrentScope } from '../read/scope.js';
import type { TenantReader } from '../read/tenant-reader.js';
import { edgeResourceOf, memberLists } from '../resources/edges.js';
import type { InstanceState, ResourceInstance } from './instance.js';
import { assumedEmpty } from './memory.js';

/**
 * Reads what the state speaks of as it lives now. undefined: the service itself says that there is no such thing.
 * @param owned what the state says of it
 * @throws DelineaError why it could not be read: `forbidden` is not gone, and `unread` is not empty
 */
export async function readInstance(
  reading: TenantReader,
  piece: ResourceInstance,
  owned: readonly OwnedObject[],
): Promise<InstanceState | undefined> {
  const { resource, state = {} } = piece;
  if (resource.authoritativeFor) {
    const scope = await resolveScope(reading, resource, await withCurrentScope(reading, piece));
    return readAuthoritativeSet(reading, resource, scope, owned);
  }
  const [entry] = owned;
  if (!entry) return undefined;
  if (isEdge(resource)) {
    const same = await edgesWithKey(reading, resource, entry.key);
    if (same.length <= 1) return same[0] && { id: same[0].live.id, values: same[0].values };
    throw ambiguousEdges(reading, resource, same);
  }
  const found = await reading.snapshot.view(resource.type).byId(entry.id);
  const unread = assumedEmpty(piece);
  const names = Object.keys(state).filter((name) => !unread.includes(name));
  return found && readObject(reading, resource, found, names);
}

/** @param names what must not be missing only because a list left it out */
export async function readObject(
  reading: TenantReader,
  resource: Resource,
  found: RemoteObject,
  names: readonly string[],
): Promise<InstanceState> {
  const { wire } = reading.tenant.collection(resource.type);
  const shown = names.filter((name) => name in wire.fields);
  const live = await loadWithActiveState(reading, resource, found, shown);
  reading.translator.addRemote(resource.type, live);
  const values = await homeValues(reading, resource.type, live);
  return { id: live.id, values };
}

/** @throws DelineaError `unread` where a list that had somebody does not show: that is not an empty one */
export function refuseHidden({ resource, state = {}, memory = {} }: ResourceInstance, { values }: InstanceState): void {
  for (const name of memberLists(resource)) {
    const known = (state[name] as readonly string[] | undefined) ?? memory.held?.[name] ?? [];
    if (known.length === 0 || Array.isArray(values[name])) continue;
    throw new DelineaError('incomplete_response', `its ${name} do not show, and the state knows ${known.length}`, {
      path: name,
      hint: 'Check what the account may see: nothing is concluded from that.',
    });
  }
}

/** Every edge of one place; the run's own account keeps its own, unless code speaks of it. */
export async function readAuthoritativeSet(
  reading: TenantReader,
  resource: Resource,
  scope: string,
  owned: readonly OwnedObject[],
): Promise<InstanceState | undefined> {
  const { authoritativeFor } = resource;
  const edge = edgeResourceOf(authoritativeFor!.edge);
  const { edges, unread } = await readHolders(reading, edge, [{ [authoritativeFor!.scope]: scope }], {
    perObject: true,
  });
  if (unread.length > 0) {
    throw new DelineaError('list_incomplete', `who is there cannot be seen: ${unread.join('; ')}`, {
      hint: 'Declare each edge for itself, which leaves others alone.',
    });
  }
  const known = new Set(owned.map(({ key }) => keyText(edge, key)));
  const fields = resource.attributes
    .find(({ name }) => name === authoritativeFor!.elements)!
    .fields.map(({ name }) => name);
  const elements: Values[] = [];
  for (const { values } of edges) {
    const declared = known.has(keyText(edge, values));
    if (declared || !(await isOwnAccount(reading, edge, values))) elements.push(pick(values, fields));
  }
  elements.sort((left, right) => foldCase(JSON.stringify(left)).localeCompare(foldCase(JSON.stringify(right))));
  return { id: scope, values: { [authoritativeFor!.scope]: scope, [authoritativeFor!.elements]: elements } };
}

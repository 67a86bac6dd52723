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
import { resolveScope } from '../read/scope.js';
import type { TenantReader } from '../read/tenant-reader.js';
import { edgeResourceOf } from '../resources/edge-words.js';
import type { InstanceState, ResourceInstance } from './instance.js';
import { assumedEmpty } from './private-state.js';

/**
 * Reads the live object of a state, whose scope is the current one (see `locate`).
 * @param owned the entries of the state
 * @returns undefined if the API reports that it does not exist
 * @throws DelineaError if it could not be read: `forbidden` is not "gone", and `incomplete_response` is not "empty"
 */
export async function readInstance(
  reader: TenantReader,
  instance: ResourceInstance,
  owned: readonly OwnedObject[],
): Promise<InstanceState | undefined> {
  const { resource, state = {} } = instance;
  if (resource.authoritativeFor) {
    const scope = await resolveScope(reader, resource, state);
    return readAuthoritativeSet(reader, resource, scope, owned);
  }
  const [entry] = owned;
  if (!entry) return undefined;
  if (isEdge(resource)) {
    const same = await edgesWithKey(reader, resource, entry.key);
    if (same.length <= 1) return same[0] && { id: same[0].live.id, values: same[0].values };
    throw ambiguousEdges(reader, resource, same);
  }
  const found = await reader.snapshot.view(resource.type).byId(entry.id);
  const unread = assumedEmpty(instance);
  const names = Object.keys(state).filter((name) => !unread.includes(name));
  return found && readObject(reader, resource, found, names);
}

/** Reads an object with attributes that a list may have left out. @param names of these attributes */
export async function readObject(
  reader: TenantReader,
  resource: Resource,
  found: RemoteObject,
  names: readonly string[],
): Promise<InstanceState> {
  const { wire } = reader.tenant.collection(resource.type);
  const shown = names.filter((name) => name in wire.fields);
  const live = await loadWithActiveState(reader, resource, found, shown);
  reader.translator.addRemote(resource.type, live);
  const values = await homeValues(reader, resource.type, live);
  return { id: live.id, values };
}

/** Reads all edges of a scope. Those of the run's own account are left out unless they are declared. */
export async function readAuthoritativeSet(
  reader: TenantReader,
  resource: Resource,
  scope: string,
  owned: readonly OwnedObject[],
): Promise<InstanceState | undefined> {
  const { authoritativeFor } = resource;
  const edge = edgeResourceOf(authoritativeFor!.edge);
  const { edges, unread } = await readHolders(reader, edge, [{ [authoritativeFor!.scope]: scope }], {
    perObject: true,
  });
  if (unread.length > 0) {
    throw new DelineaError('list_incomplete', `not all holders could be read: ${unread.join('; ')}`, {
      hint: 'Declare each permission or role binding individually: that leaves the others alone.',
    });
  }
  const known = new Set(owned.map(({ key }) => keyText(edge, key)));
  const fields = resource.attributes
    .find(({ name }) => name === authoritativeFor!.elements)!
    .fields.map(({ name }) => name);
  const elements: Values[] = [];
  for (const { values } of edges) {
    const declared = known.has(keyText(edge, values));
    if (declared || !(await isOwnAccount(reader, edge, values))) elements.push(pick(values, fields));
  }
  elements.sort((left, right) => foldCase(JSON.stringify(left)).localeCompare(foldCase(JSON.stringify(right))));
  return { id: scope, values: { [authoritativeFor!.scope]: scope, [authoritativeFor!.elements]: elements } };
}

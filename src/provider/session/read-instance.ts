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
 * Reads the live state of an instance; undefined if the service reports that it does not exist.
 * @param owned the owned objects of the state
 * @throws DelineaError if it could not be read: `forbidden` does not mean deleted, and `incomplete_response` does not
 * mean empty
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

/**
 * Reads an object with the named attributes, even if its list omits them.
 * @param names attributes that must not be missing only because a list omits them
 */
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

/**
 * Reads every edge of one scope. Edges of the account that runs the plan are left out, unless the set declares them.
 */
export async function readAuthoritativeSet(
  reader: TenantReader,
  resource: Resource,
  scope: string,
  owned: readonly OwnedObject[],
): Promise<InstanceState | undefined> {
  const { authoritativeFor } = resource;
  const edge = edgeResourceOf(authoritativeFor!.edge);
  const { edges, unread } = await readHolders(reader, edge, [{ [authoritativeFor!.scope]: scope }], {
    perObject: Number.POSITIVE_INFINITY,
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

import { isInactive } from '../model/diff.js';
import { DelineaError } from '../model/errors.js';
import { isEdge, keyText, objectKey, ownedKey } from '../model/keys.js';
import type { OwnedObject } from '../model/owned-object.js';
import { type Operation, toFinding } from '../model/plan.js';
import type { Values } from '../model/values.js';
import { requireChangeable, requireKeptHere } from '../model/wire.js';
import { ambiguousEdges, edgesWithKey } from '../read/edges.js';
import { homeValues } from '../read/home-values.js';
import { loadObject } from '../read/load-object.js';
import { isOwnAccount } from '../read/own-account.js';
import { runConcurrently } from '../read/run-concurrently.js';
import type { LiveEdge } from '../read/tenant-reader.js';
import { edgeResourceOf, edgesListed, memberLists } from '../resources/edge-words.js';
import { resourceOf } from '../resources/index.js';
import { keyOfOwned } from '../resources/owned-key.js';
import { belongsTo, incompleteSets, isInSet, listAround, setAround, setResourceAt } from './authoritative-sets.js';
import { buildRemoval } from './build-removal.js';
import { keyDeciding, refuseForeignRemoval, refuseHiddenKey } from './correlation-key.js';
import { refuseHiddenEdge, refuseHiddenManaged } from './hidden-members.js';
import { endInheritance, refuseInherited } from './inherited-edges.js';
import { requireScopeKeptHere } from './kept-scope.js';
import { declaredKey, isObjectError, type Match, type PlanContext } from './plan-context.js';

/**
 * Plans the removal of owned objects that are no longer declared. An object is kept if any declaration matches it, at
 * any address, or if the declaration at its address has an error.
 */
export async function planRemovals(context: PlanContext, owned: readonly OwnedObject[]): Promise<void> {
  const declared = new Set<string>();
  for (const { resource, live, owned: entry, declaration, error } of context.matches.values()) {
    if (declaration.lookup) continue;
    if (live) declared.add(ownedKey(resource, live.id, live.values));
    if (entry) declared.add(keyOfOwned(entry));
    const former = error && context.ownedByAddress.get(declaration.address);
    if (former) declared.add(keyOfOwned(former));
  }
  for (const match of context.matches.values()) forgetDeleted(context, match);
  const incomplete = incompleteSets(context);
  const removed = new Map<string, OwnedObject>();
  for (const entry of owned) {
    const key = keyOfOwned(entry);
    if (declared.has(key) || incomplete.some((set) => belongsTo(set, entry)) || listAround(context, entry)?.error)
      continue;
    // A set may have two entries for one edge. One removal is enough: it finds every live edge with that key.
    removed.set(`${entry.address} ${key}`, entry);
  }
  await runConcurrently([...removed.values()], async (entry) => {
    try {
      await planRemoval(context, entry);
    } catch (error) {
      if (!isObjectError(error)) throw error;
      context.findings.push(toFinding(error, entry.address));
    }
  });
  leaveOutRevoked(context);
}

/**
 * Leaves the members whose memberships the plan revokes out of the removal of their group, which comes later and would take
 * their absence for a change by somebody else.
 */
function leaveOutRevoked({ changes }: PlanContext): void {
  const revoked = new Set(
    changes.flatMap(({ delinea: { kind, operation, before } }) =>
      operation === 'revoke' ? ownedKey(resourceOf(kind), '', before) : [],
    ),
  );
  for (const [index, change] of changes.entries()) {
    const { kind, id, operation, before } = change.delinea;
    if (id === undefined || (operation !== 'deactivate' && operation !== 'delete')) continue;
    const left = memberLists(resourceOf(kind)).flatMap((name) => {
      const members = before[name] as readonly string[] | undefined;
      const stays = (member: string) =>
        !edgesListed(resourceOf(kind), id, { [name]: [member] }).some((edge) =>
          revoked.has(ownedKey(edge.resource, '', edge.values)),
        );
      return members ? [[name, members.filter(stays)]] : [];
    });
    changes[index] = {
      ...change,
      delinea: { ...change.delinea, before: { ...before, ...Object.fromEntries(left) } },
    };
  }
}

/**
 * Removes the ledger's entry of an object that was deleted outside of code and is created again at another address or
 * under another name. Without this step the old entry would never be removed.
 */
function forgetDeleted(context: PlanContext, match: Match): void {
  const { declaration, resource, owned, deletedOutOfBand, error } = match;
  if (!deletedOutOfBand || !owned || error || isEdge(resource)) return;
  if (!context.changes.some(({ delinea }) => delinea.key === declaration.address)) return;
  const sameAddress = owned.address === declaration.address;
  if (sameAddress && keyText(resource, owned.key) === keyText(resource, declaredKey(match))) return;
  const change = buildRemoval(context, owned, undefined, 'forget');
  context.changes.push({ ...change, delinea: { ...change.delinea, needs: [declaration.address] } });
}

async function planRemoval(context: PlanContext, owned: OwnedObject): Promise<void> {
  const [first, ...duplicates] = await findOwned(context, owned);
  await planRemovalOf(context, owned, first);
  for (const edge of duplicates) await planRemovalOf(context, { ...owned, id: edge.live.id }, edge);
}

async function planRemovalOf(context: PlanContext, owned: OwnedObject, found: LiveEdge | undefined): Promise<void> {
  const { address } = owned;
  const operation = await operationFor(context, owned, found);
  const key = found ? await decidingKeyOf(context, owned, operation, found) : {};
  const sent = found && operation === 'revoke' ? await settingsOfRevocation(context, owned, found) : {};
  if (operation !== 'forget' && context.matches.get(address)?.declaration.preventDestroy) {
    const creation = context.changes.findIndex(({ delinea }) => delinea.key === address);
    if (creation >= 0) context.changes.splice(creation, 1);
    throw new DelineaError('guarded', 'would be replaced, and lifecycle.prevent_destroy forbids it', { path: address });
  }
  context.changes.push(buildRemoval(context, owned, found, operation, key, sent));
}

/**
 * Returns the settings that go with the revocation of an edge: only a declared set can consent to end an inheritance,
 * since the declaration of the edge is gone.
 * @throws DelineaError `guarded`
 */
async function settingsOfRevocation(context: PlanContext, owned: OwnedObject, found: LiveEdge): Promise<Values> {
  const resource = edgeResourceOf(owned.kind);
  const set = setAround(context, owned);
  if (set) return endInheritance(context, set.declaration.address, resource, found.values, set.declaration.values);
  await refuseInherited(context, resource, found);
  return {};
}

/**
 * Returns the live object of an entry. For an edge in an authoritative set, returns every live edge between its
 * principal and scope.
 * @throws DelineaError `ambiguous` if an edge outside of a set exists several times
 */
async function findOwned(context: PlanContext, owned: OwnedObject): Promise<readonly LiveEdge[]> {
  const resource = resourceOf(owned.kind);
  // The principal or the scope may no longer be declared: load their names.
  await context.translator.loadEnds(resource, owned.key);
  if (isEdge(resource)) {
    const edges = await edgesWithKey(context, resource, owned.key);
    if (edges.length > 1 && !isInSet(context, owned) && !setResourceAt(owned.address))
      throw ambiguousEdges(context, resource, edges);
    return edges;
  }
  const touched = resource.removal?.verb === 'deactivate' ? Object.keys(resource.removal.inactive) : [];
  // Read attributes that the list omits: they may have values that the removal must clear.
  const live = await loadObject(context, owned.kind, owned.id, touched);
  if (!live) return [];
  context.translator.addRemote(owned.kind, live);
  return [{ live, values: await homeValues(context, owned.kind, live, [...resource.key, ...touched]) }];
}

/**
 * Returns the correlation key that decides whether the object may be removed.
 * @throws DelineaError `not_ours` when an identity provider set it
 */
async function decidingKeyOf(
  context: PlanContext,
  owned: OwnedObject,
  operation: Operation,
  { live, values }: LiveEdge,
): Promise<Values> {
  if (operation !== 'deactivate' && operation !== 'delete') return {};
  const resource = resourceOf(owned.kind);
  const { removal } = resource;
  const isDeactivation = operation === 'deactivate' && removal?.verb === 'deactivate';
  const touched = isDeactivation ? Object.keys(removal.inactive) : resource.attributes.map(({ name }) => name);
  const key = await keyDeciding(context, resource, live, touched);
  await refuseHiddenKey(context, resource, live, owned);
  refuseForeignRemoval(resource, owned, values, key, operation);
  return key;
}

/**
 * Chooses the operation that removes an object.
 * @throws DelineaError `guarded` if a permanent deletion is not allowed
 */
async function operationFor(context: PlanContext, owned: OwnedObject, found: LiveEdge | undefined): Promise<Operation> {
  const resource = resourceOf(owned.kind);
  const { removal } = resource;
  // Within a declared set, `on_removal = "retain"` applies to the set, not to a single edge.
  const inSet = isInSet(context, owned);
  const isForgotten = context.input.forgotten?.includes(owned.address);
  if (!removal || removal.verb === 'release' || isForgotten || (owned.onRemoval === 'retain' && !inSet))
    return 'forget';
  if (!found) {
    await refuseHiddenEdge(context, owned);
    return 'forget';
  }
  // The list decides whether the member stays: revoking its membership might undo the change of the list.
  if (listAround(context, owned)) return 'forget';
  if (inSet && (await isOwnAccount(context, resource, found.values))) return 'forget';
  const { wire, surface } = context.tenant.collection(owned.kind);
  if (!isInactive(resource, found.values) && !isEdge(resource)) requireKeptHere(wire, found.live, owned.address);
  await requireScopeKeptHere(context, resource, found.values);
  refuseHiddenManaged(context, owned, found.values, memberLists(resource));
  if (owned.onRemoval === 'delete') {
    const { deleteDisables, undeletable } = surface.serves[owned.kind] ?? {};
    if (deleteDisables || undeletable)
      throw new DelineaError(
        'guarded',
        `the ${surface.title} cannot delete a ${owned.kind}${deleteDisables ? ', only disable it' : ''}`,
        {
          path: owned.address,
          hint: 'Restore the declaration with on_removal = "deactivate" or "retain", and apply before the removal.',
        },
      );
    if (context.tenant.settings.allowDelete) return 'delete';
    throw new DelineaError('guarded', 'on_removal = "delete" is permanent and needs allow_delete on the provider', {
      path: owned.address,
      hint: 'To keep the object, restore the declaration with another on_removal.',
      remedy: { kind: 'set', attribute: 'allowDelete', value: true, on: 'provider' },
    });
  }
  if (removal.verb === 'revoke') return 'revoke';
  if (isInactive(resource, found.values)) return 'forget';
  // An account that shows no status is deactivated: RFC 7643 §4.1.1 leaves the meaning of `active` to the service.
  requireChangeable(wire, found.live, Object.keys(removal.inactive), owned.address);
  return 'deactivate';
}

/** Returns the keys of the objects that have an entry in the plan. */
export function plannedObjects(context: PlanContext): Set<string> {
  const declared = [...context.matches.values()].flatMap(({ resource, live, declaration }) =>
    live && !declaration.lookup ? [objectKey(resource.type, live.id)] : [],
  );
  return new Set([...declared, ...context.changes.map(({ delinea }) => objectKey(delinea.kind, delinea.id ?? ''))]);
}

import { diff } from '../model/diff.js';
import { DelineaError } from '../model/errors.js';
import { isEdge, keyText, objectKey, ownedKey } from '../model/keys.js';
import type { OwnedObject } from '../model/owned-object.js';
import type { Operation } from '../model/plan.js';
import type { Values } from '../model/values.js';
import type { RemoteObject } from '../model/wire.js';
import { withActiveState } from '../read/activation.js';
import { ambiguousEdges, edgesWithKey } from '../read/edges.js';
import { homeValues } from '../read/home-values.js';
import { isOwnAccount } from '../read/own-account.js';
import { runConcurrently } from '../read/run-concurrently.js';
import { memberLists } from '../resources/edges.js';
import { resourceOf } from '../resources/index.js';
import { belongsTo, incompleteSets, isInSet, setResourceAt } from './authoritative-sets.js';
import { buildRemoval, type Found } from './build-removal.js';
import { keyDeciding, refuseForeignRemoval, refuseHiddenKey } from './external-id.js';
import { refuseHiddenManaged } from './hidden-members.js';
import type { Match, PlanContext } from './plan-context.js';

/**
 * Plans what the ledger holds and no declaration means any more. An object that any declaration means is never removed,
 * whatever its address was; neither is one whose own declaration could not be planned.
 */
export async function planRemovals(planning: PlanContext, owned: readonly OwnedObject[]): Promise<void> {
  const meant = new Set<string>();
  const broken = incompleteSets(planning);
  for (const { resource, live, owned: entry, declaration, error } of planning.matches.values()) {
    if (declaration.lookup) continue;
    if (live) meant.add(ownedKey(resource, live.id, live.values));
    if (entry) meant.add(ownedKey(resource, entry.id, entry.key));
    const byAddress = error && planning.ownedByAddress.get(declaration.address);
    if (byAddress) meant.add(ownedKey(resource, byAddress.id, byAddress.key));
  }
  for (const match of planning.matches.values()) forgetDeleted(planning, match);
  const gone = new Map<string, OwnedObject>();
  for (const entry of owned) {
    const key = ownedKey(resourceOf(entry.kind), entry.id, entry.key);
    if (meant.has(key) || broken.some((set) => belongsTo(set, entry))) continue;
    // A set may list what is there twice: one entry finds both.
    gone.set(`${entry.address} ${key}`, entry);
  }
  await runConcurrently([...gone.values()], async (entry) => {
    try {
      await planRemoval(planning, entry);
    } catch (error) {
      if (
        !(error instanceof DelineaError) ||
        !['forbidden', 'incomplete_response', 'guarded', 'ambiguous', 'skipped', 'not_ours'].includes(error.code)
      )
        throw error;
      planning.findings.push({
        level: 'error',
        code: error.code,
        address: entry.address,
        message: error.message,
        hint: error.hint,
        ...(error.remedy.length > 0 ? { remedy: error.remedy } : {}),
      });
    }
  });
}

/** What is made again elsewhere, or under another name, leaves an entry that nobody means any more, once it is there. */
function forgetDeleted(planning: PlanContext, { declaration, resource, owned, deletedOutOfBand, error }: Match): void {
  if (!deletedOutOfBand || !owned || error || isEdge(resource)) return;
  if (!planning.changes.some(({ delinea }) => delinea.key === declaration.address)) return;
  const samePlace = owned.address === declaration.address;
  if (samePlace && keyText(resource, owned.key) === keyText(resource, declaration.values)) return;
  const change = buildRemoval(planning, owned, undefined, 'forget');
  planning.changes.push({ ...change, delinea: { ...change.delinea, needs: [declaration.address] } });
}

async function planRemoval(planning: PlanContext, owned: OwnedObject): Promise<void> {
  const [first, ...twins] = await findOwned(planning, owned);
  await planRemovalOf(planning, owned, first);
  for (const twin of twins) await planRemovalOf(planning, { ...owned, id: twin.live.id }, twin);
}

async function planRemovalOf(planning: PlanContext, owned: OwnedObject, found: Found | undefined): Promise<void> {
  const operation = await operationFor(planning, owned, found);
  const key = found ? await keyOfRemoved(planning, owned, operation, found) : {};
  const { address } = owned;
  const replaced = planning.matches.get(address);
  if (replaced?.declaration.preventDestroy && operation !== 'forget') {
    const other = planning.changes.findIndex(({ delinea }) => delinea.key === address);
    if (other >= 0) planning.changes.splice(other, 1);
    throw new DelineaError('guarded', 'would be replaced, and lifecycle.prevent_destroy forbids it', { path: address });
  }
  planning.changes.push(buildRemoval(planning, owned, found, operation, key));
}

/** What lives of an entry: nothing, one, or of a set's edge all that there are between its ends. @throws DelineaError `ambiguous` */
async function findOwned(planning: PlanContext, owned: OwnedObject): Promise<readonly Found[]> {
  const resource = resourceOf(owned.kind);
  // Its ends may no longer be declared.
  await planning.translator.loadEnds(resource, owned.key);
  if (isEdge(resource)) {
    const same = await edgesWithKey(planning, resource, owned.key);
    if (same.length > 1 && !isInSet(planning, owned) && !setResourceAt(owned.address))
      throw ambiguousEdges(planning, resource, same);
    return same;
  }
  const view = planning.snapshot.view(owned.kind);
  const found = await view.byId(owned.id);
  if (!found) return [];
  planning.translator.addRemote(owned.kind, found);
  const touched = resource.removal?.verb === 'deactivate' ? Object.keys(resource.removal.inactive) : [];
  // What a list leaves out does not say that there is nothing to take away.
  const live = await view.filled(found, touched);
  return [{ live, values: await homeValues(planning, owned.kind, live, [...resource.key, ...touched]) }];
}

/** The key that decides whether it may go. @throws DelineaError `not_ours` where an identity provider gave it */
async function keyOfRemoved(
  planning: PlanContext,
  owned: OwnedObject,
  operation: Operation,
  { live, values }: { live: RemoteObject; values: Values },
): Promise<Values> {
  const resource = resourceOf(owned.kind);
  if (operation !== 'deactivate' && operation !== 'delete') return {};
  const { removal } = resource;
  const deactivated = operation === 'deactivate' && removal?.verb === 'deactivate';
  const touched = deactivated ? Object.keys(removal.inactive) : resource.attributes.map(({ name }) => name);
  const key = await keyDeciding(planning, resource, live, touched);
  await refuseHiddenKey(planning, resource, live, owned);
  refuseForeignRemoval(resource, owned, values, key, operation);
  return key;
}

async function operationFor(
  planning: PlanContext,
  owned: OwnedObject,
  found: { live: RemoteObject; values: Values } | undefined,
): Promise<Operation> {
  const resource = resourceOf(owned.kind);
  const { removal } = resource;
  const forgotten = planning.input.forgotten?.includes(owned.address);
  // What a set retains, it retains when it goes as a whole.
  const inSet = isInSet(planning, owned);
  if (!removal || !found || forgotten || (owned.onRemoval === 'retain' && !inSet)) return 'forget';
  const live = found.values;
  if (inSet && (await isOwnAccount(planning, resource, live))) return 'forget';
  await withActiveState(planning, resource, found.live);
  refuseHiddenManaged(planning, owned, live, memberLists(resource));
  if (owned.onRemoval === 'delete') {
    if (planning.tenant.settings.allowDelete) return 'delete';
    throw new DelineaError('guarded', 'onRemoval = "delete" is permanent and needs allowDelete on the provider too', {
      path: owned.address,
      hint: 'Set allowDelete = true on the provider, or put the declaration back with another onRemoval.',
    });
  }
  if (removal.verb === 'revoke') return 'revoke';
  return diff(resource, removal.inactive, live).length === 0 ? 'forget' : 'deactivate';
}

/** Which objects a plan speaks of already. */
export function plannedObjects(planning: PlanContext): Set<string> {
  const declared = [...planning.matches.values()].flatMap(({ resource, live, declaration }) =>
    live && !declaration.lookup ? [objectKey(resource.type, live.id)] : [],
  );
  return new Set([...declared, ...planning.changes.map(({ delinea }) => objectKey(delinea.kind, delinea.id ?? ''))]);
}

import { DelineaError } from '../errors.js';
import { snakeKeys } from '../names.js';
import type { Values } from '../resource.js';
import { resourceOf } from '../resources/index.js';
import type { Live } from '../wire.js';
import { keyDeciding, refuseForeignRemoval, refuseHiddenKey } from './correlation.js';
import type { OwnedObject } from './declaration.js';
import { diff, keyText } from './diff.js';
import { edgesLike, homeValues, severalLike } from './edges.js';
import { ACTION_OF, type Operation, placeOf, type ResourceChange } from './format.js';
import { memberLists } from './losses.js';
import { refuseHiddenMembers } from './memberships.js';
import { isOwnAccount } from './own-account.js';
import { isEdge, labelOf, type Match, objectKey, ownedKey, type Planning, together } from './planning.js';
import { belongsTo, brokenSets, isInSet, setAt } from './sets.js';
import { withState } from './state.js';

/**
 * Plans what the ledger holds and no declaration means any more. An object that any declaration means is never removed,
 * whatever its address was; neither is one whose own declaration could not be planned.
 */
export async function planRemovals(planning: Planning, owned: readonly OwnedObject[]): Promise<void> {
  const meant = new Set<string>();
  const broken = brokenSets(planning);
  for (const { resource, live, owned: entry, declaration, error } of planning.matches.values()) {
    if (declaration.lookup) continue;
    if (live) meant.add(ownedKey(resource, live.id, live.values));
    if (entry) meant.add(ownedKey(resource, entry.id, entry.key));
    const byAddress = error && planning.ownedByAddress.get(declaration.address);
    if (byAddress) meant.add(ownedKey(resource, byAddress.id, byAddress.key));
  }
  for (const match of planning.matches.values()) letGoOfVanished(planning, match);
  const gone = new Map<string, OwnedObject>();
  for (const entry of owned) {
    const key = ownedKey(resourceOf(entry.kind), entry.id, entry.key);
    if (meant.has(key) || broken.some((set) => belongsTo(set, entry))) continue;
    // A set may list what is there twice: one entry finds both.
    gone.set(`${entry.address} ${key}`, entry);
  }
  await together([...gone.values()], async (entry) => {
    try {
      await planRemoval(planning, entry);
    } catch (error) {
      if (
        !(error instanceof DelineaError) ||
        !['forbidden', 'unread', 'guarded', 'ambiguous', 'skipped', 'not_ours'].includes(error.code)
      )
        throw error;
      planning.findings.push({
        level: 'error',
        code: error.code,
        address: entry.address,
        message: error.message,
        hint: error.hint,
      });
    }
  });
}

/** What is made again elsewhere, or under another name, leaves an entry that nobody means any more, once it is there. */
function letGoOfVanished(planning: Planning, { declaration, resource, owned, vanished, error }: Match): void {
  if (!vanished || !owned || error || isEdge(resource)) return;
  if (!planning.changes.some(({ delinea }) => delinea.key === declaration.address)) return;
  const samePlace = owned.address === declaration.address;
  if (samePlace && keyText(resource, owned.key) === keyText(resource, declaration.values)) return;
  const change = removalOf(planning, owned, undefined, 'forget');
  planning.changes.push({ ...change, delinea: { ...change.delinea, needs: [declaration.address] } });
}

async function planRemoval(planning: Planning, owned: OwnedObject): Promise<void> {
  const [first, ...twins] = await findOwned(planning, owned);
  await planRemovalOf(planning, owned, first);
  for (const twin of twins) await planRemovalOf(planning, { ...owned, id: twin.live.id }, twin);
}

async function planRemovalOf(planning: Planning, owned: OwnedObject, found: Found | undefined): Promise<void> {
  const operation = await operationFor(planning, owned, found);
  const key = found ? await keyOfRemoved(planning, owned, operation, found) : {};
  const { address } = owned;
  const replaced = planning.matches.get(address);
  if (replaced?.declaration.preventDestroy && operation !== 'forget') {
    const other = planning.changes.findIndex(({ delinea }) => delinea.key === address);
    if (other >= 0) planning.changes.splice(other, 1);
    throw new DelineaError('guarded', 'would be replaced, and lifecycle.prevent_destroy forbids it', { path: address });
  }
  planning.changes.push(removalOf(planning, owned, found, operation, key));
}

/** The entry of the plan by which something goes. @param key an attribute beside those shown that must not have changed until then */
export function removalOf(
  planning: Planning,
  owned: OwnedObject,
  found: { live: Live; values: Values } | undefined,
  operation: Operation,
  key: Values = {},
): ResourceChange {
  const { address } = owned;
  const resource = resourceOf(owned.kind);
  const replaced = planning.matches.get(address);
  const shown = [
    ...new Set([
      ...resource.key,
      ...(resource.removal?.verb === 'deactivate'
        ? Object.keys(resource.removal.to)
        : Object.keys(found?.values ?? {})),
      ...Object.keys(key),
    ]),
  ];
  const before = Object.fromEntries(
    shown
      .map((name) => [name, { ...(found?.values ?? owned.key), ...key }[name]])
      .filter(([, value]) => value !== undefined && value !== null),
  ) as Values;
  const named = Object.fromEntries(
    Object.entries(before).map(([name, value]) => [name, readable(planning, owned.kind, name, value)]),
  );
  return {
    ...placeOf(address, owned.kind),
    // Terraform's word for a second object at one address.
    ...(replaced && !replaced.declaration.lookup ? { deposed: owned.id } : {}),
    action_reason: 'delete_because_no_resource_config',
    change: {
      actions: [ACTION_OF[operation]],
      before: snakeKeys({ id: found?.live.id ?? owned.id, ...named }),
      after: null,
      after_unknown: {},
      before_sensitive: {},
      after_sensitive: false,
    },
    delinea: {
      key: `${address}#${owned.id}`,
      kind: owned.kind,
      surface: planning.tenant.home(owned.kind).name,
      operation,
      label: labelOf(owned.kind, { ...owned.key, ...found?.values }, (name, value) =>
        called(planning, owned.kind, name, value),
      ),
      id: found?.live.id ?? owned.id,
      desired: {},
      before,
      changed: [],
      after: [],
    },
  };
}

interface Found {
  readonly live: Live;
  readonly values: Values;
}

/** What lives of an entry: nothing, one, or of a set's edge all that there are between its ends. @throws DelineaError `ambiguous` */
async function findOwned(planning: Planning, owned: OwnedObject): Promise<readonly Found[]> {
  const resource = resourceOf(owned.kind);
  // Its ends may no longer be declared.
  await planning.identity.learnEnds(resource, owned.key);
  if (isEdge(resource)) {
    const same = await edgesLike(planning, resource, owned.key);
    if (same.length > 1 && !isInSet(planning, owned) && !setAt(owned.address))
      throw severalLike(planning, resource, same);
    return same;
  }
  const view = planning.snapshot.view(owned.kind);
  const found = await view.byId(owned.id);
  if (!found) return [];
  planning.identity.see(owned.kind, found);
  const touched = resource.removal?.verb === 'deactivate' ? Object.keys(resource.removal.to) : [];
  // What a list leaves out does not say that there is nothing to take away.
  const live = await view.filled(found, touched);
  return [{ live, values: await homeValues(planning, owned.kind, live, [...resource.key, ...touched]) }];
}

/** The key that decides whether it may go. @throws DelineaError `not_ours` where an identity provider gave it */
async function keyOfRemoved(
  planning: Planning,
  owned: OwnedObject,
  operation: Operation,
  { live, values }: { live: Live; values: Values },
): Promise<Values> {
  const resource = resourceOf(owned.kind);
  if (operation !== 'deactivate' && operation !== 'delete') return {};
  const { removal } = resource;
  const deactivated = operation === 'deactivate' && removal?.verb === 'deactivate';
  const touched = deactivated ? Object.keys(removal.to) : resource.attributes.map(({ name }) => name);
  const key = await keyDeciding(planning, resource, live, touched);
  await refuseHiddenKey(planning, resource, live, owned);
  refuseForeignRemoval(resource, owned, values, key, operation);
  return key;
}

async function operationFor(
  planning: Planning,
  owned: OwnedObject,
  found: { live: Live; values: Values } | undefined,
): Promise<Operation> {
  const resource = resourceOf(owned.kind);
  const { removal } = resource;
  const forgotten = planning.input.forgotten?.includes(owned.address);
  // What a set retains, it retains when it goes as a whole.
  const inSet = isInSet(planning, owned);
  if (!removal || !found || forgotten || (owned.onRemoval === 'retain' && !inSet)) return 'forget';
  const live = found.values;
  if (inSet && (await isOwnAccount(planning, resource, live))) return 'forget';
  await withState(planning, resource, found.live);
  refuseHiddenMembers(planning, owned, live, memberLists(resource));
  if (owned.onRemoval === 'delete') {
    if (planning.tenant.settings.allowDelete) return 'delete';
    throw new DelineaError('guarded', 'onRemoval = "delete" is permanent and needs allowDelete on the provider too', {
      path: owned.address,
      hint: 'Set allowDelete = true on the provider, or put the declaration back with another onRemoval.',
    });
  }
  if (removal.verb === 'revoke') return 'revoke';
  return diff(resource, removal.to, live).length === 0 ? 'forget' : 'deactivate';
}

/** Containers are shown by name; ids of users and groups stay, as in Terraform's plans. */
function readable(planning: Planning, kind: string, name: string, value: unknown): unknown {
  const attribute = resourceOf(kind).attributes.find((candidate) => candidate.name === name);
  const named = attribute?.refersTo.some((of) => resourceOf(of).namedBy && !resourceOf(of).referredBy);
  return named ? (planning.identity.nameOf(String(value)) ?? value) : value;
}

/** A part of a label: of what is gone from the tenant, the ledger still knows the name. */
export function called(planning: Planning, kind: string, name: string, value: unknown): string {
  if (value === undefined) return name;
  const id = String(value);
  const known = planning.identity.nameOf(id);
  if (known !== undefined) return known;
  const refersTo = resourceOf(kind).attributes.find((attribute) => attribute.name === name)?.refersTo ?? [];
  const names = refersTo.map((of) => planning.ownedById.get(objectKey(of, id))?.key[resourceOf(of).key[0]!]);
  return String(names.find((found) => found !== undefined) ?? id);
}

/** Which objects a plan speaks of already. */
export function spokenOf(planning: Planning): Set<string> {
  const declared = [...planning.matches.values()].flatMap(({ resource, live, declaration }) =>
    live && !declaration.lookup ? [objectKey(resource.type, live.id)] : [],
  );
  return new Set([...declared, ...planning.changes.map(({ delinea }) => objectKey(delinea.kind, delinea.id ?? ''))]);
}

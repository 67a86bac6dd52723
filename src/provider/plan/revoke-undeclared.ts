import { isReference } from '../model/declaration.js';
import { DelineaError } from '../model/errors.js';
import { keyText } from '../model/keys.js';
import { snakeCase } from '../model/names.js';
import type { Resource } from '../model/resource.js';
import { isCleared } from '../model/values.js';
import { edgeLabel } from '../read/edges.js';
import { readHolders } from '../read/holders.js';
import { isOwnAccount } from '../read/own-account.js';
import { runConcurrently } from '../read/run-concurrently.js';
import type { LiveEdge } from '../read/tenant-reader.js';
import { edgeResourceOf } from '../resources/edge-words.js';
import { keyOfOwned } from '../resources/owned-key.js';
import { edgeMatches, incompleteSets, isManagedSet, isRetired } from './authoritative-sets.js';
import { buildRemoval } from './build-removal.js';
import { endInheritance } from './inherited-edges.js';
import { type AuthoritativeSet, catchObjectErrors, type Match, type PlanContext } from './plan-context.js';

/** Plans to revoke the undeclared edges in the scope of every authoritative set, and reports them as drift. */
export async function revokeUndeclared(context: PlanContext): Promise<void> {
  const incomplete = incompleteSets(context);
  const complete = context.sets.filter((match) => !incomplete.includes(match));
  await runConcurrently(complete, async (match) => {
    await catchObjectErrors(match, () => revokeOthers(context, match));
    if (match.error) keepAll(context, match);
  });
}

/** Drops the planned revocations of a set that has an error, so that its owned edges are kept. */
function keepAll({ changes }: PlanContext, { declaration: { address } }: AuthoritativeSet): void {
  const kept = changes.filter((change) => change.address !== address || change.delinea.operation !== 'revoke');
  changes.splice(0, changes.length, ...kept);
}

/**
 * Plans the revocations of one set.
 * @throws DelineaError `list_incomplete` if not every edge can be read, `guarded` if the set is empty and the code does
 * not allow that
 */
async function revokeOthers(context: PlanContext, match: AuthoritativeSet): Promise<void> {
  const { declaration, of } = match;
  const { address, values } = declaration;
  const resource = edgeResourceOf(of.edge);
  const undeclared = await undeclaredIn(context, match);
  const revokes = context.changes.some((change) => change.address === address && change.delinea.operation === 'revoke');
  const mayEmpty = values.allowEmpty === true || isRetired(match);
  if (isCleared(values[of.elements]) && !mayEmpty && (undeclared.length > 0 || revokes)) {
    const name = snakeCase(of.elements);
    throw new DelineaError('guarded', `${name} = [] would revoke all ${resource.plural} in this scope`, {
      path: `${address}.${name}`,
      hint: 'To revoke them, consent in code.',
      remedy: { kind: 'set', attribute: 'allowEmpty', value: true, on: 'resource' },
    });
  }
  // An empty set on a new scope that inherits would be refused by the next plan.
  const isNewAndEmpty = isReference(match.resolved![of.scope]) && isCleared(values[of.elements]);
  if (undeclared.length === 0 && !isNewAndEmpty) return;
  const sent = await endInheritance(context, address, resource, match.resolved!, values);
  const surface = context.tenant.home(resource.type).name;
  const isManaged = isManagedSet(context, match);
  const why = isManaged
    ? ': added outside of code; the next apply revokes it'
    : ' exists already, is not managed, and is revoked';
  for (const edge of undeclared) {
    await context.translator.loadEnds(resource, edge.values);
    context.findings.push({
      level: 'drift',
      code: isManaged ? 'added_out_of_band' : 'not_in_code',
      address,
      edge: edge.live.id,
      message: edgeLabel(context, resource.type, edge.values) + why,
      hint: `To keep it, add it to ${snakeCase(of.elements)}.`,
    });
    const owned = { address, kind: resource.type, id: edge.live.id, surface, key: edge.values };
    const change = buildRemoval(context, owned, edge, 'revoke', {}, sent);
    const isOwned = context.ownedById.has(keyOfOwned(owned));
    context.changes.push(isOwned ? change : { ...change, delinea: { ...change.delinea, unmanaged: true } });
  }
}

/**
 * Returns the live edges in the scope of a set that are neither declared nor in the plan.
 * @throws DelineaError `list_incomplete` if not every edge can be read
 */
export async function undeclaredIn(
  context: PlanContext,
  { declaration, of, edgeAddresses, resolved }: AuthoritativeSet,
): Promise<LiveEdge[]> {
  const resource = edgeResourceOf(of.edge);
  // A scope that the plan creates has no holders yet.
  if (isReference(resolved![of.scope])) return [];
  const { edges, unread } = await readHolders(context, resource, [resolved!], { perObject: Number.POSITIVE_INFINITY });
  if (unread.length > 0) {
    throw new DelineaError('list_incomplete', `not all ${resource.plural} can be read: ${unread.join('; ')}`, {
      path: declaration.address,
      hint: `Declare each ${resource.title} individually, which leaves the others unchanged.`,
    });
  }
  const known = declaredKeys(context, resource, edgeMatches(context, edgeAddresses));
  return undeclaredEdges(context, resource, edges, known);
}

/**
 * Returns the keys of the declared edges of a set, and of owned edges whose declaration has an error and may still
 * match them.
 */
function declaredKeys({ matches, ownedByAddress }: PlanContext, resource: Resource, declared: readonly Match[]) {
  const keys = new Set(declared.flatMap(({ resolved }) => (resolved ? [keyText(resource, resolved)] : [])));
  for (const { error, declaration } of matches.values()) {
    const owned = error && ownedByAddress.get(declaration.address);
    if (owned && owned.kind === resource.type) keys.add(keyText(resource, owned.key));
  }
  return keys;
}

/**
 * Returns the live edges that are neither known nor in the plan. The edges of the account that runs the plan are left
 * out.
 * @param known keys of the edges in the code or the ledger
 */
export async function undeclaredEdges(
  context: PlanContext,
  resource: Resource,
  edges: readonly LiveEdge[],
  known: ReadonlySet<string>,
): Promise<LiveEdge[]> {
  const planned = new Set(
    context.changes.filter(({ delinea }) => delinea.kind === resource.type).map(({ delinea }) => delinea.id),
  );
  const others = edges.filter(({ live, values }) => !planned.has(live.id) && !known.has(keyText(resource, values)));
  const isOwn = await Promise.all(others.map(({ values }) => isOwnAccount(context, resource, values)));
  return others.filter((_, index) => !isOwn[index]);
}

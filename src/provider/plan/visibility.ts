import { DelineaError, DelineaErrors } from '../model/errors.js';
import { isEdge, objectKey } from '../model/keys.js';
import type { OwnedObject } from '../model/owned-object.js';
import { letThrough } from '../model/plan.js';
import { attributeOf } from '../model/resource.js';
import { edgesWithKey } from '../read/edges.js';
import { type Membership, managedMemberships } from '../read/memberships.js';
import { runConcurrently } from '../read/run-concurrently.js';
import { resourceOf } from '../resources/index.js';
import { allowedCount } from '../settings/allowance.js';
import { missingMemberships } from './hidden-members.js';
import { labelIn, nameOrId } from './label.js';
import type { PlanContext } from './plan-context.js';
import { type Visibility, VisibilityTracker } from './visibility-tracker.js';

/**
 * Compares the objects that the tenant shows with those in the ledger, before a missing object is taken as deleted.
 * @throws DelineaErrors `visibility_reduced`, one for each kind of which too many objects are missing, and one for
 * members of groups
 */
export async function checkVisibility(context: PlanContext, owned: readonly OwnedObject[]): Promise<void> {
  const allowed = allowedCount(context.tenant.settings.allowances, 'missing');
  const tracker = new VisibilityTracker(context, (missing) => missing === allowed?.count);
  context.visibility = tracker;
  const seen: OwnedObject[] = [];
  const absent = new Set<string>();
  await runConcurrently(owned, async (entry) => {
    const { address, kind, id, key } = entry;
    const isForgotten = context.input.forgotten?.includes(address) === true;
    const visibility = isForgotten ? 'seen' : await visibilityOf(context, entry);
    tracker.record({ kind }, visibility, () => labelIn(context, kind, key));
    if (visibility !== 'seen') absent.add(objectKey(kind, id));
    else if (!isForgotten) seen.push(entry);
  });
  await recordMemberships(context, tracker, owned, seen, absent);
  const errors = await tracker.errors();
  if (errors.length > 0) throw new DelineaErrors(errors);
  if (allowed && tracker.missing > 0 && tracker.allowsMissing)
    context.findings.push(letThrough(`${tracker.missing} managed objects and members are not visible`, allowed.source));
}

/**
 * Records the managed members of groups. A member that is missing itself is counted as an object, and not again in each
 * of its groups.
 * @param seen the groups, among other objects, that the tenant shows
 */
async function recordMemberships(
  context: PlanContext,
  tracker: VisibilityTracker,
  owned: readonly OwnedObject[],
  seen: readonly OwnedObject[],
  absent: ReadonlySet<string>,
): Promise<void> {
  const kindsOf = (kind: string, list: string) => attributeOf(resourceOf(kind), list).refersTo;
  const lost = (await missingMemberships(context, seen)).filter(({ of, list, member }) =>
    kindsOf(of.kind, list).every((kind) => !absent.has(objectKey(kind, member))),
  );
  const total = managedMemberships(owned);
  const missing = new Set(lost.map(membershipKey));
  for (const membership of total) {
    const { of, list, member } = membership;
    const isMissing = missing.has(membershipKey(membership));
    tracker.record({ kind: of.kind, list }, isMissing ? 'missing' : 'seen', async () => {
      const kinds = kindsOf(of.kind, list);
      await context.translator.load({ kinds, id: member }).catch(() => undefined);
      return `${nameOrId(context, kinds, member)} in ${String(of.key[resourceOf(of.kind).key[0]!])}`;
    });
  }
}

function membershipKey({ of: { kind, id }, list, member }: Membership): string {
  return JSON.stringify([kind, id, list, member]);
}

async function visibilityOf(context: PlanContext, { kind, id, key }: OwnedObject): Promise<Visibility> {
  const resource = resourceOf(kind);
  try {
    const found = isEdge(resource)
      ? (await edgesWithKey(context, resource, key)).length > 0
      : (await context.snapshot.view(kind).byId(id)) !== undefined;
    return found ? 'seen' : 'missing';
  } catch (error) {
    if (!(error instanceof DelineaError)) throw error;
    if (error.code === 'forbidden') return 'forbidden';
    if (error.code === 'incomplete_response') return 'omitted';
    // These errors concern one object and are reported with it.
    if (error.code === 'skipped' || error.code === 'ambiguous') return 'seen';
    throw error;
  }
}

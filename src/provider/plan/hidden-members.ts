import { DelineaError, ignoreCodes } from '../model/errors.js';
import type { OwnedObject } from '../model/owned-object.js';
import type { Remedy } from '../model/remedy.js';
import { attributeOf, type Resource } from '../model/resource.js';
import { pick, type Values } from '../model/values.js';
import type { RemoteObject } from '../model/wire.js';
import { refuseOmittedList } from '../read/edges.js';
import { homeValues } from '../read/home-values.js';
import { loadObject } from '../read/load-object.js';
import { listIn, type Membership, managedLists } from '../read/memberships.js';
import { runConcurrently } from '../read/run-concurrently.js';
import { memberLists } from '../resources/edge-words.js';
import { resourceOf } from '../resources/index.js';
import type { PlanContext } from './plan-context.js';

/**
 * Returns the recorded memberships that the tenant no longer shows although it shows their groups. A list without the
 * members that the code has removed, but with some that it declares, is not counted: an earlier apply may have ended
 * between its write and its record.
 * @param seen the owned objects that the tenant shows
 */
export async function missingMemberships(context: PlanContext, seen: readonly OwnedObject[]): Promise<Membership[]> {
  const groups = seen.filter((of) => managedLists(of).length > 0);
  const lives = new Map<OwnedObject, RemoteObject>();
  await runConcurrently(groups, async (of) => {
    const live = await loadObject(context, of.kind, of.id, managedLists(of)).catch(ownFault);
    if (live) lives.set(of, live);
  });
  const lookups = [...lives].flatMap(([of, { values }]) =>
    managedLists(of).flatMap((name) =>
      (listIn(values, name) ?? []).flatMap((id) =>
        attributeOf(resourceOf(of.kind), name).refersTo.map((kind) => ({
          kind,
          surface: context.tenant.home(of.kind).name,
          id,
        })),
      ),
    ),
  );
  await context.translator.prepare(lookups);
  const lost: Membership[] = [];
  await runConcurrently(lives, async ([of, live]) => {
    const names = managedLists(of);
    const values = await homeValues(context, of.kind, live, names).catch(ownFault);
    if (!values) return;
    for (const name of names) {
      const list = listIn(values, name);
      const gone = of.managedMembers![name]!.filter((member) => !list?.includes(member));
      if (gone.length > 0 && !(list && removedByUs(context, of, name, list, gone))) {
        lost.push(...gone.map((member) => ({ of, list: name, member })));
      }
    }
  });
  return lost;
}

/** Errors of one object are reported with that object. */
const ownFault = ignoreCodes('forbidden', 'skipped', 'ambiguous');

function removedByUs(
  context: PlanContext,
  of: OwnedObject,
  name: string,
  list: readonly string[],
  gone: readonly string[],
): boolean {
  const match = [...context.matches.values()].find(
    ({ resource, live }) => resource.type === of.kind && live?.id === of.id,
  );
  // The group is no longer declared, so its members are to be removed anyway.
  if (!match && !context.matches.has(of.address)) return true;
  const wanted = match?.resolved?.[name];
  if (!Array.isArray(wanted)) return false;
  const isVisible = wanted.length === 0 || wanted.some((id) => list.includes(id as string));
  return isVisible && !gone.some((id) => wanted.includes(id));
}

/**
 * Refuses to treat a list as empty only because the response omits it. If no members are known, an omitted list is
 * empty: RFC 7643 §2.5 lets a service omit empty attributes.
 * @param known members by list, from a ledger, a state or a plan
 * @param isPath whether the error has the list as its path, for a front end that shows errors at attributes
 * @throws DelineaError `incomplete_response`
 */
export function refuseHiddenMembers(
  resource: Resource,
  known: Values,
  live: Values,
  remedy: readonly Remedy[] = [],
  isPath = false,
): void {
  for (const name of memberLists(resource)) {
    const { length } = (known[name] as readonly string[] | null | undefined) ?? [];
    if (length === 0 || listIn(live, name)) continue;
    throw new DelineaError(
      'incomplete_response',
      `the response leaves out ${name}, although ${length} ${length === 1 ? 'is' : 'are'} known`,
      {
        hint: 'Nothing was changed. Check what the account of this run can see.',
        remedy,
        path: isPath ? name : undefined,
      },
    );
  }
}

/**
 * Refuses to conclude that a managed edge is gone from a list that the response omits, unless the run allows that.
 * @throws DelineaError `incomplete_response`
 */
export async function refuseHiddenEdge(context: PlanContext, { kind, key }: OwnedObject): Promise<void> {
  const { visibility } = context;
  if (visibility?.allowsMissing) return;
  await refuseOmittedList(context, resourceOf(kind), key, visibility?.remedy());
}

/**
 * Refuses a list with managed members that the response omits, unless the run allows these members to be missing.
 * @param names the lists that matter
 * @throws DelineaError `incomplete_response`
 */
export function refuseHiddenManaged(
  { visibility }: PlanContext,
  owned: OwnedObject | undefined,
  live: Values,
  names: readonly string[],
): void {
  if (!owned || visibility?.allowsMissing) return;
  refuseHiddenMembers(resourceOf(owned.kind), pick({ ...owned.managedMembers }, names), live, visibility?.remedy());
}

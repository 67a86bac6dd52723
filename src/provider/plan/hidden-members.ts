import { DelineaError, ignoreCodes } from '../model/errors.js';
import type { OwnedObject } from '../model/owned-object.js';
import { attributeOf } from '../model/resource.js';
import type { Values } from '../model/values.js';
import type { RemoteObject } from '../model/wire.js';
import { homeValues } from '../read/home-values.js';
import { loadObject } from '../read/load-object.js';
import { listIn, type Membership, managedLists } from '../read/memberships.js';
import { runConcurrently } from '../read/run-concurrently.js';
import { resourceOf } from '../resources/index.js';
import type { PlanContext } from './plan-context.js';

/**
 * The memberships of the ledger that do not show, though their groups do. Where the answer has a list without those
 * whom code has dropped and with whom it keeps, a run of ours may have ended between its write and its record.
 * @param shown the groups of the ledger that show
 */
export async function missingMemberships(planning: PlanContext, shown: readonly OwnedObject[]): Promise<Membership[]> {
  const holding = shown.filter((of) => managedLists(of).length > 0);
  const lives = new Map<OwnedObject, RemoteObject>();
  await runConcurrently(holding, async (of) => {
    const live = await loadObject(planning, of.kind, of.id, managedLists(of)).catch(ownFault);
    if (live) lives.set(of, live);
  });
  await prepareTranslation(planning, lives);
  const lost: Membership[] = [];
  await runConcurrently(lives, async ([of, live]) => {
    const names = managedLists(of);
    const values = await homeValues(planning, of.kind, live, names).catch(ownFault);
    if (!values) return;
    for (const name of names) {
      const list = listIn(values, name);
      const gone = of.managedMembers![name]!.filter((member) => !list?.includes(member));
      if (gone.length > 0 && !(list && removedByUs(planning, of, name, list, gone))) {
        lost.push(...gone.map((member) => ({ of, list: name, member })));
      }
    }
  });
  return lost;
}

/** Errors of one object are reported with that object. */
const ownFault = ignoreCodes('forbidden', 'skipped', 'ambiguous');

function removedByUs(
  planning: PlanContext,
  of: OwnedObject,
  name: string,
  list: readonly string[],
  gone: readonly string[],
): boolean {
  const match = [...planning.matches.values()].find(
    ({ resource, live }) => resource.type === of.kind && live?.id === of.id,
  );
  // No longer declared: emptied is what it should be, and what is left of it is emptied.
  if (!match && !planning.matches.has(of.address)) return true;
  const wanted = match?.resolved?.[name];
  if (!Array.isArray(wanted)) return false;
  const shows = wanted.length === 0 || wanted.some((id) => list.includes(id as string));
  return shows && !gone.some((id) => wanted.includes(id));
}

/** Says how many ids will be translated between surfaces, so that the cheaper way of reading is taken. */
async function prepareTranslation(planning: PlanContext, lives: ReadonlyMap<OwnedObject, RemoteObject>): Promise<void> {
  const ids = new Map<string, { group: string; kind: string; ids: Set<string> }>();
  for (const [of, { values }] of lives) {
    for (const name of managedLists(of)) {
      for (const kind of attributeOf(resourceOf(of.kind), name).refersTo) {
        const key = `${of.kind} ${kind}`;
        const entry = ids.get(key) ?? { group: of.kind, kind, ids: new Set<string>() };
        ids.set(key, { ...entry, ids: new Set([...entry.ids, ...(listIn(values, name) ?? [])]) });
      }
    }
  }
  await Promise.all(
    [...ids.values()].map(({ group, kind, ids: wanted }) =>
      planning.translator.prepare(kind, planning.tenant.home(group), wanted.size),
    ),
  );
}

/**
 * Refuses to take a list that the object itself leaves out for an empty one, where the ledger knows members. Without
 * them it is one: RFC 7643 §2.5 lets a service leave out what is empty.
 * @param names the lists that matter
 * @throws DelineaError `unread`
 */
export function refuseHiddenMembers(
  planning: PlanContext,
  owned: OwnedObject | undefined,
  values: Values,
  names: readonly string[],
): void {
  if (!owned || planning.lost?.allowed) return;
  const hidden = managedLists(owned).filter((name) => names.includes(name) && !listIn(values, name));
  const [name] = hidden;
  if (name === undefined) return;
  throw new DelineaError(
    'incomplete_response',
    `its ${name} do not show, and the ledger knows ${owned.managedMembers![name]!.length}`,
    {
      hint: `Check what the account may see; if nobody is in it any more, say so: --allow-missing ${planning.lost?.count}.`,
    },
  );
}

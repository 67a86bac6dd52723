import { DelineaError } from '../errors.js';
import { attributeOf, type Values } from '../resource.js';
import { resourceOf } from '../resources/index.js';
import type { Live } from '../wire.js';
import type { OwnedObject } from './declaration.js';
import { homeValues } from './edges.js';
import { memberLists } from './losses.js';
import { type Planning, type Reading, together } from './planning.js';

/** Somebody who is in a group of ours, as the ledger has it. */
export interface Membership {
  readonly of: OwnedObject;
  readonly list: string;
  /** Home id. */
  readonly member: string;
}

/** The lists of which the ledger knows members. */
function heldLists({ kind, held }: OwnedObject): string[] {
  return memberLists(resourceOf(kind)).filter((name) => (held?.[name]?.length ?? 0) > 0);
}

/** Who the ledger says is in these groups. */
export function membershipsOf(owned: readonly OwnedObject[]): Membership[] {
  return owned.flatMap((of) =>
    heldLists(of).flatMap((list) => of.held![list]!.map((member) => ({ of, list, member }))),
  );
}

/**
 * The memberships of the ledger that do not show, though their groups do. Where the answer has a list without those
 * whom code has dropped and with whom it keeps, a run of ours may have ended between its write and its record.
 * @param shown the groups of the ledger that show
 */
export async function membershipsLost(planning: Planning, shown: readonly OwnedObject[]): Promise<Membership[]> {
  const holding = shown.filter((of) => heldLists(of).length > 0);
  const lives = new Map<OwnedObject, Live>();
  await together(holding, async (of) => {
    const live = await readHeld(planning, of).catch(ownFault);
    if (live) lives.set(of, live);
  });
  await announce(planning, lives);
  const lost: Membership[] = [];
  await together(lives, async ([of, live]) => {
    const names = heldLists(of);
    const values = await homeValues(planning, of.kind, live, names).catch(ownFault);
    if (!values) return;
    for (const name of names) {
      const list = listIn(values, name);
      const gone = of.held![name]!.filter((member) => !list?.includes(member));
      if (gone.length > 0 && !(list && isOurDoing(planning, of, name, list, gone))) {
        lost.push(...gone.map((member) => ({ of, list: name, member })));
      }
    }
  });
  return lost;
}

/** A fault of one object is reported with it. */
function ownFault(error: unknown): undefined {
  if (error instanceof DelineaError && ['forbidden', 'skipped', 'ambiguous'].includes(error.code)) return undefined;
  throw error;
}

function isOurDoing(
  planning: Planning,
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

async function readHeld(reading: Reading, of: OwnedObject): Promise<Live | undefined> {
  const found = await reading.snapshot.view(of.kind).byId(of.id);
  return found && withHeld(reading, found, of);
}

/**
 * A group with the lists of which the ledger knows members; asked for where the list of groups left them out.
 * @param names the lists that matter
 */
export async function withHeld(
  reading: Reading,
  live: Live,
  owned: OwnedObject | undefined,
  names?: readonly string[],
): Promise<Live> {
  if (!owned) return live;
  const lists = heldLists(owned).filter((name) => names?.includes(name) ?? true);
  return reading.snapshot.view(owned.kind).filled(live, lists);
}

/** Says how many ids will be translated between surfaces, so that the cheaper way of reading is taken. */
async function announce(planning: Planning, lives: ReadonlyMap<OwnedObject, Live>): Promise<void> {
  const ids = new Map<string, { group: string; kind: string; ids: Set<string> }>();
  for (const [of, { values }] of lives) {
    for (const name of heldLists(of)) {
      for (const kind of attributeOf(resourceOf(of.kind), name).refersTo) {
        const key = `${of.kind} ${kind}`;
        const entry = ids.get(key) ?? { group: of.kind, kind, ids: new Set<string>() };
        ids.set(key, { ...entry, ids: new Set([...entry.ids, ...(listIn(values, name) ?? [])]) });
      }
    }
  }
  await Promise.all(
    [...ids.values()].map(({ group, kind, ids: wanted }) =>
      planning.identity.prepare(kind, planning.tenant.home(group), wanted.size),
    ),
  );
}

/** undefined: the service leaves the list out. */
function listIn(values: Values, name: string): readonly string[] | undefined {
  return (values[name] as readonly string[] | null | undefined) ?? undefined;
}

/**
 * Refuses to take a list that the object itself leaves out for an empty one, where the ledger knows members. Without
 * them it is one: RFC 7643 §2.5 lets a service leave out what is empty.
 * @param names the lists that matter
 * @throws DelineaError `unread`
 */
export function refuseHiddenMembers(
  planning: Planning,
  owned: OwnedObject | undefined,
  values: Values,
  names: readonly string[],
): void {
  if (!owned || planning.lost?.allowed) return;
  const hidden = heldLists(owned).filter((name) => names.includes(name) && !listIn(values, name));
  const [name] = hidden;
  if (name === undefined) return;
  throw new DelineaError('unread', `its ${name} do not show, and the ledger knows ${owned.held![name]!.length}`, {
    hint: `Check what the account may see; if nobody is in it any more, say so: --allow-missing ${planning.lost?.count}.`,
  });
}

/** Groups of ours that this account was in by the ledger and that do not say who is in them now. */
export async function groupsNotTelling(
  reading: Reading,
  owned: readonly OwnedObject[],
  account: string,
): Promise<string[]> {
  const { surfaces } = reading.tenant.settings;
  const around = membershipsOf(owned).filter(
    ({ of, member }) =>
      // Ids of a ledger that was made under another routing would name strangers.
      member === account && surfaces[of.surface]?.idSpace === reading.tenant.home(of.kind).idSpace,
  );
  const told = around.map(async ({ of, list }) => {
    const live = await readHeld(reading, of);
    const name = String(of.key[resourceOf(of.kind).key[0]!]);
    return live && !listIn(live.values, list) ? [`whether it is in ${name}: its ${list} do not show`] : [];
  });
  return (await Promise.all(told)).flat();
}

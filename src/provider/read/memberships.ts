import type { OwnedObject } from '../model/owned-object.js';
import type { Values } from '../model/values.js';
import type { RemoteObject } from '../model/wire.js';
import { memberLists } from '../resources/edges.js';
import { resourceOf } from '../resources/index.js';
import type { TenantReader } from './tenant-reader.js';

/** Somebody who is in a group of ours, as the ledger has it. */
export interface Membership {
  readonly of: OwnedObject;
  readonly list: string;
  /** Home id. */
  readonly member: string;
}

/** The lists of which the ledger knows members. */
export function managedLists({ kind, managedMembers }: OwnedObject): string[] {
  return memberLists(resourceOf(kind)).filter((name) => (managedMembers?.[name]?.length ?? 0) > 0);
}

/** Who the ledger says is in these groups. */
export function managedMemberships(owned: readonly OwnedObject[]): Membership[] {
  return owned.flatMap((of) =>
    managedLists(of).flatMap((list) => of.managedMembers![list]!.map((member) => ({ of, list, member }))),
  );
}

export async function readWithMembers(reading: TenantReader, of: OwnedObject): Promise<RemoteObject | undefined> {
  const found = await reading.snapshot.view(of.kind).byId(of.id);
  return found && withMembers(reading, found, of);
}

/**
 * A group with the lists of which the ledger knows members; asked for where the list of groups left them out.
 * @param names the lists that matter
 */
export async function withMembers(
  reading: TenantReader,
  live: RemoteObject,
  owned: OwnedObject | undefined,
  names?: readonly string[],
): Promise<RemoteObject> {
  if (!owned) return live;
  const lists = managedLists(owned).filter((name) => names?.includes(name) ?? true);
  return reading.snapshot.view(owned.kind).filled(live, lists);
}

/** undefined: the service leaves the list out. */
export function listIn(values: Values, name: string): readonly string[] | undefined {
  return (values[name] as readonly string[] | null | undefined) ?? undefined;
}

/** Groups of ours that this account was in by the ledger and that do not say who is in them now. */
export async function groupsWithHiddenMembers(
  reading: TenantReader,
  owned: readonly OwnedObject[],
  account: string,
): Promise<string[]> {
  const { surfaces } = reading.tenant.settings;
  const around = managedMemberships(owned).filter(
    ({ of, member }) =>
      // Ids of a ledger that was made under another routing would name strangers.
      member === account && surfaces[of.surface]?.idSpace === reading.tenant.home(of.kind).idSpace,
  );
  const told = around.map(async ({ of, list }) => {
    const live = await readWithMembers(reading, of);
    const name = String(of.key[resourceOf(of.kind).key[0]!]);
    return live && !listIn(live.values, list) ? [`whether it is in ${name}: its ${list} do not show`] : [];
  });
  return (await Promise.all(told)).flat();
}

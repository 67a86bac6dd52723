import type { OwnedObject } from '../model/owned-object.js';
import type { Values } from '../model/values.js';
import { memberLists } from '../resources/edge-words.js';
import { resourceOf } from '../resources/index.js';
import { loadObject } from './load-object.js';
import type { TenantReader } from './tenant-reader.js';

/** A member of a managed group, as the ledger records it. */
export interface Membership {
  readonly of: OwnedObject;
  readonly list: string;
  /** Home id. */
  readonly member: string;
}

/** Returns the lists of an owned object for which the ledger records members. @param names the lists that matter */
export function managedLists({ kind, managedMembers }: OwnedObject, names?: readonly string[]): string[] {
  return memberLists(resourceOf(kind)).filter(
    (name) => (managedMembers?.[name]?.length ?? 0) > 0 && (names?.includes(name) ?? true),
  );
}

/** Returns the memberships that the ledger records. */
export function managedMemberships(owned: readonly OwnedObject[]): Membership[] {
  return owned.flatMap((of) =>
    managedLists(of).flatMap((list) => of.managedMembers![list]!.map((member) => ({ of, list, member }))),
  );
}

/** Returns a list of members; undefined if the response leaves it out. */
export function listIn(values: Values, name: string): readonly string[] | undefined {
  return (values[name] as readonly string[] | null | undefined) ?? undefined;
}

/** Describes the groups that contain an account by the ledger but do not show their members now. */
export async function groupsWithHiddenMembers(
  reader: TenantReader,
  owned: readonly OwnedObject[],
  account: string,
): Promise<string[]> {
  const { surfaces } = reader.tenant.settings;
  const recorded = managedMemberships(owned).filter(
    ({ of, member }) =>
      // A ledger made under another routing has ids of another id space, which may belong to other users here.
      member === account && surfaces[of.surface]?.idSpace === reader.tenant.home(of.kind).idSpace,
  );
  const hidden = recorded.map(async ({ of, list }) => {
    const live = await loadObject(reader, of.kind, of.id, managedLists(of));
    const name = String(of.key[resourceOf(of.kind).key[0]!]);
    return live && !listIn(live.values, list) ? [`whether it is in ${name}: its ${list} are not visible`] : [];
  });
  return (await Promise.all(hidden)).flat();
}

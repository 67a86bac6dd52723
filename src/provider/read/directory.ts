import { diff } from '../model/diff.js';
import { type Principal, principalKey } from '../model/principal.js';
import { groupKinds, memberKinds, memberLists } from '../resources/edge-words.js';
import { resourceOf } from '../resources/index.js';
import { homeValues, principalKindOf } from './home-values.js';
import { loadObject, loadWithActiveState } from './load-object.js';
import { singleFlight } from './single-flight.js';
import type { TenantReader } from './tenant-reader.js';

/** The members of groups, and the accounts that can log in. */
export interface Directory {
  /** Returns all groups. */
  groups(): Promise<readonly Principal[]>;
  /** Returns the direct members; none for a user. */
  members(principal: Principal): Promise<readonly Principal[]>;
  /** Returns whether the principal is an account that can log in. */
  active(principal: Principal): Promise<boolean>;
}

/** Returns whether any of these, or any member at any depth, can log in. Stops reading at the first such account. */
export async function anyActive(directory: Directory, principals: readonly Principal[]): Promise<boolean> {
  const seen = new Set<string>();
  const open = [...principals];
  for (let next = open.shift(); next; next = open.shift()) {
    if (seen.has(principalKey(next))) continue;
    seen.add(principalKey(next));
    if (await directory.active(next)) return true;
    // Accounts come first: a group costs one read per member.
    open.push(...(await directory.members(next)));
  }
  return false;
}

/** Returns the keys in `wanted` that are members of a group at any depth. */
export async function membersAmong(
  directory: Directory,
  group: Principal,
  wanted: ReadonlySet<string>,
): Promise<ReadonlySet<string>> {
  const within = await membersWithin(directory, group);
  return new Set([...wanted].filter((key) => within.has(key)));
}

/** Returns the keys of the accounts in a group at any depth. */
export async function accountsWithin(directory: Directory, group: Principal): Promise<string[]> {
  const within = await membersWithin(directory, group);
  return [...within].flatMap(([key, { kind }]) => (resourceOf(kind).account ? [key] : []));
}

/** Returns a group and its members at any depth, by key. */
async function membersWithin(directory: Directory, group: Principal): Promise<ReadonlyMap<string, Principal>> {
  const seen = new Map<string, Principal>();
  const open = [group];
  for (let next = open.pop(); next; next = open.pop()) {
    if (seen.has(principalKey(next))) continue;
    seen.set(principalKey(next), next);
    open.push(...(await directory.members(next)));
  }
  return seen;
}

/** Groups on the way from a principal to a group that are kept, without the last one: longer chains would take quadratic memory. */
const LONGEST_PATH = 30;

/**
 * Returns the groups that contain a principal. `through` lists the groups on the way: the nearest first, the group
 * itself last.
 */
export async function groupsContaining(
  directory: Directory,
  principal: Principal,
): Promise<{ group: Principal; through: readonly Principal[] }[]> {
  const groups = await groupsByMember(directory);
  const found = new Map<string, { group: Principal; through: readonly Principal[] }>();
  const open = [{ of: principal, through: [] as readonly Principal[] }];
  for (let next = open.shift(); next; next = open.shift()) {
    for (const group of groups.get(principalKey(next.of)) ?? []) {
      if (found.has(principalKey(group))) continue;
      const through = [...next.through.slice(0, LONGEST_PATH), group];
      found.set(principalKey(group), { group, through });
      open.push({ of: group, through });
    }
  }
  return [...found.values()];
}

const indexes = new WeakMap<Directory, Promise<Map<string, Principal[]>>>();

/** Indexes the groups by direct member. Reads them once per directory. */
function groupsByMember(directory: Directory): Promise<Map<string, Principal[]>> {
  let index = indexes.get(directory);
  if (index) return index;
  index = (async () => {
    const byMember = new Map<string, Principal[]>();
    for (const group of await directory.groups()) {
      for (const member of await directory.members(group)) {
        const key = principalKey(member);
        const others = byMember.get(key);
        if (others) others.push(group);
        else byMember.set(key, [group]);
      }
    }
    return byMember;
  })();
  indexes.set(directory, index);
  return index;
}

/** Returns the directory of the tenant as it is now. Reads only the groups and accounts that callers need. */
export function liveDirectory(reader: TenantReader): Directory {
  const cache = new Map<string, Promise<readonly Principal[]>>();
  return {
    async groups() {
      const lists = await Promise.all(
        groupKinds().map(async ({ type }) =>
          (await reader.snapshot.view(type).all()).map(({ id }) => ({ kind: type, id })),
        ),
      );
      return lists.flat();
    },
    members: (principal) => singleFlight(cache, principalKey(principal), () => readMembers(reader, principal)),
    async active({ kind, id }) {
      const resource = resourceOf(kind);
      if (!resource.account) return false;
      const found = await reader.snapshot.view(kind).byId(id);
      if (!found) return false;
      reader.translator.addRemote(kind, found);
      if (resource.removal?.verb !== 'deactivate') return true;
      const live = await loadWithActiveState(reader, resource, found, Object.keys(resource.removal.inactive));
      return diff(resource, resource.removal.inactive, live.values).length > 0;
    },
  };
}

async function readMembers(reader: TenantReader, { kind, id }: Principal): Promise<readonly Principal[]> {
  const resource = resourceOf(kind);
  const lists = memberLists(resource);
  if (lists.length === 0) return [];
  const live = await loadObject(reader, kind, id, lists);
  if (!live) return [];
  const values = await homeValues(reader, kind, live, lists);
  const kinds = memberKinds(resource);
  return lists.flatMap((name) => {
    const shown = idsIn(live.values[name]);
    return idsIn(values[name]).map((member, index) => ({
      kind: live.about?.[name]?.[String(shown[index])]?.kind ?? principalKindOf(reader, kinds, member),
      id: member,
    }));
  });
}

function idsIn(value: unknown): readonly string[] {
  return (value as readonly string[] | null | undefined) ?? [];
}

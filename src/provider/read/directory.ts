import { diff } from '../model/diff.js';
import { type Principal, principalKey } from '../model/principal.js';
import { memberKinds, memberLists } from '../resources/edges.js';
import { resourceOf, resources } from '../resources/index.js';
import { withActiveState } from './activation.js';
import { homeValues } from './home-values.js';
import type { TenantReader } from './tenant-reader.js';

/** Who is in which group and who can log in. */
export interface Directory {
  /** Every group there is. */
  groups(): Promise<readonly Principal[]>;
  /** Direct members; none for a user. */
  members(principal: Principal): Promise<readonly Principal[]>;
  /** Whether it is an account that can log in. */
  active(principal: Principal): Promise<boolean>;
}

/** Whether any of these can log in, or any member, however deep. Asks no more than it takes to find one. */
export async function anyActive(directory: Directory, principals: readonly Principal[]): Promise<boolean> {
  const seen = new Set<string>();
  const open = [...principals];
  for (let next = open.shift(); next; next = open.shift()) {
    if (seen.has(principalKey(next))) continue;
    seen.add(principalKey(next));
    if (await directory.active(next)) return true;
    // Accounts first: a group costs a read for each of its members.
    open.push(...(await directory.members(next)));
  }
  return false;
}

/** Which of the wanted are members of a group, however deep. */
export async function membersAmong(
  directory: Directory,
  group: Principal,
  wanted: ReadonlySet<string>,
): Promise<ReadonlySet<string>> {
  const seen = new Set<string>();
  const open = [group];
  for (let next = open.pop(); next; next = open.pop()) {
    if (seen.has(principalKey(next))) continue;
    seen.add(principalKey(next));
    open.push(...(await directory.members(next)));
  }
  return new Set([...wanted].filter((key) => seen.has(key)));
}

/** The groups that a principal is in: for each, the groups on the way to it, the nearest first and itself last. */
export async function groupsContaining(
  directory: Directory,
  principal: Principal,
): Promise<{ group: Principal; through: readonly Principal[] }[]> {
  const holders = await parents(directory);
  const found = new Map<string, { group: Principal; through: readonly Principal[] }>();
  const open = [{ of: principal, through: [] as readonly Principal[] }];
  for (let next = open.shift(); next; next = open.shift()) {
    for (const group of holders.get(principalKey(next.of)) ?? []) {
      if (found.has(principalKey(group))) continue;
      const through = [...next.through, group];
      found.set(principalKey(group), { group, through });
      open.push({ of: group, through });
    }
  }
  return [...found.values()];
}

const parentIndex = new WeakMap<Directory, Promise<Map<string, Principal[]>>>();

/** Groups by direct member, read once. */
function parents(directory: Directory): Promise<Map<string, Principal[]>> {
  let index = parentIndex.get(directory);
  if (index) return index;
  index = (async () => {
    const holders = new Map<string, Principal[]>();
    for (const group of await directory.groups()) {
      for (const member of await directory.members(group)) {
        const key = principalKey(member);
        holders.set(key, [...(holders.get(key) ?? []), group]);
      }
    }
    return holders;
  })();
  parentIndex.set(directory, index);
  return index;
}

/** Kinds whose objects have members. */
const GROUPS = resources.filter((resource) => memberLists(resource).length > 0);

/** The tenant as it lives; read as far as the questions need. */
export function liveDirectory(reading: TenantReader): Directory {
  const memory = new Map<string, Promise<readonly Principal[]>>();
  return {
    async groups() {
      const lists = await Promise.all(
        GROUPS.map(async ({ type }) => (await reading.snapshot.view(type).all()).map(({ id }) => ({ kind: type, id }))),
      );
      return lists.flat();
    },
    members(principal) {
      const key = principalKey(principal);
      let members = memory.get(key);
      if (members) return members;
      members = readMembers(reading, principal);
      memory.set(key, members);
      return members;
    },
    async active({ kind, id }) {
      const resource = resourceOf(kind);
      if (!resource.account) return false;
      const found = await reading.snapshot.view(kind).byId(id);
      if (!found) return false;
      reading.translator.addRemote(kind, found);
      if (resource.removal?.verb !== 'deactivate') return true;
      const live = await withActiveState(reading, resource, found);
      return diff(resource, resource.removal.inactive, live.values).length > 0;
    },
  };
}

async function readMembers(reading: TenantReader, { kind, id }: Principal): Promise<readonly Principal[]> {
  const lists = memberLists(resourceOf(kind));
  if (lists.length === 0) return [];
  const view = reading.snapshot.view(kind);
  const found = await view.byId(id);
  if (!found) return [];
  const live = await view.filled(found, lists);
  const values = await homeValues(reading, kind, live, lists);
  const kinds = memberKinds(resourceOf(kind));
  return lists.flatMap((name) => {
    const shown = idsIn(live.values[name]);
    return idsIn(values[name]).map((member, index) => ({
      kind:
        live.about?.[String(shown[index])]?.kind ??
        reading.translator.kindOf(member) ??
        kinds.find((of) => reading.snapshot.view(of).seen(member)) ??
        kinds[0]!,
      id: member,
    }));
  });
}

function idsIn(value: unknown): readonly string[] {
  return (value as readonly string[] | null | undefined) ?? [];
}

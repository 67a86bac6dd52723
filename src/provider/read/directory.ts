import { EffectiveAccess } from '../access/effective-access.js';
import { reach } from '../access/reach.js';
import type { StepEffects } from '../access/step-effects.js';
import type { AccessPrincipal } from '../access/tenant-access.js';
import { diff } from '../model/diff.js';
import { type Principal, principalKey } from '../model/principal.js';
import { groupKinds, memberKinds, memberLists } from '../resources/edge-words.js';
import { resourceOf } from '../resources/index.js';
import { homeValues, principalKindOf } from './home-values.js';
import { loadObject, loadWithActiveState } from './load-object.js';
import { singleFlight } from './single-flight.js';
import type { TenantReader } from './tenant-reader.js';

/** The members of groups, and the accounts that can log in: now, or as a plan would leave them. */
export interface Directory {
  /** Returns the direct members; none for a user. */
  members(principal: Principal): Promise<readonly Principal[]>;
  /** Returns whether the principal is an account that can log in. */
  active(principal: Principal): Promise<boolean>;
}

/** The directory of the tenant as it is now. */
export interface LiveDirectory extends Directory {
  /** Returns all groups with their members. */
  groups(): Promise<readonly AccessPrincipal[]>;
}

/** Returns the directory as a plan would leave it. */
export function directoryAfter(live: Directory, effects: StepEffects): Directory {
  return {
    async members(principal) {
      return effects.withMemberships(principal, effects.listedMembers(principal) ?? (await live.members(principal)));
    },
    active: async (principal) => effects.active(principal) ?? live.active(principal),
  };
}

/** Returns whether any of these, or any member at any depth, can log in. Stops reading at the first such account. */
export async function anyActive(directory: Directory, principals: readonly Principal[]): Promise<boolean> {
  for await (const principal of within(directory, principals)) if (await directory.active(principal)) return true;
  return false;
}

/** Returns principals and their members at any depth. */
export async function membersWithin(directory: Directory, principals: readonly Principal[]): Promise<Principal[]> {
  const found: Principal[] = [];
  for await (const principal of within(directory, principals)) found.push(principal);
  return found;
}

/** Walks to the members of principals at any depth, and reads each group only when the walk goes on from there. */
async function* within(directory: Directory, principals: readonly Principal[]): AsyncGenerator<Principal> {
  const walk = reach(principals, principalKey);
  for (let step = walk.next(); !step.done; step = walk.next(await directory.members(step.value.at)))
    yield step.value.at;
}

const memberships = new WeakMap<LiveDirectory, Promise<EffectiveAccess>>();

/** Returns the memberships of all groups. Reads them once per directory. */
export function allMemberships(directory: LiveDirectory): Promise<EffectiveAccess> {
  const known =
    memberships.get(directory) ??
    directory
      .groups()
      .then((principals) => new EffectiveAccess({ principals: [...principals], scopes: [], grants: [] }));
  memberships.set(directory, known);
  return known;
}

/** Returns the directory of the tenant as it is now. Reads only the groups and accounts that callers need. */
export function liveDirectory(reader: TenantReader): LiveDirectory {
  const cache = new Map<string, Promise<readonly Principal[]>>();
  const members = (principal: Principal) =>
    singleFlight(cache, principalKey(principal), () => readMembers(reader, principal));
  return {
    members,
    async groups() {
      const lists = groupKinds().map(async ({ type: kind }) => {
        const all = await reader.snapshot.view(kind).all();
        const groups = all.map(async (live) => {
          const group = { kind, id: live.id };
          return { ...group, name: reader.translator.nameFrom(kind, live), members: [...(await members(group))] };
        });
        return Promise.all(groups);
      });
      return (await Promise.all(lists)).flat();
    },
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

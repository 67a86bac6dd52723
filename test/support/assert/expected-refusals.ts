import type { SimulatorData } from '../../../src/simulator/index.js';
import { ADMIN_ROLES, type Edge, edgeKey, type Holder, type Stack } from '../generate/guarded-tenant.js';

/** The facts of a tenant that decide whether a container or role has an active holder. */
interface World {
  readonly active: ReadonlySet<string>;
  readonly members: ReadonlyMap<string, readonly Holder[]>;
  /** Owners of containers and holders of roles, by edge key. */
  readonly owners: ReadonlyMap<string, Edge>;
  readonly roles: ReadonlyMap<string, Edge>;
}

/**
 * Returns the sorted reasons for which the guards have to refuse a change. A second implementation of the rules for mass
 * removals and last holders, written from their description and without the engine.
 */
export function expectedRefusals(tenant: SimulatorData, before: Stack, after: Stack): string[] {
  const now = worldOf(tenant);
  const then = worldAfter(now, before, after);
  return [...massRemovals(now, before, after), ...orphans(now, then)].sort();
}

const holderOf = ({ user, group }: { user?: string; group?: string }): Holder => user ?? `group:${group}`;

function worldOf({ users, groups, containerPermissions, roleBindings }: SimulatorData): World {
  const owners = containerPermissions!
    .filter(({ right }) => right === 'Owner')
    .map((edge) => ({ scope: edge.container, holder: holderOf(edge) }));
  const roles = roleBindings!.map((edge) => ({ scope: edge.role, holder: holderOf(edge) }));
  return {
    active: new Set(users!.filter(({ active }) => active !== false).map(({ userName }) => userName)),
    members: new Map(groups!.map(({ displayName, members = [] }) => [`group:${displayName}`, members])),
    owners: new Map(owners.map((edge) => [edgeKey(edge), edge])),
    roles: new Map(roles.map((edge) => [edgeKey(edge), edge])),
  };
}

/** Applies a change: removed objects are disabled, emptied or revoked, and undeclared ones stay. */
function worldAfter(now: World, before: Stack, after: Stack): World {
  const active = new Set(now.active);
  const members = new Map(now.members);
  const owners = new Map(now.owners);
  const roles = new Map(now.roles);
  for (const name of before.users.keys()) if (!after.users.has(name)) active.delete(name);
  for (const [name, state] of after.users) {
    if (state === 'disabled') active.delete(name);
    if (state === 'reactivated' || !before.users.has(name)) active.add(name);
    if (state === 'disabled') active.delete(name);
  }
  for (const name of before.groups.keys()) if (!after.groups.has(name)) members.set(`group:${name}`, []);
  for (const [name, list] of after.groups) members.set(`group:${name}`, list);
  for (const key of before.rights.keys()) owners.delete(key);
  for (const [key, edge] of after.rights) if (edge.right === 'Owner') owners.set(key, edge);
  for (const key of before.roles.keys()) roles.delete(key);
  for (const [key, edge] of after.roles) roles.set(key, edge);
  return { active, members, owners, roles };
}

function hasActive(world: World, edges: Iterable<Edge>): boolean {
  const reached = new Set<Holder>();
  const reach = (holder: Holder): boolean => {
    if (reached.has(holder)) return false;
    reached.add(holder);
    return world.active.has(holder) || (world.members.get(holder) ?? []).some(reach);
  };
  return [...edges].some(({ holder }) => reach(holder));
}

/** Returns scopes without an active holder that had one before or that lose a holder. */
function orphans(now: World, then: World): string[] {
  const left = (of: 'owners' | 'roles', scope: string) => {
    const [had, has] = [now, then].map((world) => [...world[of].values()].filter((edge) => edge.scope === scope));
    const taken = had!.some((edge) => !then[of].has(edgeKey(edge)));
    return !hasActive(then, has!) && (taken || hasActive(now, had!));
  };
  const containers = [...new Set([...now.owners.values()].map(({ scope }) => scope))];
  return [
    ...containers
      .filter((scope) => left('owners', scope))
      .map((name) => `container ${name} would be left without an active Owner`),
    ...ADMIN_ROLES.filter((role) => left('roles', role)).map(
      (name) => `role ${name} would be left without an active holder`,
    ),
  ];
}

function massRemovals(now: World, before: Stack, after: Stack): string[] {
  const counts: [what: string, removed: number, managed: number][] = [];
  const people = [...before.users.keys()];
  const gone = people.filter((name) => now.active.has(name) && (after.users.get(name) ?? 'disabled') === 'disabled');
  counts.push(['users', gone.length, people.length]);
  const groups = [...before.groups].map(([name, list]): [string, number, number] => {
    const kept = new Set(after.groups.get(name) ?? []);
    return [`members of ${name}`, list.filter((member) => !kept.has(member)).length, list.length];
  });
  counts.push(...groups);
  const losing = groups.filter(([, removed]) => removed > 0);
  // A loss in one group alone is reported for that group.
  const sum = (column: 1 | 2) => groups.reduce((total, row) => total + row[column], 0);
  if (losing.length > 1) counts.push(['members of all groups', sum(1), sum(2)]);
  const removed = (key: string) => !after.rights.has(key);
  const rights = [...before.rights];
  counts.push(['container permissions', rights.filter(([key]) => removed(key)).length, rights.length]);
  for (const scope of new Set(rights.map(([, edge]) => edge.scope))) {
    const on = rights.filter(([, edge]) => edge.scope === scope);
    counts.push([`container permissions on ${scope}`, on.filter(([key]) => removed(key)).length, on.length]);
  }
  const roles = [...before.roles.keys()];
  counts.push(['role bindings', roles.filter((key) => !after.roles.has(key)).length, roles.length]);
  return counts
    .filter(([, removals, managed]) => removals > Math.max(5, managed / 10))
    .map(([what, removals, managed]) => `${removals} of ${managed} ${what} would be removed`);
}

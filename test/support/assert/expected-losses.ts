import type { SimulatorData } from '../../../src/simulator/index.js';
import {
  type Edge,
  edgeKey,
  groupHolder,
  type Holder,
  isGroup,
  type Right,
  type Stack,
  stackOf,
} from '../generate/guarded-stack.js';

/** One row of the limits: how many things are removed, of how many that the run manages. */
export interface LossCount {
  readonly what: string;
  readonly removed: number;
  readonly managed: number;
  /** More than this many are refused. */
  readonly limit: number;
}

/** Returns the people behind holders: the holders themselves, and the members of groups at any depth. */
export function peopleBehind(holders: Iterable<Holder>, members: Stack['groups']): Set<string> {
  const reached = new Set<Holder>();
  const reach = (holder: Holder): void => {
    if (reached.has(holder)) return;
    reached.add(holder);
    if (isGroup(holder)) (members.get(holder.slice(6)) ?? []).forEach(reach);
  };
  for (const holder of holders) reach(holder);
  return new Set([...reached].filter((holder) => !isGroup(holder)));
}

/** Returns whether a right certainly includes another. No order is documented between Edit and Add Secret. */
export function includes(right: string | undefined, other: string): boolean {
  return right === other || right === 'Owner' || (right !== undefined && other === 'View');
}

/**
 * Returns the counts of every row of the limits. It is written from the description of the rules, without the engine: it
 * compares what the tenant has with what code declares afterwards.
 */
export function expectedLosses(tenant: SimulatorData, before: Stack, after: Stack, own: Holder): LossCount[] {
  const now = stackOf(tenant);
  const behind = (holders: Iterable<Holder>) => peopleBehind(holders, now.groups);
  const known = (name: 'users' | 'groups' | 'rights' | 'roles') =>
    new Set([...before[name].keys(), ...after[name].keys()].filter((key) => now[name].has(key)));

  const goneUsers = [...known('users')].filter(
    (name) => now.users.get(name) === 'unset' && (after.users.get(name) ?? 'disabled') === 'disabled',
  );
  const goneGroups = [...before.groups.keys()].filter((name) => !after.groups.has(name));
  const emptied = goneGroups.filter((name) => now.groups.get(name)!.length > 0);
  const gone = new Set([...goneUsers, ...emptied.map(groupHolder)]);

  const memberCounts: LossCount[] = [];
  const leavers = new Set<string>();
  let ended = 0;
  let memberships = [...before.groups.keys()].reduce((sum, name) => sum + now.groups.get(name)!.length, 0);
  for (const name of known('groups')) {
    const kept = after.groups.get(name);
    if (!kept) continue;
    const had = now.groups.get(name)!;
    const leaving = had.filter((member) => !kept.includes(member) && !gone.has(member));
    ended += leaving.length;
    if (!before.groups.has(name)) memberships += leaving.length;
    const out = behind(leaving);
    for (const user of goneUsers) out.delete(user);
    for (const user of out) leavers.add(user);
    memberCounts.push(row(`members of ${name}`, out.size, behind(had).size, 10, 1 / 2));
  }

  const isKept = (edge: Right) => {
    const next = after.rights.get(edgeKey(edge));
    return next !== undefined && includes(next.right, edge.right);
  };
  const swept = [...now.rights.values()].filter(({ scope, holder }) => after.retired.has(scope) && holder !== own);
  const lostRights = [...new Set([...[...known('rights')].map((key) => now.rights.get(key)!), ...swept])].filter(
    (edge) => !isKept(edge),
  );
  const lostRoles = [...before.roles.values()].filter((edge) => !after.roles.has(edgeKey(edge)));
  const losing = new Set([...goneUsers, ...leavers, ...behind(emptied.map(groupHolder))]);

  const edges: Edge[] = [...before.rights.values(), ...before.roles.values()];
  const groups = [...before.groups.keys()].map(groupHolder);
  const all = new Set([
    ...before.users.keys(),
    ...behind([...groups, ...edges.map(({ holder }) => holder)]),
    ...losing,
    ...swept.map(({ holder }) => holder).filter((holder) => !isGroup(holder)),
  ]).size;
  const managed = <T>(map: ReadonlyMap<string, T>, lost: readonly string[]) => new Set([...map.keys(), ...lost]).size;
  const rightKeys = lostRights.map(edgeKey);
  const onContainers = [...new Set(lostRights.map(({ scope }) => scope))]
    .filter((scope) => !after.retired.has(scope))
    .map((scope) => {
      const lost = lostRights.filter((edge) => edge.scope === scope && !gone.has(edge.holder));
      const kept = [...before.rights.values()].filter((edge) => edge.scope === scope && isKept(edge));
      const total = new Set([...kept, ...lost].map(edgeKey)).size;
      return row(`container permissions on ${scope}`, lost.length, total, 5, 0.1);
    });
  return [
    row('users', goneUsers.length, managed(before.users, goneUsers), 5, 0.1),
    row('groups', emptied.length, before.groups.size, 5, 0.1),
    row('container permissions', lostRights.length, managed(before.rights, rightKeys), 5, 0.1),
    row('role bindings', lostRoles.length, before.roles.size, 5, 0.1),
    ...onContainers,
    ...memberCounts,
    row('memberships', ended, memberships, 25, 0.03),
    row('people would lose access', losing.size, all, 5, 0.1),
  ];
}

function row(what: string, removed: number, managed: number, number: number, share: number): LossCount {
  return { what, removed, managed, limit: Math.max(number, managed * share) };
}

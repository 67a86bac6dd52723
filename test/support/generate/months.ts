import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { type Edge, edgeMap, groupHolder, type Holder, type Stack } from './guarded-stack.js';
import { type Organisation, readMonth } from './organisation.js';

/** One month of an organisation, as `readMonths` finds it in the files. */
interface Month extends Organisation {
  readonly taken?: string;
  readonly groups: readonly (Organisation['groups'][number] & {
    readonly parent?: string;
    /** Groups that are members of this group. */
    readonly included?: readonly string[];
  })[];
}

export interface DatedStack extends Stack {
  readonly taken: string;
  readonly containers: readonly string[];
}

export const ORGANISATIONS = ['kubernetes', 'knative', 'rust'] as const;
type Name = (typeof ORGANISATIONS)[number];

/** Returns the months of an organisation, oldest first. */
export function readMonths(name: Name): DatedStack[] {
  if (name === 'kubernetes') return chained([readMonth('2026-07'), readMonth('2026-08')]);
  const file = readFileSync(`test/support/organisations/${name}-monthly.json.gz`);
  const months = JSON.parse(gunzipSync(file).toString()) as Month[];
  return chained(name === 'knative' ? months.map(withNestedTeams) : months);
}

/**
 * Returns a month with teams as members of their parent team: on GitHub a team has the access of its parent. In the data of
 * rust a parent has no such effect, and `included` lists the nested teams.
 */
function withNestedTeams(month: Month): Month {
  const childrenOf = (name: string) => month.groups.filter(({ parent }) => parent === name);
  return {
    ...month,
    groups: month.groups.map((group) => ({
      ...group,
      included: childrenOf(group.displayName).map(({ displayName }) => displayName),
    })),
  };
}

/** Returns the months as stacks. A group keeps its first name, and a container that disappears is retired in that month. */
function chained(months: readonly Month[]): DatedStack[] {
  const stacks: DatedStack[] = [];
  for (const month of months) stacks.push(stackIn(month, stacks.at(-1)));
  return stacks;
}

function stackIn(month: Month, last: DatedStack | undefined): DatedStack {
  const names = new Map(
    month.groups.map(({ displayName, previously = [] }) => [
      displayName,
      last?.groups.has(displayName) ? displayName : (previously.find((name) => last?.groups.has(name)) ?? displayName),
    ]),
  );
  const group = (name: string) => groupHolder(names.get(name)!);
  // Some names are written in two cases.
  const user = (name: string) => name.toLowerCase();
  const holder = (edge: { user?: string; group?: string }): Holder =>
    edge.user === undefined ? group(edge.group!) : user(edge.user);
  const { taken = '', containers } = month;
  return {
    taken: taken.slice(0, 10),
    containers,
    users: new Map(month.users.map(({ userName }) => [user(userName), 'unset'])),
    groups: new Map(
      month.groups.map(({ displayName, members, included = [] }) => [
        names.get(displayName)!,
        [...new Set([...members.map(user), ...included.map(group)])],
      ]),
    ),
    rights: edgeMap(
      month.containerPermissions.map((edge) => ({ scope: edge.container, holder: holder(edge), right: edge.right })),
    ),
    roles: edgeMap(month.roleBindings.map((edge) => ({ scope: edge.role, holder: holder(edge) }))),
    retired: new Set(last?.containers.filter((name) => !containers.includes(name))),
  };
}

/** Returns a stack in which the groups that may edit a container own it. */
export function ownedByGroups(stack: DatedStack): DatedStack {
  const owned = [...stack.rights.values()].map((edge) => (edge.right === 'Edit' ? { ...edge, right: 'Owner' } : edge));
  return { ...stack, rights: edgeMap(owned) };
}

/** Returns the stacks on the way from one month to the next: each changes one person or one group, as a commit does. */
export function commitsBetween(before: DatedStack, after: DatedStack): Stack[] {
  const commits: Stack[] = [{ ...before, retired: new Set() }];
  const commit = (change: (stack: Stack) => Partial<Stack>) => {
    const last = commits.at(-1)!;
    commits.push({ ...last, ...change(last) });
  };
  for (const scope of after.retired) {
    commit(({ rights, retired }) => ({
      rights: new Map([...rights].filter(([, edge]) => edge.scope !== scope)),
      retired: new Set([...retired, scope]),
    }));
  }
  const isMoved = holdersWithChanges(commits.at(-1)!, after);
  const edges = (holder: Holder, { rights, roles }: Stack) => ({
    rights: edgesAs(holder, rights, after.rights),
    roles: edgesAs(holder, roles, after.roles),
  });

  for (const name of after.users.keys()) {
    if (!before.users.has(name)) commit(({ users }) => ({ users: new Map([...users, [name, 'unset']]) }));
  }
  for (const name of after.groups.keys()) {
    if (!before.groups.has(name)) commit(({ groups }) => ({ groups: new Map([[name, []], ...groups]) }));
  }
  for (const [name, wanted] of after.groups) {
    const had = before.groups.get(name) ?? [];
    // Members who leave the organisation, and groups that go, leave in a commit of their own.
    const list = new Set([...wanted, ...had.filter((member) => !isIn(member, after))]);
    const holder = groupHolder(name);
    if (!isMoved.has(holder) && list.size === had.length && had.every((member) => list.has(member))) continue;
    commit((stack) => ({ ...edges(holder, stack), groups: new Map([...stack.groups, [name, [...list]]]) }));
  }
  const leave = (holder: Holder, { groups }: Stack) =>
    new Map([...groups].map(([name, members]) => [name, members.filter((member) => member !== holder)]));
  for (const name of before.groups.keys()) {
    if (after.groups.has(name)) continue;
    const holder = groupHolder(name);
    commit((stack) => ({ ...edges(holder, stack), groups: without(leave(holder, stack), name) }));
  }
  for (const name of before.users.keys()) {
    if (!after.users.has(name)) {
      commit((stack) => ({ ...edges(name, stack), users: without(stack.users, name), groups: leave(name, stack) }));
    }
  }
  for (const name of after.users.keys()) if (isMoved.has(name)) commit((stack) => edges(name, stack));
  if (textOf(commits.at(-1)!) !== textOf(after)) throw new Error(`the commits do not lead to ${after.taken}`);
  return commits;
}

function without<T>(map: ReadonlyMap<string, T>, key: string): Map<string, T> {
  return new Map([...map].filter(([other]) => other !== key));
}

/** Returns edges in which one holder has those of another time. */
function edgesAs<T extends Edge>(holder: Holder, now: ReadonlyMap<string, T>, then: ReadonlyMap<string, T>) {
  const others = [...now].filter(([, edge]) => edge.holder !== holder);
  return new Map([...others, ...[...then].filter(([, edge]) => edge.holder === holder)]);
}

function holdersWithChanges(before: Stack, after: Stack): Set<Holder> {
  const rights = [...before.rights, ...after.rights].filter(
    ([key]) => before.rights.get(key)?.right !== after.rights.get(key)?.right,
  );
  const roles = [...before.roles, ...after.roles].filter(([key]) => before.roles.has(key) !== after.roles.has(key));
  return new Set([...rights, ...roles].map(([, { holder }]) => holder));
}

function isIn(holder: Holder, { users, groups }: Stack): boolean {
  return users.has(holder) || groups.has(holder.replace('group:', ''));
}

function textOf({ users, groups, rights, roles }: Stack): string {
  const lists = [...groups].map(([name, members]) => [name, [...members].sort()].join());
  const edges = [...rights].map(([key, { right }]) => `${key} ${right}`);
  return JSON.stringify([[...users.keys()].sort(), lists.sort(), edges.sort(), [...roles.keys()].sort()]);
}

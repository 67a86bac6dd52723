import type { TenantAccess } from '../../../src/provider/index.js';
import { type Holder, isGroup, type Stack } from '../generate/guarded-stack.js';

/** The fewest groups between a person and a right, by person, scope and right. */
type Held = ReadonlyMap<string, number>;

/** The parts of a review's JSON that are compared. */
export interface ReviewedAccess {
  readonly totals: Readonly<Record<string, number>>;
  readonly callOuts: readonly { readonly code: string; readonly message: string }[];
  readonly entries: readonly {
    readonly change: string;
    readonly right: string;
    readonly privileged: boolean;
    readonly people: readonly { readonly name: string }[];
    readonly scopes: readonly { readonly kind: string; readonly name: string }[];
    readonly through: readonly { readonly name: string }[];
  }[];
}

const SIGN = ' | ';
const fold = (name: string) => name.toLowerCase();

/**
 * Returns who can do what by the data alone, without the product's computation, so that its mistakes are found. People who
 * are not declared any more cannot do anything.
 */
function heldIn({ users, groups, rights, roles }: Stack): Held {
  const held = new Map<string, number>();
  const grants = [
    ...[...rights.values()].map(({ scope, holder, right }) => ({ scope: `container ${scope}`, holder, right })),
    ...[...roles.values()].map(({ scope, holder }) => ({ scope: `role ${scope}`, holder, right: 'holder' })),
  ];
  for (const { scope, holder, right } of grants) {
    for (const [person, hops] of peopleIn(holder, groups)) {
      if (!users.has(person) || users.get(person) === 'disabled') continue;
      const key = [person, fold(scope), right].join(SIGN);
      held.set(key, Math.min(hops, held.get(key) ?? hops));
    }
  }
  return held;
}

/** Returns the people of a holder with the number of groups between them and its rights. */
function peopleIn(holder: Holder, groups: Stack['groups']): Map<string, number> {
  const people = new Map<string, number>();
  const seen = new Set<Holder>();
  let level = [holder];
  for (let hops = 0; level.length > 0; hops++) {
    const next: Holder[] = [];
    for (const each of level) {
      if (seen.has(each)) continue;
      seen.add(each);
      if (isGroup(each)) next.push(...(groups.get(each.replace('group:', '')) ?? []));
      else people.set(fold(each), hops);
    }
    level = next;
  }
  return people;
}

/** Returns whether the first state has a right, or one that includes it, of a key in the other. */
function includes(held: Held, key: string): boolean {
  const [person, scope, right] = key.split(SIGN) as [string, string, string];
  const has = (other: string) => held.has([person, scope, other].join(SIGN));
  if (has(right)) return true;
  if (scope.startsWith('role ')) return false;
  return has('Owner') || (right === 'View' && ['Edit', 'Add Secret'].some(has));
}

/** Returns everyone who has a right on a container, by the data alone. */
export function expectedHolders(stack: Stack, container: string, right: string): string[] {
  const end = [`container ${fold(container)}`, right].join(SIGN);
  const keys = [...heldIn(stack).keys()].filter((key) => key.endsWith(`${SIGN}${end}`));
  return keys.map((key) => key.split(SIGN)[0]!).sort();
}

/** Returns one line for each right of a person that a change of the declared access gives or takes, and the totals. */
export function expectedReview(before: Stack, after: Stack) {
  const [had, has] = [heldIn(before), heldIn(after)];
  const changes = (one: Held, other: Held) => [...one].filter(([key]) => !includes(other, key));
  const [gained, lost] = [changes(has, had), changes(had, has)];
  const line = (change: string) => (each: readonly [key: string, hops: number]) =>
    [change, each[0], `${each[1]} groups`].join(SIGN);
  const peopleIn = (list: typeof gained) => new Set(list.map(([key]) => key.split(SIGN)[0]!));
  const privileged = (list: typeof gained) => list.filter(([key]) => /\| (Owner|holder)$/.test(key)).length;
  const stillReach = new Set([...has.keys()].map((key) => key.split(SIGN)[0]!));
  return {
    lines: [...gained.map(line('gained')), ...lost.map(line('lost'))].sort(),
    totals: {
      peopleGaining: peopleIn(gained).size,
      peopleLosing: peopleIn(lost).size,
      scopes: new Set([...gained, ...lost].map(([key]) => key.split(SIGN)[1])).size,
      privilegedGained: privileged(gained),
      privilegedLost: privileged(lost),
      unknown: 0,
    },
    withoutAccess: [...peopleIn(lost)].filter((person) => after.users.has(person) && !stillReach.has(person)).length,
  };
}

/** Returns a review in the form of {@link expectedReview}, and the entries whose path is not one in the data. */
export function reviewedLines({ entries, totals, callOuts }: ReviewedAccess, before: Stack, after: Stack) {
  const wrong: string[] = [];
  const lines = entries.flatMap(({ change, right, people, scopes, through, privileged }) =>
    people.flatMap((person) =>
      scopes.map((scope) => {
        const key = [fold(person.name), fold(`${scope.kind} ${scope.name}`), right].join(SIGN);
        const chain = [fold(person.name), ...through.map(({ name }) => `group:${name}`)];
        const isRight = isPath(chain, scope.name, right, change === 'gained' ? after : before);
        if (!isRight || privileged !== ['Owner', 'holder'].includes(right)) wrong.push(`${change} ${key} ${chain}`);
        return [change, key, `${through.length} groups`].join(SIGN);
      }),
    ),
  );
  const loses = callOuts.find(({ code }) => code === 'loses_all_access')?.message;
  return { wrong, review: { lines: lines.sort(), totals, withoutAccess: namesIn(loses) } };
}

/** Returns the number of names that a call-out lists or counts. */
function namesIn(message = ''): number {
  return (message.match(/@/g)?.length ?? 0) + Number(/ and (\d+) more$/.exec(message)?.[1] ?? 0);
}

/** Returns whether each of a chain is a member of the next, and the last holds the right. */
function isPath(chain: readonly Holder[], scope: string, right: string, { groups, rights, roles }: Stack): boolean {
  const isMember = (member: Holder, group: Holder) => (groups.get(group.replace('group:', '')) ?? []).includes(member);
  const linked = chain.slice(1).every((group, index) => isMember(chain[index]!, group));
  const edges = right === 'holder' ? [...roles.values()] : [...rights.values()].filter((edge) => edge.right === right);
  return linked && edges.some((edge) => edge.holder === chain.at(-1) && fold(edge.scope) === fold(scope));
}

/** Returns the facts of a stack, to compare them with those of a snapshot: members, rights and roles of active people. */
export function declaredFacts({ users, groups, rights, roles }: Stack): string[] {
  return [
    ...[...users.keys()].map((name) => `user ${name}`),
    ...[...groups].flatMap(([name, members]) => members.map((member) => `${member} in ${fold(name)}`)),
    ...[...rights.values()].map(({ scope, holder, right }) => `${fold(holder)} has ${right} on ${fold(scope)}`),
    ...[...roles.values()].map(({ scope, holder }) => `${fold(holder)} is ${fold(scope)}`),
  ].sort();
}

/** Returns the same facts of a snapshot. */
export function snapshotFacts({ principals, scopes, grants }: TenantAccess): string[] {
  const keyOf = ({ kind, id }: { readonly kind: string; readonly id: string }) => `${kind} ${id}`;
  const holders = new Map(
    principals.map((each) => [keyOf(each), each.kind === 'group' ? `group:${each.name}` : fold(each.name)]),
  );
  const places = new Map(scopes.map((each) => [keyOf(each), fold(each.name)]));
  return [
    ...principals.filter(({ kind, active }) => kind === 'user' && active).map(({ name }) => `user ${fold(name)}`),
    ...principals.flatMap(({ name, members = [] }) =>
      members.map((member) => `${holders.get(keyOf(member))} in ${fold(name)}`),
    ),
    ...grants.map(({ principal, scope, rights }) => {
      const [holder, place] = [fold(holders.get(keyOf(principal))!), places.get(keyOf(scope))];
      return 'right' in rights ? `${holder} has ${rights.right} on ${place}` : `${holder} is ${place}`;
    }),
  ].sort();
}

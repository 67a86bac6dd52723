import type { SimulatorData } from '../../../src/simulator/index.js';
import {
  ADMIN_ROLES,
  type Edge,
  edgeKey,
  type Holder,
  isGroup,
  type Stack,
  stackOf,
} from '../generate/guarded-stack.js';
import { expectedLosses, includes, type LossCount, peopleBehind } from './expected-losses.js';

/**
 * Returns the sorted reasons for which the guards have to refuse a change. A second implementation of the rules for losses,
 * the account of the run and last holders, written from their description and without the engine.
 * @param own the account of the run, which is nobody's Owner
 */
export function expectedRefusals(tenant: SimulatorData, before: Stack, after: Stack, own: Holder): string[] {
  const counts = expectedLosses(tenant, before, after, own).filter(({ removed, limit }) => removed > limit);
  const isRepeated = (count: LossCount) =>
    count.what === 'people would lose access' &&
    counts.some(({ what, removed }) => /^(users$|members of )/.test(what) && removed === count.removed);
  return [
    ...counts
      .filter((count) => !isRepeated(count))
      .map(({ removed, managed, what }) => `${removed} of ${managed} ${what}`),
    ...ownLosses(stackOf(tenant), before, after, own),
    ...orphans(stackOf(tenant), before, after, own),
  ].sort();
}

/** Returns the rights that the account of the run has through a group and would lose. */
function ownLosses(now: Stack, before: Stack, after: Stack, own: Holder): string[] {
  const then = stackAfter(now, before, after, own);
  const lost = [...now.rights].filter(([key, { right }]) => !includes(then.rights.get(key)?.right, right));
  return lost
    .filter(([, { holder }]) => isGroup(holder) && peopleBehind([holder], now.groups).has(own))
    .map(([, { holder, right, scope }]) => ({ group: holder.slice(6), right, scope }))
    .map(({ group, right, scope }) => `${own} would lose ${right} of ${group} on ${scope} (through ${group})`);
}

const REFUSAL =
  /\d+ of \d+ (?:users|groups|container permissions(?: on .+?)?|role bindings|memberships|members of .+?)(?= would )|\d+ of \d+ people would lose access|(?:container|role) .+ would be left without an active (?:Owner|holder)/;

/** Returns the messages of refusals in the form of {@link expectedRefusals}: without verbs, examples and names of resources. */
export function readRefusals(messages: readonly string[]): string[] {
  return messages.map((message) => REFUSAL.exec(message)?.[0] ?? message.replace('apply will refuse: ', '')).sort();
}

/** Returns a report with the refusals that it only counts: the rest of the expected ones, if they are as many. */
export function withUnlisted(reported: readonly string[], expected: readonly string[]): readonly string[] {
  const more = reported.find((text) => / more refusals?$/.test(text));
  if (more === undefined) return reported;
  const listed = reported.filter((text) => text !== more);
  const rest = expected.filter((text) => !listed.includes(text));
  return Number(/\d+/.exec(more)) === rest.length ? [...listed, ...rest].sort() : reported;
}

/** Applies a change: removed objects are disabled, emptied or revoked, and undeclared ones stay. */
function stackAfter(now: Stack, before: Stack, after: Stack, own: Holder): Stack {
  const users = new Map(now.users);
  for (const name of before.users.keys()) if (!after.users.has(name)) users.set(name, 'disabled');
  for (const [name, state] of after.users) {
    if (state !== 'unset') users.set(name, state);
    else if (!now.users.has(name)) users.set(name, state);
  }
  const groups = new Map(now.groups);
  for (const name of before.groups.keys()) if (!after.groups.has(name)) groups.set(name, []);
  for (const [name, list] of after.groups) groups.set(name, list);
  const edges = <T extends Edge>(name: 'rights' | 'roles', isKept: (edge: Edge) => boolean) =>
    new Map([
      ...[...(now[name] as ReadonlyMap<string, T>)].filter(([key, edge]) => !before[name].has(key) && isKept(edge)),
      ...(after[name] as ReadonlyMap<string, T>),
    ]);
  return {
    users,
    groups,
    rights: edges('rights', ({ scope, holder }) => !after.retired.has(scope) || holder === own),
    roles: edges('roles', () => true),
    retired: after.retired,
  };
}

/** Returns scopes without an active holder that had one before or that lose a holder. */
function orphans(now: Stack, before: Stack, after: Stack, own: Holder): string[] {
  const then = stackAfter(now, before, after, own);
  const owners = ({ rights }: Stack) => [...rights.values()].filter(({ right }) => right === 'Owner');
  const bindings = ({ roles }: Stack) => [...roles.values()];
  const active = ({ users, groups }: Stack, edges: readonly Edge[]) =>
    [
      ...peopleBehind(
        edges.map(({ holder }) => holder),
        groups,
      ),
    ].filter((name) => users.get(name) !== 'disabled');
  const isLeft = (edgesIn: (stack: Stack) => readonly Edge[], scope: string) => {
    const [had, has] = [now, then].map((stack) => edgesIn(stack).filter((edge) => edge.scope === scope)) as [
      Edge[],
      Edge[],
    ];
    const keys = new Set(has.map(edgeKey));
    const isTaken = had.some((edge) => !keys.has(edgeKey(edge)));
    const others = (names: readonly string[]) => names.filter((name) => name !== own);
    const [were, are] = [active(now, had), active(then, has)];
    if (others(were).length > 0) return others(are).length === 0;
    return are.length === 0 && (isTaken || were.length > 0);
  };
  const containers = [...new Set(owners(now).map(({ scope }) => scope))].filter((scope) => !after.retired.has(scope));
  return [
    ...containers
      .filter((scope) => isLeft(owners, scope))
      .map((name) => `container ${name} would be left without an active Owner`),
    ...ADMIN_ROLES.filter((role) => isLeft(bindings, role)).map(
      (name) => `role ${name} would be left without an active holder`,
    ),
  ];
}

import {
  type AccessChange,
  type AccessPrincipal,
  type AccessScope,
  accessAfter,
  compareAccess,
  EffectiveAccess,
  foldCase,
  isPrivileged,
  type Principal,
  principalKey,
  rightRank,
  type TenantAccess,
} from '../provider/index.js';
import { type Assertion, checkAssertions, titleOf, type Violation } from './assertions.js';
import { type CallOut, callOuts } from './call-outs.js';
import { Causes } from './causes.js';
import { grouped } from './grouped.js';
import type { ReviewedPlan } from './reviewed-plan.js';

/** One change of access for some people on some containers or roles, all by one path. */
export interface ReviewEntry {
  readonly change: AccessChange['change'];
  readonly right: string;
  /** An ownership or a role. */
  readonly privileged: boolean;
  readonly people: readonly AccessPrincipal[];
  readonly scopes: readonly AccessScope[];
  /** The groups between the people and the right, the nearest first. */
  readonly through: readonly Pick<AccessPrincipal, 'kind' | 'id' | 'name'>[];
  readonly inheritedFrom?: AccessScope;
  /** Address of the declaration that changes the path, of the first of the changes. */
  readonly address?: string;
}

/** The consequence of a plan for access. */
export interface Review {
  readonly tenant: string;
  /** `live`: all access in the tenant at `taken`. `declared`: only the objects in the plan, so other access is not known. */
  readonly basis: 'live' | 'declared';
  readonly taken: string;
  readonly complete: boolean;
  /** Whether the plan has the signature of the key of this run. */
  readonly verified: boolean;
  readonly totals: {
    readonly peopleGaining: number;
    readonly peopleLosing: number;
    readonly scopes: number;
    readonly privilegedGained: number;
    readonly privilegedLost: number;
    readonly unknown: number;
  };
  /** Assertions that were checked, as text. */
  readonly checked: readonly string[];
  /** Those that do not hold after the plan. */
  readonly violations: readonly Violation[];
  readonly callOuts: readonly CallOut[];
  /** The most privileged first. */
  readonly entries: readonly ReviewEntry[];
  readonly notes: readonly string[];
  readonly unknown: readonly string[];
  readonly unread: readonly string[];
}

/**
 * Computes who gains and who loses which access by a plan.
 * @param live the access of the tenant before the plan, or of the objects in the plan
 * @param rules assertions to check, and the labels of the pull request
 * @throws DelineaError as `checkAssertions`
 */
export function reviewPlan(
  live: TenantAccess,
  plan: ReviewedPlan,
  basis: Review['basis'],
  rules: { readonly assertions: readonly Assertion[]; readonly labels: readonly string[] },
): Review {
  const before = new EffectiveAccess(live);
  const after = new EffectiveAccess(accessAfter(live, plan.steps));
  const changes = compareAccess(before, after);
  const causes = new Causes(plan.steps);
  const byEnds = new Map(changes.map((change) => [endsOf(change), change]));
  const peopleWith = (change: AccessChange['change']) =>
    new Set(changes.filter((each) => each.change === change).map(({ principal }) => principalKey(principal))).size;
  const privilegedWith = (change: AccessChange['change']) =>
    changes.filter((each) => each.change === change && isPrivileged(each.right)).length;
  return {
    tenant: plan.tenant,
    basis,
    taken: live.taken,
    complete: plan.complete,
    verified: plan.verified === true,
    totals: {
      peopleGaining: peopleWith('gained'),
      peopleLosing: peopleWith('lost'),
      scopes: new Set(changes.map(({ scope }) => principalKey(scope))).size,
      privilegedGained: privilegedWith('gained'),
      privilegedLost: privilegedWith('lost'),
      unknown: plan.unknown.length,
    },
    checked: rules.assertions.map(titleOf),
    violations: checkAssertions(rules.assertions, {
      now: after,
      before,
      labels: rules.labels,
      addressOf: (principal, scope) => {
        const change = byEnds.get(endsOf({ principal, scope }));
        return change && causes.of(change);
      },
    }),
    callOuts: callOuts({ before, after, changes, plan, causes }),
    entries: entriesOf(changes, causes),
    notes: plan.notes,
    unknown: plan.unknown,
    unread: live.unread,
  };
}

function endsOf({ principal, scope }: { readonly principal: Principal; readonly scope: Principal }): string {
  return `${principalKey(principal)} ${principalKey(scope)}`;
}

/** Groups changes twice: people with one path to one scope, then scopes with the same people and path. */
function entriesOf(changes: readonly AccessChange[], causes: Causes): ReviewEntry[] {
  const byScope = grouped(changes, (each) => [pathOf(each), principalKey(each.scope)]).map((same) => ({
    first: same[0]!,
    people: sorted(same.map(({ principal }) => principal)),
  }));
  const byPeople = grouped(byScope, ({ first, people }) => [pathOf(first), ...people.map(principalKey)]);
  return byPeople
    .map((same): ReviewEntry => {
      const { first, people } = same[0]!;
      const { change, right, route } = first;
      const address = causes.of(first);
      return {
        change,
        right,
        privileged: isPrivileged(right),
        people,
        scopes: sorted(same.map(({ first: { scope } }) => scope)),
        // Without their members, which would make the JSON ten times as long.
        through: route.through.map(({ kind, id, name }) => ({ kind, id, name })),
        ...(route.inheritedFrom ? { inheritedFrom: route.inheritedFrom } : {}),
        ...(address === undefined ? {} : { address }),
      };
    })
    .sort(byPrivilege);
}

function pathOf({ change, right, route, scope }: AccessChange): string {
  const inherited = route.inheritedFrom ? principalKey(route.inheritedFrom) : '';
  return JSON.stringify([change, right, scope.kind, route.through.map(principalKey), inherited]);
}

function byPrivilege(left: ReviewEntry, right: ReviewEntry): number {
  const order = (entry: ReviewEntry) => [
    entry.privileged ? 0 : 1,
    rightRank(entry.right),
    entry.change === 'gained' ? 0 : 1,
    -entry.people.length * entry.scopes.length,
  ];
  const [one, other] = [order(left), order(right)];
  const differs = one.findIndex((value, index) => value !== other[index]);
  if (differs >= 0) return one[differs]! - other[differs]!;
  const text = ({ scopes, people }: ReviewEntry) =>
    `${scopes[0]?.name} ${scopes[0]?.id} ${people[0]?.name} ${people[0]?.id}`;
  return text(left) < text(right) ? -1 : 1;
}

/** Sorts by name, by code units, so that the order is the same on every machine. */
function sorted<T extends { readonly name: string; readonly id: string }>(objects: readonly T[]): T[] {
  const key = ({ name, id }: T) => `${foldCase(name)}\u0000${id}`;
  return [...objects].sort((left, right) => (key(left) < key(right) ? -1 : 1));
}

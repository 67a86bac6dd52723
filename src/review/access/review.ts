import {
  type AccessChange,
  accessAfter,
  compareAccess,
  EffectiveAccess,
  endsKey,
  foldCase,
  isPrivileged,
  principalKey,
  rightRank,
  type TenantAccess,
} from '../../provider/index.js';
import { type Assertion, checkAssertions, titleOf } from '../rules/assertions.js';
import { type NamedPolicy, runPolicies } from '../rules/policy.js';
import { grouped, joinScopes } from '../text/grouped.js';
import { callOuts } from './call-outs.js';
import { Causes } from './causes.js';
import type { Review, ReviewEntry } from './review-schema.js';
import type { ReviewedPlan } from './reviewed-plan.js';

/** The rules that a plan is checked with. */
export interface ReviewRules {
  readonly assertions: readonly Assertion[];
  readonly policies?: readonly NamedPolicy[];
  /** Labels of the pull request. */
  readonly labels: readonly string[];
  /** Names of the roles that count as admin; unset or empty: all roles do. */
  readonly adminRoles?: readonly string[];
}

/** The access before and after a plan. */
export interface PlanStates {
  readonly before: EffectiveAccess;
  readonly after: EffectiveAccess;
  /** Time at which the access before was read, and the parts that could not be. */
  readonly live: Pick<TenantAccess, 'taken' | 'unread'>;
}

/** Returns the access before and after a plan. @param live the access of the tenant before it, or of the objects in the plan */
export function statesOf(live: TenantAccess, { steps }: Pick<ReviewedPlan, 'steps'>): PlanStates {
  return { before: new EffectiveAccess(live), after: new EffectiveAccess(accessAfter(live, steps)), live };
}

/**
 * Computes who gains and who loses which access by a plan.
 * @throws DelineaError as `checkAssertions` and `runPolicies`
 */
export function reviewPlan(
  { before, after, live }: PlanStates,
  plan: ReviewedPlan,
  basis: Review['basis'],
  rules: ReviewRules,
): Review {
  const { assertions, policies = [], labels, adminRoles = [] } = rules;
  const changes = compareAccess(before, after);
  const causes = new Causes(plan.steps);
  const byEnds = new Map(changes.map((change) => [endsKey(change.principal, change.scope), change]));
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
    checked: assertions.map(titleOf),
    violations: checkAssertions(assertions, {
      now: after,
      before,
      labels,
      addressOf: (principal, scope) => {
        const change = byEnds.get(endsKey(principal, scope));
        return change && causes.of(change);
      },
    }),
    policies: runPolicies(policies, { before, after, changes, steps: plan.steps, labels, adminRoles }),
    callOuts: callOuts({ before, after, changes, plan, causes }),
    entries: entriesOf(changes, causes),
    notes: plan.notes,
    unknown: plan.unknown,
    unread: live.unread,
  };
}

/** Groups changes twice: people with one path to one scope, then scopes with the same people and path. */
export function entriesOf(changes: readonly AccessChange[], causes: Causes): ReviewEntry[] {
  const byScope = grouped(changes, (each) => [pathOf(each), principalKey(each.scope)]);
  return joinScopes(byScope, (first) => [pathOf(first)])
    .map(({ first, people, scopes }): ReviewEntry => {
      const { change, right, route } = first;
      const address = causes.of(first);
      return {
        change,
        right,
        privileged: isPrivileged(right),
        people: sorted(people),
        scopes: sorted(scopes),
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

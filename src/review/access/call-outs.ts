import {
  type AccessChange,
  compareAccess,
  EffectiveAccess,
  foldCase,
  HOLDER,
  isPrivileged,
  isUsable,
  joinFirst,
  principalKey,
  type Step,
} from '../../provider/index.js';
import { grouped, joinScopes } from '../text/grouped.js';
import { kindsOf, rightOn } from '../text/right-on.js';
import type { Causes } from './causes.js';
import type { ReviewedPlan, ReviewedStep } from './reviewed-plan.js';

/** Codes of the consequences that a reviewer must not overlook. */
export const CALL_OUTS = [
  'new_owner',
  'new_role_holder',
  'no_holder_left',
  'loses_all_access',
  'inactive_gains',
  'own_account',
  'enabled_again',
  'large_group',
  'deactivated',
  'deleted',
  'setting_changed',
] as const;

/** A consequence that a reviewer must not overlook. */
export interface CallOut {
  readonly code: (typeof CALL_OUTS)[number];
  readonly message: string;
  /** Equal for the same matter in another run, also if names change. */
  readonly key: string;
  /** Address of the declaration that causes it. */
  readonly address?: string | undefined;
}

/** Accounts behind a group from which on its access is called out. */
const LARGE_GROUP = 50;
/** Names that a message lists. */
const LISTED = 5;

interface Facts {
  readonly before: EffectiveAccess;
  readonly after: EffectiveAccess;
  readonly changes: readonly AccessChange[];
  readonly plan: ReviewedPlan;
  readonly causes: Causes;
}

/** Finds the consequences of a plan that a reviewer must not overlook. */
export function callOuts(facts: Facts): CallOut[] {
  return [
    ...newHolders(facts),
    ...withoutHolder(facts),
    ...enabledAgain(facts),
    ...inactiveGains(facts),
    ...largeGroups(facts),
    ...withoutAccess(facts),
    ...ownAccounts(facts),
    ...facts.plan.steps.flatMap(removal),
    ...facts.plan.steps.flatMap(settings),
  ];
}

function newHolders({ changes, causes }: Facts): CallOut[] {
  const gained = changes.filter(({ change, right }) => change === 'gained' && isPrivileged(right));
  return byPeople(byScope(gained), (change) => causes.of(change)).map(({ right, scopes, people, key, address }) => ({
    code: right === HOLDER ? 'new_role_holder' : 'new_owner',
    message: `new ${right} of ${kindsOf(scopes)} ${listed(scopes)}: ${listed(people)}`,
    key,
    address,
  }));
}

/** Finds the containers and roles whose last active holder of an ownership or of the role is lost. */
function withoutHolder({ changes, before, after, causes }: Facts): CallOut[] {
  const lost = changes.filter(({ change, right }) => change === 'lost' && isPrivileged(right));
  const hasUsable = (access: EffectiveAccess, { scope, right }: AccessChange) =>
    access.who(scope).some((each) => each.right === right && isUsable(each.principal));
  return byScope(lost).flatMap(([first]) => {
    if (!hasUsable(before, first!) || hasUsable(after, first!)) return [];
    const { scope, right } = first!;
    const message = `${scope.kind} ${scope.name} has no active ${right} left`;
    return [{ code: 'no_holder_left' as const, message, key: keyOf(first!), address: causes.of(first!) }];
  });
}

function enabledAgain({ before, after, causes }: Facts): CallOut[] {
  const disabled = new Set(before.state.principals.filter(({ active }) => active === false).map(principalKey));
  return after.state.principals
    .filter((principal) => principal.active && disabled.has(principalKey(principal)))
    .map((principal) => {
      const rights = after
        .what(principal)
        .map(({ right, scope }) => rightOn(right, right === HOLDER ? `role ${scope.name}` : scope.name));
      return {
        code: 'enabled_again',
        message: `${principal.name} is enabled again, with ${rights.length === 0 ? 'no right' : joinFirst(rights, LISTED)}`,
        key: principalKey(principal),
        address: causes.ofObject(principal),
      };
    });
}

/** Finds accounts that get access although they are inactive: they have it as soon as somebody enables them. */
function inactiveGains({ before, after, causes }: Facts): CallOut[] {
  const inactive = new Set(after.state.principals.filter(({ active }) => active === false).map(principalKey));
  if (inactive.size === 0) return [];
  const asActive = ({ state }: EffectiveAccess) =>
    new EffectiveAccess({
      ...state,
      principals: state.principals.map((each) => (inactive.has(principalKey(each)) ? { ...each, active: true } : each)),
    });
  const gained = compareAccess(asActive(before), asActive(after)).filter(
    ({ change, principal }) => change === 'gained' && inactive.has(principalKey(principal)),
  );
  return byScope(gained).map((same) => {
    const { scope, right } = same[0]!;
    const names = listed(same.map(({ principal }) => principal));
    return {
      code: 'inactive_gains',
      message: `inactive accounts get ${rightOn(right, `${scope.kind} ${scope.name}`)}: ${names}`,
      key: keyOf(same[0]!),
      address: causes.of(same[0]!),
    };
  });
}

function largeGroups({ changes, causes }: Facts): CallOut[] {
  const gained = changes.filter(({ change, route }) => change === 'gained' && route.through.length > 0);
  const large = byScope(gained, lastGroup).filter((same) => same.length >= LARGE_GROUP);
  const addressOf = (change: AccessChange) => causes.of(change);
  return byPeople(large, addressOf, lastGroup).map(({ right, scopes, people, route, key, address }) => {
    const group = route.through.at(-1)!;
    const place = rightOn(right, `${kindsOf(scopes)} ${listed(scopes)}`);
    return {
      code: 'large_group',
      message: `${people.length} people get ${place} through ${group.name}`,
      key: `${key} ${principalKey(group)}`,
      address,
    };
  });
}

/** Returns the key of the group that holds a right. */
function lastGroup({ route }: AccessChange): string {
  return principalKey(route.through.at(-1)!);
}

/** Finds active accounts that had access and have none left. */
function withoutAccess({ changes, after }: Facts): CallOut[] {
  const left = new Map(after.state.principals.map((principal) => [principalKey(principal), principal]));
  const losing = new Map(
    changes.filter(({ change }) => change === 'lost').map(({ principal }) => [principalKey(principal), principal]),
  );
  const without = [...losing.values()].filter((principal) => {
    const present = left.get(principalKey(principal));
    return present !== undefined && present.active !== false && after.what(present).length === 0;
  });
  if (without.length === 0) return [];
  // One call-out for all of these people: each is also among the losses, with an address.
  return [{ code: 'loses_all_access', message: `no access is left to ${listed(without)}`, key: '' }];
}

/** Finds changes of the accounts of the run, also if the plan gives one another name. */
function ownAccounts({ before, changes, plan, causes }: Facts): CallOut[] {
  const own = new Set(plan.accounts.map(foldCase));
  const isOwn = ({ name }: { readonly name: string }) => own.has(foldCase(name));
  const known = new Map(before.state.principals.filter(isOwn).map((principal) => [principalKey(principal), principal]));
  const touched = [
    ...changes.map(({ principal }) => principal),
    ...plan.steps.filter(isWritten).map(({ kind, id = '', label }) => ({ kind, id, name: label })),
  ].flatMap((each) => known.get(principalKey(each)) ?? (isOwn(each) ? [each] : []));
  return [...new Map(touched.map((each) => [each.name, each])).values()].map((account) => ({
    code: 'own_account',
    message: `${account.name} is the account that the run logs in as`,
    key: principalKey(account),
    address: causes.ofObject(account),
  }));
}

function isWritten({ operation }: Step): boolean {
  return operation !== 'none' && operation !== 'record';
}

function removal({ operation, kind, label, key, address }: ReviewedStep): CallOut[] {
  if (operation === 'deactivate')
    return [{ code: 'deactivated', message: `${kind} ${label} is deactivated`, key, address }];
  return operation === 'delete'
    ? [{ code: 'deleted', message: `${kind} ${label} is deleted, which cannot be undone`, key, address }]
    : [];
}

function settings({ key, address, settingChanges = [] }: ReviewedStep): CallOut[] {
  return settingChanges.map(({ name, before, after }) => ({
    code: 'setting_changed',
    message: `${address ?? key}: ${name} becomes ${JSON.stringify(after)}, was ${JSON.stringify(before ?? null)}`,
    key: `${key} ${name}`,
    address,
  }));
}

/** Groups changes by scope and right, and by another key if one is given. */
function byScope(
  changes: readonly AccessChange[],
  also: (change: AccessChange) => string = () => '',
): AccessChange[][] {
  return grouped(changes, (change) => [principalKey(change.scope), change.right, also(change)]);
}

/** Returns the key of the changes of one right on one scope. */
function keyOf({ scope, right }: AccessChange): string {
  return `${principalKey(scope)} ${right}`;
}

/**
 * Joins groups of changes with the same people, right, kind of scope and cause: one call-out for all scopes. It has the key
 * of its first scope.
 */
function byPeople(
  groups: readonly (readonly AccessChange[])[],
  addressOf: (change: AccessChange) => string | undefined,
  also: (change: AccessChange) => string = () => '',
) {
  const keyIn = (first: AccessChange) => [first.right, first.scope.kind, addressOf(first) ?? '', also(first)];
  return joinScopes(groups, keyIn).map(({ first, people, scopes }) => ({
    ...first,
    scopes,
    people,
    key: scopes.map((scope) => keyOf({ ...first, scope })).sort()[0]!,
    address: addressOf(first),
  }));
}

function listed(objects: readonly { readonly name: string }[]): string {
  return joinFirst([...new Set(objects.map(({ name }) => name))].sort(), LISTED);
}

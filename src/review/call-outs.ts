import {
  type AccessChange,
  type AccessPrincipal,
  compareAccess,
  EffectiveAccess,
  foldCase,
  HOLDER,
  isPrivileged,
  isUsable,
  joinFirst,
  principalKey,
  type Step,
} from '../provider/index.js';
import { grouped } from './grouped.js';
import type { ReviewedPlan } from './reviewed-plan.js';

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
}

/** Finds the consequences of a plan that a reviewer must not overlook. */
export function callOuts(facts: Facts): CallOut[] {
  return [
    ...newHolders(facts.changes),
    ...withoutHolder(facts),
    ...enabledAgain(facts),
    ...inactiveGains(facts),
    ...largeGroups(facts.changes),
    ...withoutAccess(facts),
    ...ownAccounts(facts),
    ...facts.plan.steps.flatMap(removal),
    ...facts.plan.steps.flatMap(settings),
  ];
}

function newHolders(changes: readonly AccessChange[]): CallOut[] {
  const gained = changes.filter(({ change, right }) => change === 'gained' && isPrivileged(right));
  return byScope(gained).map((same) => {
    const { scope, right } = same[0]!;
    const code = right === HOLDER ? 'new_role_holder' : 'new_owner';
    return {
      code,
      message: `${scope.kind} ${scope.name} gets ${right}: ${listed(same.map(({ principal }) => principal))}`,
    };
  });
}

/** Finds the containers and roles whose last active holder of an ownership or of the role is lost. */
function withoutHolder({ changes, before, after }: Facts): CallOut[] {
  const lost = changes.filter(({ change, right }) => change === 'lost' && isPrivileged(right));
  const hasUsable = (access: EffectiveAccess, { scope, right }: AccessChange) =>
    access.who(scope).some((each) => each.right === right && isUsable(each.principal));
  return byScope(lost).flatMap(([first]) => {
    if (!hasUsable(before, first!) || hasUsable(after, first!)) return [];
    const { scope, right } = first!;
    return [{ code: 'no_holder_left' as const, message: `${scope.kind} ${scope.name} has no active ${right} left` }];
  });
}

function enabledAgain({ before, after }: Facts): CallOut[] {
  const disabled = new Set(before.state.principals.filter(({ active }) => active === false).map(principalKey));
  return after.state.principals
    .filter((principal) => principal.active && disabled.has(principalKey(principal)))
    .map((principal) => {
      const rights = after.what(principal).map(({ right, scope }) => `${right} on ${scope.name}`);
      return {
        code: 'enabled_again',
        message: `${principal.name} is enabled again, with ${rights.length === 0 ? 'no right' : joinFirst(rights, LISTED)}`,
      };
    });
}

/** Finds accounts that get access although they are inactive: they have it as soon as somebody enables them. */
function inactiveGains({ before, after }: Facts): CallOut[] {
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
      message: `inactive accounts get ${right} on ${scope.kind} ${scope.name}: ${names}`,
    };
  });
}

function largeGroups(changes: readonly AccessChange[]): CallOut[] {
  const gained = changes.filter(({ change, route }) => change === 'gained' && route.through.length > 0);
  return byScope(gained, ({ route }) => principalKey(route.through.at(-1)!)).flatMap((same) => {
    if (same.length < LARGE_GROUP) return [];
    const { scope, right, route } = same[0]!;
    const message = `${same.length} people get ${right} on ${scope.kind} ${scope.name} through ${route.through.at(-1)!.name}`;
    return [{ code: 'large_group' as const, message }];
  });
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
  return without.length === 0 ? [] : [{ code: 'loses_all_access', message: `no access is left to ${listed(without)}` }];
}

/** Finds changes of the accounts of the run, also if the plan gives one another name. */
function ownAccounts({ before, changes, plan }: Facts): CallOut[] {
  const own = new Set(plan.accounts.map(foldCase));
  const isOwn = ({ name }: { readonly name: string }) => own.has(foldCase(name));
  const known = new Map(before.state.principals.filter(isOwn).map((principal) => [principalKey(principal), principal]));
  const touched = [
    ...changes.map(({ principal }) => principal),
    ...plan.steps.filter(isWritten).map(({ kind, id = '', label }) => ({ kind, id, name: label })),
  ].flatMap((each) => known.get(principalKey(each)) ?? (isOwn(each) ? [each] : []));
  return [...new Set(touched.map(({ name }) => name))].map((name) => ({
    code: 'own_account',
    message: `${name} is the account that the run logs in as`,
  }));
}

function isWritten({ operation }: Step): boolean {
  return operation !== 'none' && operation !== 'record';
}

function removal({ operation, kind, label }: Step): CallOut[] {
  if (operation === 'deactivate') return [{ code: 'deactivated', message: `${kind} ${label} is deactivated` }];
  return operation === 'delete'
    ? [{ code: 'deleted', message: `${kind} ${label} is deleted, which cannot be undone` }]
    : [];
}

function settings({ key, settingChanges = [] }: Step): CallOut[] {
  return settingChanges.map(({ name, before, after }) => ({
    code: 'setting_changed',
    message: `${key}: ${name} becomes ${JSON.stringify(after)}, was ${JSON.stringify(before ?? null)}`,
  }));
}

/** Groups changes by scope and right, and by another key if one is given. */
function byScope(
  changes: readonly AccessChange[],
  also: (change: AccessChange) => string = () => '',
): AccessChange[][] {
  return grouped(changes, (change) => [principalKey(change.scope), change.right, also(change)]);
}

function listed(principals: readonly AccessPrincipal[]): string {
  return joinFirst([...new Set(principals.map(({ name }) => name))].sort(), LISTED);
}

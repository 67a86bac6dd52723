import {
  type AccessScope,
  foldCase,
  HOLDER,
  isPrivileged,
  isUsable,
  joinFirst,
  principalKey,
  rightsOn,
} from '../../provider/index.js';
import { count } from '../text/attributes.js';
import { allNamed } from './assertions.js';
import type { NamedPolicy, Policy, PolicyAccess, PolicyInput, PolicyResult } from './policy.js';
import { directRights, largeOwners } from './policy-grants.js';

/** The level of a policy's findings. Unset: a warning. */
export interface PolicyOptions {
  readonly level?: PolicyResult['level'];
}

/** Findings of one policy that are shown one by one. */
const MOST = 10;
/** Names that a message lists. */
const LISTED = 5;

/**
 * Returns a policy: nobody holds both.
 * @param pair names, paths, ids or patterns of containers and roles. Unset: roles named "audit" and roles named "admin"
 */
export function separationOfDuties(
  pair?: readonly [string, string],
  { level = 'warning' }: PolicyOptions = {},
): Policy {
  return (input) => {
    const [one, other] = pair
      ? [scopesNamed(input, pair[0]), scopesNamed(input, pair[1])]
      : [rolesWith(input, 'audit'), rolesWith(input, 'admin')];
    const earlier = new Set(input.before ? holdersOfBoth(input.before, one, other).keys() : []);
    const found = [...holdersOfBoth(input.after, one, other)].filter(([key]) => !earlier.has(key));
    return atMost(
      found.map(([key, { name, scopes }]) => ({
        level,
        message: `${name} holds both ${scopes.map((scope) => `${scope.kind} ${scope.name}`).join(' and ')}`,
        key: JSON.stringify([key, ...scopes.map(principalKey)]),
      })),
      'more people hold both',
    );
  };
}

/** Returns a policy: people get rights through groups, not directly. Reports only direct rights that the plan adds. */
export function noDirectGrants({ level = 'warning' }: PolicyOptions = {}): Policy {
  return (input) =>
    atMost(
      directRights(input).map(({ scope, right, names, key, address }) => ({
        level,
        message: `${joinFirst(names, LISTED)} ${names.length === 1 ? 'gets' : 'get'} ${right} on ${scope.kind} ${scope.name} directly, not through a group`,
        key,
        ...(address === undefined ? {} : { address }),
      })),
      'more direct rights',
    );
}

/**
 * Returns a policy: a group that owns a container is small. Reports a group that becomes an Owner, or that outgrows the limit.
 * @param options.people the largest number of people in such a group; unset: 25
 */
export function noOwnerForLargeGroups({
  level = 'warning',
  people = 25,
}: PolicyOptions & { readonly people?: number } = {}): Policy {
  return (input) =>
    atMost(
      largeOwners(input, people).map(({ group, scope, right, size, key, address }) => ({
        level,
        message: `${size} people are ${right} of ${scope.kind} ${scope.name} through ${group}, more than ${people}`,
        key,
        ...(address === undefined ? {} : { address }),
      })),
      'more large groups that own a container',
    );
}

/**
 * Returns a policy: every admin role has enough active holders.
 * @param options.roles names of the roles, which are also checked if the plan does not change them. Unset: those of the setting
 *   `admin_roles`, or else all roles, and only those that lose a holder
 * @param options.holders the smallest number; unset: 2
 */
export function twoHoldersForAdminRoles({
  level = 'warning',
  roles,
  holders = 2,
}: PolicyOptions & { readonly roles?: readonly string[]; readonly holders?: number } = {}): Policy {
  return (input) => {
    const { before, after } = input;
    const found = adminRoles(input, roles).flatMap((role) => {
      const left = holdersOf(after, [role]).size;
      const isWorse = !before || left < holdersOf(before, [role]).size;
      if (left >= holders || !(roles || isWorse)) return [];
      const message = `role ${role.name} has ${left} active ${left === 1 ? 'holder' : 'holders'}, fewer than ${holders}`;
      return [{ level, message, key: principalKey(role) }];
    });
    return atMost(found, 'more roles with too few holders');
  };
}

/**
 * Returns a policy: new access needs a label on the pull request.
 * @param options.label unset: `new-access`
 * @param options.rights `privileged`: ownerships and roles (the default); `all`: every right
 */
export function newAccessGate({
  level = 'warning',
  label = 'new-access',
  rights = 'privileged',
}: PolicyOptions & { readonly label?: string; readonly rights?: 'privileged' | 'all' } = {}): Policy {
  return ({ changes, labels }) => {
    const gained = changes.filter(
      ({ change, right }) => change === 'gained' && (rights === 'all' || isPrivileged(right)),
    );
    if (gained.length === 0 || labels.includes(label)) return [];
    const names = [...new Set(gained.map(({ principal }) => principal.name))].sort();
    const what = rights === 'all' ? count(gained.length, 'new right') : privilegedText(gained.length);
    const message = `${what} without the label ${label}, of ${joinFirst(names, LISTED)}`;
    return [{ level, message, key: label }];
  };
}

/** The policies that every review with the access of the tenant runs. */
const shippedPolicies: readonly NamedPolicy[] = Object.entries({
  separationOfDuties: separationOfDuties(),
  noDirectGrants: noDirectGrants(),
  noOwnerForLargeGroups: noOwnerForLargeGroups(),
  twoHoldersForAdminRoles: twoHoldersForAdminRoles(),
  newAccessGate: newAccessGate(),
}).map(([id, policy]) => ({ id, policy }));

/** Returns the policies that ship and own ones. An own policy replaces the one that ships under its name. */
export function withShipped(own: readonly NamedPolicy[]): readonly NamedPolicy[] {
  const replaced = new Set(own.map(({ id }) => id));
  return [...shippedPolicies.filter(({ id }) => !replaced.has(id)), ...own];
}

/** Shortens a list of findings. The last one counts the others. */
function atMost(found: readonly PolicyResult[], what: string): readonly PolicyResult[] {
  const more = found.length - MOST;
  if (more <= 0) return found;
  return [...found.slice(0, MOST), { level: found[0]!.level, message: `${more} ${what}`, key: 'more' }];
}

/** Returns the scopes that a text means. A name means the object that had it before the plan. */
function scopesNamed({ before, after }: PolicyInput, text: string): AccessScope[] {
  return allNamed(before ? [before.state, after.state] : [after.state], text);
}

function rolesIn({ after }: PolicyInput): AccessScope[] {
  return after.scopes.filter(({ kind }) => rightsOn(kind).includes(HOLDER));
}

function rolesWith(input: PolicyInput, part: string): AccessScope[] {
  return rolesIn(input).filter(({ name }) => foldCase(name).includes(part));
}

function adminRoles(input: PolicyInput, named: readonly string[] | undefined): AccessScope[] {
  if (named) return named.flatMap((name) => scopesNamed(input, name));
  const listed = new Set(input.adminRoles.map(foldCase));
  return rolesIn(input).filter(({ name }) => listed.size === 0 || listed.has(foldCase(name)));
}

/** Returns the active accounts with a right on any of these, by key, each with the first of them. */
function holdersOf(access: PolicyAccess, scopes: readonly AccessScope[]) {
  const found = new Map<string, { readonly name: string; readonly scope: AccessScope }>();
  for (const scope of scopes) {
    for (const { principal } of access.who(scope)) {
      const key = principalKey(principal);
      if (isUsable(principal) && !found.has(key)) found.set(key, { name: principal.name, scope });
    }
  }
  return found;
}

/** Returns the active accounts that hold two different ones, by key. */
function holdersOfBoth(access: PolicyAccess, one: readonly AccessScope[], other: readonly AccessScope[]) {
  const first = new Set(one.map(principalKey));
  const others = holdersOf(
    access,
    other.filter((scope) => !first.has(principalKey(scope))),
  );
  return new Map(
    [...holdersOf(access, one)].flatMap(([key, { name, scope }]) => {
      const second = others.get(key);
      return second ? [[key, { name, scopes: [scope, second.scope] }] as const] : [];
    }),
  );
}

function privilegedText(number: number): string {
  return number === 1 ? '1 new ownership or role' : `${number} new ownerships and roles`;
}

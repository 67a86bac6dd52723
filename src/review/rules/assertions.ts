import * as z from 'zod';
import {
  type AccessPrincipal,
  type AccessScope,
  compareAccess,
  DelineaError,
  type EffectiveAccess,
  findPrincipal,
  findScope,
  findScopes,
  includesRight,
  isUsable,
  type KnownAccess,
  knownRights,
  type Principal,
  principalKey,
  rightsOn,
} from '../../provider/index.js';
import type { Violation } from '../access/review-schema.js';

const text = z.string().min(1);
const right = z.enum(knownRights);

/** A rule that access must keep, in the forms of `access.yaml`. */
const assertion = z.union([
  z.strictObject({ nobodyOutside: text, reaches: text, right: right.optional() }),
  z.strictObject({ principal: text, keeps: right, on: text }),
  z.strictObject({ noOneHoldsBoth: z.tuple([text, text]) }),
  z.strictObject({ noNew: right, on: text, withoutLabel: text }),
]);

/** The content of `access.yaml`. */
export const assertionsFile = z.strictObject({ assertions: z.array(assertion).min(1) });

export type Assertion = z.infer<typeof assertion>;

/** The access to check, the access before a plan if there is one, and the labels of the pull request. */
export interface CheckedAccess {
  readonly now: EffectiveAccess;
  readonly before?: EffectiveAccess;
  readonly labels: readonly string[];
  /** Returns the address of the declaration that changes the access of a principal to a container or role. */
  readonly addressOf?: (principal: Principal, scope: Principal) => string | undefined;
}

/** One state of a tenant. */
interface State {
  readonly access: EffectiveAccess;
  /** States in which names are looked up, in this order: a plan that renames objects must not change what a name means. */
  readonly named: readonly KnownAccess[];
}

/** A violation in one state. It has the same key in another state, also if names and paths differ. */
interface Broken {
  readonly key: string;
  readonly message: string;
  readonly principal: Principal;
  readonly scope: Principal;
}

/**
 * Checks assertions on the access of active accounts.
 * @throws DelineaError `unknown_name`, `ambiguous` for a name that does not mean one object: it would protect nothing
 */
export function checkAssertions(
  assertions: readonly Assertion[],
  { now, before, labels, addressOf }: CheckedAccess,
): Violation[] {
  const state: State = { access: now, named: before ? [before.state, now.state] : [now.state] };
  const earlier: State | undefined = before && { access: before, named: [before.state] };
  return assertions.flatMap((each) => {
    const old = new Set((earlier ? brokenBefore(each, earlier) : []).map(({ key }) => key));
    const found = 'noNew' in each ? newRights(each, state, before, labels) : broken(each, state);
    return found.map(({ key, message, principal, scope }) => {
      const address = addressOf?.(principal, scope);
      return {
        assertion: titleOf(each),
        message,
        key,
        isOld: old.has(key),
        ...(address === undefined ? {} : { address }),
      };
    });
  });
}

/** Returns the violations before a plan; none if an object of the assertion is new. */
function brokenBefore(each: Assertion, earlier: State): Broken[] {
  try {
    return broken(each, earlier);
  } catch (error) {
    if (error instanceof DelineaError) return [];
    throw error;
  }
}

/** Returns the violations of an assertion about one state, as text. */
function broken(each: Assertion, state: State): Broken[] {
  if ('nobodyOutside' in each) return outsiders(each, state);
  if ('keeps' in each) return withoutRight(each, state);
  return 'noOneHoldsBoth' in each ? holdersOfBoth(each.noOneHoldsBoth, state) : [];
}

function outsiders(
  { nobodyOutside, reaches, right }: Extract<Assertion, { nobodyOutside: string }>,
  { access, named }: State,
): Broken[] {
  const group = inFirst(named, (state) => findPrincipal(state, nobodyOutside));
  const isInside = (principal: AccessPrincipal) =>
    isSame(principal, group) || access.groupsAround(principal).some(({ at }) => isSame(at, group));
  const scopes = allNamed(named, reaches);
  if (right !== undefined) refuseForeign(right, scopes);
  return scopes.flatMap((scope) =>
    peopleOn(access, scope)
      .filter(
        (each) => (right === undefined || includesRight(new Set([each.right]), right)) && !isInside(each.principal),
      )
      .map((each) => ({
        key: JSON.stringify([principalKey(each.principal), principalKey(scope), each.right]),
        message: `${pathText(access, each.principal, scope, each.right)}, and is not in ${group.name}`,
        principal: each.principal,
        scope,
      })),
  );
}

function withoutRight(
  { principal, keeps, on }: Extract<Assertion, { keeps: string }>,
  { access, named }: State,
): Broken[] {
  const found = inFirst(named, (state) => findPrincipal(state, principal));
  const holder = access.state.principals.find((each) => isSame(each, found)) ?? found;
  const scope = inFirst(named, (state) => findScope(state, on));
  const key = principalKey(scope);
  if (holder.active === false)
    return [
      {
        key,
        message: `${holder.name} is inactive, and would keep ${keeps} on ${scope.name}`,
        principal: holder,
        scope,
      },
    ];
  const rights = new Set(
    access
      .what(holder)
      .filter((each) => isSame(each.scope, scope))
      .map(({ right }) => right),
  );
  return includesRight(rights, keeps)
    ? []
    : [
        {
          key,
          message: `${holder.name} does not have ${keeps} on ${scope.kind} ${scope.name}`,
          principal: holder,
          scope,
        },
      ];
}

function holdersOfBoth(names: readonly [string, string], { access, named }: State): Broken[] {
  const [one, other] = names.map((name) => inFirst(named, (state) => findScope(state, name))) as [
    AccessScope,
    AccessScope,
  ];
  const rightsOn = (scope: AccessScope) =>
    new Map(peopleOn(access, scope).map((each) => [principalKey(each.principal), each]));
  const others = rightsOn(other);
  return [...rightsOn(one)].flatMap(([key, first]) => {
    const second = others.get(key);
    if (!second) return [];
    const paths = [
      pathText(access, first.principal, one, first.right),
      pathText(access, second.principal, other, second.right),
    ];
    return [{ key, message: paths.join(', and '), principal: first.principal, scope: one }];
  });
}

/** Returns the rights that are new on the containers of a pattern, unless the pull request has the label. */
function newRights(
  { noNew, on, withoutLabel }: Extract<Assertion, { noNew: string }>,
  { access, named }: State,
  before: EffectiveAccess | undefined,
  labels: readonly string[],
): Broken[] {
  const scopes = allNamed(named, on);
  refuseForeign(noNew, scopes);
  if (!before || labels.includes(withoutLabel)) return [];
  const wanted = new Set(scopes.map(principalKey));
  return (
    compareAccess(before, access)
      .filter(({ change }) => change === 'gained')
      // Owner includes View: who gets Owner gets View, unless an earlier right included it.
      .filter(({ right, beside }) => includesRight(new Set([right]), noNew) && !includesRight(new Set(beside), noNew))
      .filter(({ scope }) => wanted.has(principalKey(scope)))
      .map(({ principal, scope, right }) => ({
        key: JSON.stringify([principalKey(principal), principalKey(scope), right]),
        message: `${pathText(access, principal, scope, right)}, which is new`,
        principal,
        scope,
      }))
  );
}

/** Refuses a right that none of these can give: a role has holders, a container has none. @throws DelineaError `unknown_name` */
function refuseForeign(right: string, scopes: readonly AccessScope[]): void {
  if (scopes.some(({ kind }) => rightsOn(kind).includes(right))) return;
  const names = scopes.map(({ kind, name }) => `${kind} ${name}`).join(', ');
  const given = [...new Set(scopes.flatMap(({ kind }) => rightsOn(kind)))].join(', ');
  throw new DelineaError('unknown_name', `there is no right ${right} on ${names}`, {
    hint: `It can be one of: ${given}.`,
  });
}

const NOT_FOUND: ReadonlySet<string> = new Set(['unknown_name', 'list_incomplete']);

/** Returns the object that a name means in the first state that has one. @throws DelineaError as `findPrincipal` */
function inFirst<T>([state, ...others]: readonly KnownAccess[], find: (state: KnownAccess) => T): T {
  try {
    return find(state!);
  } catch (error) {
    const isAbsent = error instanceof DelineaError && NOT_FOUND.has(error.code);
    if (others.length === 0 || !isAbsent) throw error;
    return inFirst(others, find);
  }
}

/** Returns the scopes that a pattern means in any of the states; the first state that has a name decides. @throws DelineaError as `findScopes` */
export function allNamed(states: readonly KnownAccess[], pattern: string): AccessScope[] {
  if (!pattern.includes('*')) return [inFirst(states, (state) => findScope(state, pattern))];
  const scopes = new Map(states.flatMap((state) => state.scopes).map((scope) => [principalKey(scope), scope]));
  return findScopes({ scopes: [...scopes.values()] }, pattern);
}

function peopleOn(access: EffectiveAccess, scope: AccessScope) {
  return access.who(scope).filter(({ principal }) => isUsable(principal));
}

function pathText(access: EffectiveAccess, principal: AccessPrincipal, scope: AccessScope, right: string): string {
  const route = access.route(principal, scope, right);
  const through = route?.through.length ? ` through ${route.through.map(({ name }) => name).join(' > ')}` : '';
  const inherited = route?.inheritedFrom ? `, inherited from ${route.inheritedFrom.name}` : '';
  return `${principal.name} has ${right} on ${scope.kind} ${scope.name}${through}${inherited}`;
}

/** Returns an assertion as text. */
export function titleOf(each: Assertion): string {
  if ('nobodyOutside' in each)
    return `nobody outside ${each.nobodyOutside} reaches ${each.reaches}${each.right === undefined ? '' : ` with ${each.right}`}`;
  if ('keeps' in each) return `${each.principal} keeps ${each.keeps} on ${each.on}`;
  if ('noOneHoldsBoth' in each) return `no one holds both ${each.noOneHoldsBoth.join(' and ')}`;
  return `no new ${each.noNew} on ${each.on} without ${each.withoutLabel}`;
}

function isSame(one: Principal, other: Principal): boolean {
  return principalKey(one) === principalKey(other);
}

import {
  type AccessScope,
  endsKey,
  type Grant,
  HOLDER,
  includesRight,
  principalKey,
  resourceOf,
  rightRank,
  rightsOf,
  type Step,
} from '../../provider/index.js';
import { grouped } from '../text/grouped.js';
import type { PolicyAccess, PolicyInput } from './policy.js';

/** A right that a grant gives. */
interface GrantedRight {
  readonly grant: Grant;
  readonly right: string;
}

/** Returns the rights that people have directly and did not have before, by scope and right. */
export function directRights({ before, after, steps }: PolicyInput) {
  // A plan leaves the grants that it does not touch as they are.
  const same = new Set(before?.state.grants);
  const direct = after.state.grants.filter((grant) => !same.has(grant) && isPerson(grant));
  const held = rightsHeld(before, direct);
  const added = direct
    .flatMap(rightsIn)
    .filter(({ grant, right }) => !includesRight(held.get(endsOf(grant)) ?? new Set(), right));
  const [names, scopes, addressOf] = [namesIn(after), byKey(after.scopes), addressesIn(steps)];
  return grouped(added, ({ grant, right }) => [principalKey(grant.scope), right]).map((same) => {
    const { grant, right } = same[0]!;
    return {
      scope: scopeOf(scopes, grant),
      right,
      names: [...new Set(same.map((each) => names.get(principalKey(each.grant.principal)) ?? each.grant.principal.id))],
      key: JSON.stringify([right, ...same.map((each) => endsOf(each.grant))]),
      address: addressOf(grant),
    };
  });
}

/** Returns the groups of more than this many people that own a container, unless they did before. */
export function largeOwners({ before, after, steps }: PolicyInput, people: number) {
  const sizeOf = sizesIn(after);
  const large = after.state.grants
    .filter((grant) => !isPerson(grant))
    .flatMap(rightsIn)
    .filter(({ grant, right }) => right !== HOLDER && rightRank(right) === 0 && sizeOf(grant) > people);
  if (large.length === 0) return [];
  const held = rightsHeld(
    before,
    large.map(({ grant }) => grant),
  );
  const [names, scopes, addressOf] = [namesIn(after), byKey(after.scopes), addressesIn(steps)];
  const sizeBefore = sizesIn(before);
  const wasSo = ({ grant, right }: GrantedRight) =>
    held.get(endsOf(grant))?.has(right) === true && sizeBefore(grant) > people;
  return large
    .filter((each) => !wasSo(each))
    .map(({ grant, right }) => ({
      group: names.get(principalKey(grant.principal)) ?? grant.principal.id,
      scope: scopeOf(scopes, grant),
      right,
      size: sizeOf(grant),
      key: JSON.stringify([right, endsOf(grant)]),
      address: addressOf(grant),
    }));
}

/** Returns a function that counts the people in the group of a grant, each group once. */
function sizesIn(access: PolicyAccess | undefined): (grant: Grant) => number {
  const sizes = new Map<string, number>();
  return ({ principal }) => {
    const key = principalKey(principal);
    const size = sizes.get(key) ?? access?.peopleIn(principal).length ?? 0;
    sizes.set(key, size);
    return size;
  };
}

function rightsIn(grant: Grant): GrantedRight[] {
  return rightsOf(grant).map((right) => ({ grant, right }));
}

/** Returns the rights that the principals of some grants had, by the ends of each grant. */
function rightsHeld(before: PolicyAccess | undefined, of: readonly Grant[]): ReadonlyMap<string, ReadonlySet<string>> {
  const ids = new Set(of.map(({ principal }) => principal.id));
  const held = new Map<string, Set<string>>();
  for (const grant of before?.state.grants ?? []) {
    if (!ids.has(grant.principal.id)) continue;
    const key = endsOf(grant);
    const rights = held.get(key) ?? new Set();
    for (const right of rightsOf(grant)) rights.add(right);
    held.set(key, rights);
  }
  return held;
}

function endsOf({ principal, scope }: Grant): string {
  return endsKey(principal, scope);
}

function isPerson({ principal }: Grant): boolean {
  return resourceOf(principal.kind).account === true;
}

function namesIn({ principals }: PolicyAccess): ReadonlyMap<string, string> {
  return new Map(principals.map((each) => [principalKey(each), each.name]));
}

function byKey(scopes: readonly AccessScope[]): ReadonlyMap<string, AccessScope> {
  return new Map(scopes.map((scope) => [principalKey(scope), scope]));
}

function scopeOf(scopes: ReadonlyMap<string, AccessScope>, { scope }: Grant): AccessScope {
  return scopes.get(principalKey(scope)) ?? { ...scope, name: scope.id };
}

/** Returns a function that finds the address of the step that makes or changes a grant. */
function addressesIn(steps: readonly Step[]): (grant: Grant) => string | undefined {
  const keys = new Map(steps.map(({ kind, id, key }) => [principalKey({ kind, id: id ?? key }), key]));
  return (grant) => keys.get(principalKey(grant));
}

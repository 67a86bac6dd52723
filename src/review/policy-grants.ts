import {
  type AccessScope,
  type Grant,
  HOLDER,
  includesRight,
  principalKey,
  resourceOf,
  rightRank,
  rightsOf,
  type Step,
} from '../provider/index.js';
import { grouped } from './grouped.js';
import type { PolicyAccess, PolicyInput } from './policy.js';

/** A right that a grant gives. */
interface GrantedRight {
  readonly grant: Grant;
  readonly right: string;
}

/** Returns the rights that people have directly and did not have before, by scope and right. */
export function directRights({ before, after, steps }: PolicyInput) {
  const direct = grantedRights(after).filter(({ grant }) => isPerson(grant));
  const held = rightsHeld(before);
  const added = direct.filter(({ grant, right }) => !includesRight(held.get(endsOf(grant)) ?? new Set(), right));
  const names = namesIn(after);
  return grouped(added, ({ grant, right }) => [principalKey(grant.scope), right]).map((same) => {
    const { grant, right } = same[0]!;
    return {
      scope: scopeOf(after, grant),
      right,
      names: [...new Set(same.map((each) => names.get(principalKey(each.grant.principal)) ?? each.grant.principal.id))],
      key: JSON.stringify([right, ...same.map((each) => endsOf(each.grant))]),
      address: addressOf(steps, grant),
    };
  });
}

/** Returns the groups of more than this many people that own a container, unless they did before. */
export function largeOwners({ before, after, steps }: PolicyInput, people: number) {
  const held = rightsHeld(before);
  const names = namesIn(after);
  const sizes = new Map<string, number>();
  const sizeOf = ({ principal }: Grant) => {
    const key = principalKey(principal);
    const size = sizes.get(key) ?? after.peopleIn(principal).length;
    sizes.set(key, size);
    return size;
  };
  return grantedRights(after)
    .filter(({ grant, right }) => right !== HOLDER && rightRank(right) === 0 && !isPerson(grant))
    .flatMap(({ grant, right }) => {
      const size = sizeOf(grant);
      if (size <= people) return [];
      const wasOwner = held.get(endsOf(grant))?.has(right) === true;
      if (wasOwner && before && before.peopleIn(grant.principal).length > people) return [];
      return [
        {
          group: names.get(principalKey(grant.principal)) ?? grant.principal.id,
          scope: scopeOf(after, grant),
          right,
          size,
          key: JSON.stringify([right, endsOf(grant)]),
          address: addressOf(steps, grant),
        },
      ];
    });
}

function grantedRights({ state }: PolicyAccess): GrantedRight[] {
  return state.grants.flatMap((grant) => rightsOf(grant).map((right) => ({ grant, right })));
}

/** Returns the rights that grants give, by their ends. */
function rightsHeld(access: PolicyAccess | undefined): ReadonlyMap<string, ReadonlySet<string>> {
  const held = new Map<string, Set<string>>();
  for (const { grant, right } of access ? grantedRights(access) : []) {
    const key = endsOf(grant);
    held.set(key, (held.get(key) ?? new Set()).add(right));
  }
  return held;
}

function endsOf({ principal, scope }: Grant): string {
  return `${principalKey(principal)} ${principalKey(scope)}`;
}

function isPerson({ principal }: Grant): boolean {
  return resourceOf(principal.kind).account === true;
}

function namesIn({ principals }: PolicyAccess): ReadonlyMap<string, string> {
  return new Map(principals.map((each) => [principalKey(each), each.name]));
}

function scopeOf({ scopes }: PolicyAccess, { scope }: Grant): AccessScope {
  const key = principalKey(scope);
  return scopes.find((each) => principalKey(each) === key) ?? { ...scope, name: scope.id };
}

/** Returns the address of the step that makes or changes a grant. */
function addressOf(steps: readonly Step[], { kind, id }: Grant): string | undefined {
  return steps.find((step) => step.kind === kind && (step.id ?? step.key) === id)?.key;
}

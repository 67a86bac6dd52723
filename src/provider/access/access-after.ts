import { objectKey } from '../model/keys.js';
import type { Step } from '../model/plan.js';
import { principalKey } from '../model/principal.js';
import { isCleared } from '../model/values.js';
import { inheritedBy, memberLists } from '../resources/edge-words.js';
import { resourceOf } from '../resources/index.js';
import { sourceOf } from './inheritance.js';
import { idIn, idOf, StepEffects } from './step-effects.js';
import type { AccessObject, AccessPrincipal, AccessScope, Grant, KnownAccess } from './tenant-access.js';

/**
 * Returns the access of a tenant, or of a part of it, as the steps of a plan leave it. An object that they create has the
 * address of its declaration as id. The steps must have been planned for this state of the tenant.
 */
export function accessAfter<T extends KnownAccess>(state: T, steps: readonly Step[]): T {
  const principals = new Map(state.principals.map((each) => [principalKey(each), each]));
  const scopes = new Map(state.scopes.map((each) => [principalKey(each), each]));
  // An id that no known object has is that of an account which was not read.
  const effects = new StepEffects(
    steps,
    (kinds, id) => kinds.find((kind) => principals.has(objectKey(kind, id))) ?? kinds[0],
  );
  const deleted = new Set<string>();
  // Objects first: members and edges refer to objects that other steps create.
  for (const step of effects.objects()) {
    const { kind, label: name, operation } = step;
    const resource = resourceOf(kind);
    const id = idOf(step);
    const key = objectKey(kind, id);
    if (operation === 'delete') deleted.add(key);
    else if (resource.account || memberLists(resource).length > 0)
      principals.set(key, { ...(principals.get(key) ?? { kind, id }), name });
    else if (resource.namedBy) scopes.set(key, scopeAfter(step, scopes.get(key)));
  }
  for (const [key, principal] of principals) principals.set(key, principalAfter(effects, principal));
  const copied = endInheritance(effects, state.grants, scopes);
  const stays = (ref: AccessObject) => !deleted.has(principalKey(ref));
  return {
    ...state,
    principals: [...principals.values()]
      .filter(stays)
      .map((each) => (each.members ? { ...each, members: each.members.filter(stays) } : each)),
    scopes: [...scopes.values()].filter(stays),
    grants: effects
      .grants([...state.grants, ...copied], () => true)
      .filter(({ principal, scope }) => stays(principal) && stays(scope)),
  };
}

function principalAfter(effects: StepEffects, principal: AccessPrincipal): AccessPrincipal {
  if (resourceOf(principal.kind).account) {
    const active = effects.active(principal);
    return active === undefined ? principal : { ...principal, active };
  }
  const listed = effects.listedMembers(principal) ?? principal.members;
  const members = effects.withMemberships(principal, listed ?? []);
  // Members that were not read stay unknown.
  return listed === undefined && members.length === 0 ? principal : { ...principal, members: [...members] };
}

function scopeAfter(step: Step, known: AccessScope | undefined): AccessScope {
  const { kind, label: name, desired } = step;
  const inherits = desired[inheritedBy(kind) ?? ''];
  const parent = desired[resourceOf(kind).namedBy?.parent ?? ''];
  return {
    ...(known ?? { kind, id: idOf(step) }),
    name,
    ...(typeof inherits === 'boolean' ? { inherits } : {}),
    ...(parent === undefined || isCleared(parent) ? {} : { parent: idIn(parent) }),
  };
}

/**
 * Ends the inheritance of scopes of which grants are written: a service then gives them a copy of those that they inherited.
 * @returns the copies that their own lists do not show
 */
function endInheritance(effects: StepEffects, grants: readonly Grant[], scopes: Map<string, AccessScope>): Grant[] {
  const changed = [...effects.changedScopes()].flatMap((key) => scopes.get(key) ?? []);
  const sources = new Map<string, AccessScope>();
  for (const scope of changed.filter(({ inherits }) => inherits)) {
    const source = sourceOf(scope, (kind, id) => scopes.get(objectKey(kind, id)));
    if (source !== scope) sources.set(principalKey(scope), source);
  }
  if (sources.size === 0) return [];
  const on = (scope: AccessObject) => grants.filter((grant) => principalKey(grant.scope) === principalKey(scope));
  return [...sources].flatMap(([key, source]) => {
    const scope = scopes.get(key)!;
    scopes.set(key, { ...scope, inherits: false });
    const shown = new Set(on(scope).map(({ principal }) => principalKey(principal)));
    return on(source)
      .filter(({ principal }) => !shown.has(principalKey(principal)))
      .map((grant) => ({ ...grant, scope: { kind: scope.kind, id: scope.id } }));
  });
}

import { isReference } from '../model/declaration.js';
import { isInactive } from '../model/diff.js';
import { isEdge, objectKey } from '../model/keys.js';
import { type Step, WITHOUT_WRITE } from '../model/plan.js';
import { principalKey } from '../model/principal.js';
import type { EdgeResource, Resource } from '../model/resource.js';
import { isCleared, type Values } from '../model/values.js';
import { inheritedBy, isMembership, memberKinds, memberLists, principalOf, rightsIn } from '../resources/edge-words.js';
import { resourceOf } from '../resources/index.js';
import {
  type AccessObject,
  type AccessPrincipal,
  type AccessScope,
  type Grant,
  scopeOf,
  type TenantAccess,
} from './tenant-access.js';

/** The access of a tenant while steps are applied to it. */
interface Draft {
  readonly principals: Map<string, AccessPrincipal>;
  readonly scopes: Map<string, AccessScope>;
  /** By kind and ends: outside of code, a principal may get two permissions on one container. */
  readonly grants: Map<string, readonly Grant[]>;
  readonly deleted: Set<string>;
}

/**
 * Returns the access of a tenant as the steps of a plan leave it. An object that they create has the address of its
 * declaration as id. The steps must have been planned for this state of the tenant.
 */
export function accessAfter(state: TenantAccess, steps: readonly Step[]): TenantAccess {
  const draft: Draft = {
    principals: new Map(state.principals.map((each) => [principalKey(each), each])),
    scopes: new Map(state.scopes.map((each) => [principalKey(each), each])),
    grants: new Map(),
    deleted: new Set(),
  };
  for (const grant of state.grants) {
    const key = keyOfGrant(grant);
    draft.grants.set(key, [...(draft.grants.get(key) ?? []), grant]);
  }
  const written = steps
    .filter(({ operation }) => !WITHOUT_WRITE.has(operation))
    .map((step) => ({ step, resource: resourceOf(step.kind) }));
  // Objects first: members and edges refer to objects that other steps create.
  for (const { step, resource } of written) if (!isEdge(resource)) applyObject(draft, step, resource);
  for (const { step, resource } of written) if (!isEdge(resource)) applyLists(draft, step, resource);
  for (const { step, resource } of written) {
    if (isMembership(resource)) applyMembership(draft, step, resource);
    else if (isEdge(resource)) applyGrant(draft, step, resource);
  }
  const stays = (ref: AccessObject) => !draft.deleted.has(principalKey(ref));
  return {
    ...state,
    principals: [...draft.principals.values()]
      .filter(stays)
      .map((each) => (each.members ? { ...each, members: each.members.filter(stays) } : each)),
    scopes: [...draft.scopes.values()].filter(stays),
    grants: [...draft.grants.values()].flat().filter(({ principal, scope }) => stays(principal) && stays(scope)),
  };
}

function applyObject({ principals, scopes, deleted }: Draft, step: Step, resource: Resource): void {
  const { kind, operation, label: name, desired } = step;
  const id = idOf(step);
  const key = objectKey(kind, id);
  if (operation === 'delete') {
    deleted.add(key);
    return;
  }
  if (resource.account) {
    const active = activeAfter(step, resource) ?? principals.get(key)?.active;
    principals.set(key, { kind, id, name, ...(active === undefined ? {} : { active }) });
  } else if (memberLists(resource).length > 0) {
    principals.set(key, { ...(principals.get(key) ?? { kind, id, members: [] }), name });
  } else if (resource.namedBy) {
    const inherits = desired[inheritedBy(kind) ?? ''];
    const parent = desired[resource.namedBy.parent ?? ''];
    scopes.set(key, {
      ...(scopes.get(key) ?? { kind, id }),
      name,
      ...(typeof inherits === 'boolean' ? { inherits } : {}),
      ...(parent === undefined || isCleared(parent) ? {} : { parent: idIn(parent) }),
    });
  }
}

/** Returns whether an account can log in after a step; undefined if the step does not change that. */
function activeAfter({ operation, desired, changed }: Step, resource: Resource): boolean | undefined {
  const { removal } = resource;
  if (operation === 'deactivate') return false;
  if (removal?.verb !== 'deactivate') return undefined;
  const isSet = operation === 'create' || Object.keys(removal.inactive).some((name) => changed.includes(name));
  return isSet ? !isInactive(resource, desired) : undefined;
}

/** Replaces the members of a group by those that a step declares. */
function applyLists({ principals }: Draft, step: Step, resource: Resource): void {
  const key = objectKey(step.kind, idOf(step));
  const group = principals.get(key);
  const { operation, desired } = step;
  const lists = memberLists(resource).filter((name) => Array.isArray(desired[name]));
  if (!group) return;
  if (operation === 'deactivate') principals.set(key, { ...group, members: [] });
  else if (lists.length > 0) {
    const kinds = memberKinds(resource);
    const ids = lists.flatMap((name) => (desired[name] as readonly unknown[]).map(idIn));
    // An id that no known object has is that of an account which was not read.
    const kindOf = (id: string) => kinds.find((kind) => principals.has(objectKey(kind, id))) ?? kinds[0]!;
    principals.set(key, { ...group, members: ids.map((id) => ({ kind: kindOf(id), id })) });
  }
}

/** Adds or removes one member of a group. */
function applyMembership({ principals }: Draft, step: Step, resource: EdgeResource): void {
  const { member, group } = edgeEnds(resource, { ...step.before, ...step.desired });
  const key = principalKey(group);
  const known = principals.get(key);
  if (!known || !member) return;
  const others = (known.members ?? []).filter((each) => principalKey(each) !== principalKey(member));
  principals.set(key, { ...known, members: takesAway(step) ? others : [...others, member] });
}

/** Adds, changes or removes one permission or role binding. */
function applyGrant({ grants }: Draft, step: Step, resource: EdgeResource): void {
  const values = { ...step.before, ...step.desired };
  const { member: principal, group: scope } = edgeEnds(resource, values);
  if (!principal) return;
  const { kind } = step;
  const grant: Grant = { kind, id: idOf(step), principal, scope, rights: rightsIn(resource, values) };
  const same = grants.get(keyOfGrant(grant)) ?? [];
  // Without an id that is known, the step means all of them.
  const others = same.some(({ id }) => id === step.id) ? same.filter(({ id }) => id !== step.id) : [];
  grants.set(keyOfGrant(grant), takesAway(step) ? others : [...others, grant]);
}

function takesAway({ operation }: Step): boolean {
  return operation === 'revoke' || operation === 'delete' || operation === 'deactivate';
}

/** Returns the ends of an edge with ids; no member if it is not known. */
export function edgeEnds(resource: EdgeResource, values: Values) {
  const { principal, scope } = resource.edge;
  const id = values[principal.id];
  const member = id === undefined ? undefined : principalOf(resource.type, { ...values, [principal.id]: idIn(id) });
  return { member, group: scopeOf(resource, idIn(values[scope])) };
}

/** Returns the id of a step's object; the address of its declaration if the object is still to be created. */
function idOf({ id, key }: Step): string {
  return id ?? key;
}

function idIn(value: unknown): string {
  // A plan file may hold anything in the place of an address.
  return String(isReference(value) ? value.ref : value);
}

/** Returns the key of a grant by its ends. */
function keyOfGrant({ kind, principal, scope }: Grant): string {
  return `${kind} ${principalKey(principal)} ${principalKey(scope)}`;
}

import {
  EffectiveAccess,
  edgeResourceOf,
  foldCase,
  isMembership,
  isPrivileged,
  type Principal,
  principalKey,
  resources,
  rightAttributes,
  snakeCase,
  type TenantAccess,
} from '../../provider/index.js';
import { ACCEPTABLE, type NeverAccepted } from './accepted-drift.js';
import type { DriftItem } from './drift-item.js';

/** Attributes that decide who reaches an object, or who an account is. */
const DECISIVE: ReadonlySet<string> = new Set(['parent', 'inherits_permissions', 'external_id', 'user_name']);

/**
 * Returns the rule by which a drift can never be accepted, also if the ignore file has it.
 * @param state the access in the tenant
 * @param guarded names of the accounts of this run and of the protected principals
 */
export function neverAccepted(state: TenantAccess, guarded: readonly string[]): NeverAccepted {
  const access = new EffectiveAccess(state);
  const names = new Set(guarded.map(foldCase));
  const protectedOnes = access.principals.filter(({ name }) => names.has(foldCase(name)));
  const around = protectedOnes.flatMap((principal) => access.groupsAround(principal).map(({ at }) => at));
  const protectedKeys = new Set([...protectedOnes, ...around].map(principalKey));
  const isHolder = (principal: Principal) => access.what(principal).some(({ right }) => isPrivileged(right));
  return (item) => {
    if (!(ACCEPTABLE as readonly string[]).includes(item.kind)) return `it is ${item.kind}`;
    if (state.unread.length > 0) return `the access in the tenant was not read completely`;
    const touched = touchedBy(item);
    if (givesPrivilege(item)) return 'it is an ownership or a role';
    if (item.attribute?.name === 'active' && item.attribute.live !== false) return 'the account was enabled';
    if (item.attribute && DECISIVE.has(item.attribute.name)) return `${item.attribute.name} decides who has access`;
    if (!isKnown(item)) return 'it is not known what it concerns';
    if (names.has(foldCase(item.object.name)) || touched.some((each) => protectedKeys.has(principalKey(each))))
      return 'it concerns a protected principal or the account of this run';
    return touched.some(isHolder) ? 'it concerns a holder of an ownership or a role' : undefined;
  };
}

/** Returns whether a drift shows the object, or both ends of the right. A removed object has no id any more. */
function isKnown({ kind, object, edge }: DriftItem): boolean {
  const resource = resources.find(({ type }) => type === object.kind);
  if (resource === undefined || resource.edge) return edge !== undefined;
  return kind === 'removed' || object.id !== undefined;
}

/** Returns the users and groups that a drift is about. */
function touchedBy({ object, edge }: DriftItem): Principal[] {
  const own = object.id === undefined ? [] : [{ kind: object.kind, id: object.id }];
  return edge ? [...own, edge.principal, edge.scope] : own;
}

function givesPrivilege({ object, edge, attribute }: DriftItem): boolean {
  if (!edge) return false;
  const resource = edgeResourceOf(object.kind);
  if (isMembership(resource)) return false;
  const rights = rightAttributes(resource);
  // A role has no rights: a principal has it or not.
  if (rights.length === 0) return true;
  return rights.some(({ name, most }) => {
    const values = [
      edge.rights[name],
      ...(attribute?.name === snakeCase(name) ? [attribute.code, attribute.live] : []),
    ];
    return most !== undefined && values.includes(most);
  });
}

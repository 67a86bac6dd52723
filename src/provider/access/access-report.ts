import { principalKey } from '../model/principal.js';
import { type Access, type AccessRoute, EffectiveAccess } from './effective-access.js';
import { rightRank } from './right-order.js';
import type { AccessPrincipal, AccessScope, TenantAccess } from './tenant-access.js';

/** One right of one principal, with the paths by which the principal has it. */
export interface ReportedAccess extends Omit<Access, 'hops'> {
  readonly routes: readonly Omit<AccessRoute, 'right'>[];
  /** Number of shortest paths, which can be larger than the number of routes. */
  readonly paths: number;
}

/** The access to one scope, of one principal, or of one principal to one scope. */
export interface AccessReport {
  readonly tenant: string;
  readonly taken: string;
  readonly principal?: AccessPrincipal;
  readonly scope?: AccessScope;
  /** The highest rights first. */
  readonly access: readonly ReportedAccess[];
  /** The groups around the principal. */
  readonly groups?: readonly AccessPrincipal[];
  /** The parts that were not read. Unless empty, there may be more access. */
  readonly unread: readonly string[];
}

/** Paths listed for one right in a report on many; all up to a limit are listed for one principal and one scope. */
const FEW_ROUTES = 5;

/** Reports the access of a principal, to a scope, or both. @param of at least one of both */
export function reportAccess(
  state: TenantAccess,
  of: { readonly principal?: AccessPrincipal; readonly scope?: AccessScope },
): AccessReport {
  const { principal, scope } = of;
  const effective = new EffectiveAccess(state);
  const found = principal ? effective.what(principal) : scope ? effective.who(scope) : [];
  const isMeant = (each: Access) => !scope || principalKey(each.scope) === principalKey(scope);
  const access = found.filter(isMeant).map(({ hops: _, ...each }) => {
    const { routes, total } = effective.why(
      each.principal,
      each.scope,
      each.right,
      principal && scope ? undefined : FEW_ROUTES,
    );
    return { ...each, routes: routes.map(({ right: __, ...route }) => route), paths: total };
  });
  return {
    tenant: state.tenant,
    taken: state.taken,
    ...of,
    access: access.sort(inOrder),
    ...(principal && !scope ? { groups: effective.groupsAround(principal).map(({ at }) => at) } : {}),
    unread: state.unread,
  };
}

/** Sorts the highest rights first, then by name; by code units, so that the order is the same on every machine. */
function inOrder(left: ReportedAccess, right: ReportedAccess): number {
  const ranks = rightRank(left.right) - rightRank(right.right);
  if (ranks !== 0) return ranks;
  return textOf(left) < textOf(right) ? -1 : 1;
}

function textOf({ right, scope, principal }: ReportedAccess): string {
  return [scope.kind, scope.name, scope.id, right, principal.kind, principal.name, principal.id].join('\u0000');
}

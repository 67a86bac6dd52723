import type { IConstruct } from 'constructs';
import type { DelineaProvider } from '../delinea-provider.js';
import type { IPrincipal } from '../principal.js';
import { principalKey, principalLabel } from './principal-key.js';
import { tenantErrors } from './tenant.js';

/** One entry of a list of principals, such as a grant or a member. */
export interface PrincipalEntry {
  readonly principal: IPrincipal;
  readonly right?: string;
}

/** An authoritative list: principals that are not listed lose the permission or role. */
export interface PrincipalList {
  /** Name of the prop: `grants`. */
  readonly prop: string;
  readonly entries: readonly PrincipalEntry[];
  /** Errors of entries that are not a user or group. */
  readonly errors: readonly string[];
  /** The tenant that the list is for. */
  readonly provider: DelineaProvider | undefined;
  readonly allowEmpty: boolean | undefined;
}

function duplicateError(prop: string, mine: PrincipalEntry, first: PrincipalEntry): string {
  const paths = [...new Set([first, mine].map(({ principal }) => principal.node.path))];
  const rights = [...new Set([first, mine].flatMap(({ right }) => right ?? []))].map((right) => `"${right}"`);
  const differing = rights.length > 1 ? `, with ${rights.join(' and ')}` : '';
  return `${prop} lists ${principalLabel(mine.principal)} twice, as ${paths.join(' and ')}${differing}; keep one`;
}

/** Returns the errors of a list: duplicates, principals of another tenant, and an empty list without `allowEmpty`. */
export function principalListErrors(scope: IConstruct, list: PrincipalList): readonly string[] {
  const { prop, entries, errors, provider, allowEmpty } = list;
  if (entries.length === 0 && errors.length === 0 && !allowEmpty) {
    return [`${prop} is empty, which would revoke every existing entry; to allow that, set allowEmpty`];
  }
  return [
    ...errors,
    ...entries.flatMap(({ principal }) => {
      const label = `${principalLabel(principal)} (${principal.node.path}) of ${prop}`;
      return tenantErrors(scope, label, principal, provider, 'declare one set per tenant, or use the same provider');
    }),
    ...duplicateErrors(prop, entries),
  ];
}

/** Returns the errors of principals that are listed twice, by the same construct or by two. */
export function duplicateErrors(prop: string, entries: readonly PrincipalEntry[]): readonly string[] {
  const listed = new Map<string, PrincipalEntry>();
  return entries.flatMap((entry) => {
    const key = principalKey(entry.principal);
    const first = listed.get(key);
    if (first) return [duplicateError(prop, entry, first)];
    listed.set(key, entry);
    return [];
  });
}

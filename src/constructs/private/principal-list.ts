import type { DelineaProvider } from '../delinea-provider.js';
import type { IPrincipal } from '../principal.js';
import { principalKey, principalLabel } from './principal-key.js';
import { tenantOf } from './tenant.js';

/** One entry of a list that says who has something. */
export interface PrincipalEntry {
  readonly principal: IPrincipal;
  readonly right?: string;
}

/** A list that is the whole truth: whoever is not in it loses what it gives. */
export interface PrincipalList {
  /** The prop that holds it: `grants`. */
  readonly prop: string;
  readonly entries: readonly PrincipalEntry[];
  /** Found while reading it: what is no user or group. */
  readonly errors: readonly string[];
  /** The tenant that the list is for. */
  readonly provider: DelineaProvider | undefined;
  readonly allowEmpty: boolean | undefined;
}

function duplicateError(prop: string, mine: PrincipalEntry, first: PrincipalEntry): string {
  const paths = [...new Set([first, mine].map(({ principal }) => principal.node.path))];
  const rights = [...new Set([first, mine].flatMap(({ right }) => right ?? []))].map((right) => `"${right}"`);
  const differing = rights.length > 1 ? `, with ${rights.join(' and ')}` : '';
  return `${prop} has ${principalLabel(mine.principal)} twice, as ${paths.join(' and ')}${differing}; keep one`;
}

/** A principal that is listed twice, one of another tenant, and an empty list that nobody asked for. */
export function principalListErrors(list: PrincipalList): readonly string[] {
  const { prop, entries, errors, provider, allowEmpty } = list;
  if (entries.length === 0 && errors.length === 0 && !allowEmpty) {
    return [`${prop} is empty, which would take it from everybody; list who keeps it, or set allowEmpty`];
  }
  const strangers = entries.filter(
    ({ principal }) => tenantOf(principal.provider?.resource) !== tenantOf(provider?.resource),
  );
  return [
    ...errors,
    ...strangers.map(
      ({ principal }) =>
        `${principalLabel(principal)} (${principal.node.path}) is in ${prop} and in another tenant; make one set for each, or give all one provider`,
    ),
    ...duplicateErrors(prop, entries),
  ];
}

/** A principal that is listed twice, whether by one construct or by two. */
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

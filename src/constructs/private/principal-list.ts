import type { DelineaProvider } from '../delinea-provider.js';
import type { IPrincipal } from '../principal.js';
import { principalKey, principalLabel } from './principal-key.js';
import { tenantOf } from './tenant.js';

/** One entry of a list that says who has something. */
export interface Listed {
  readonly principal: IPrincipal;
  readonly right?: string;
}

/** A list that is the whole truth: whoever is not in it loses what it gives. */
export interface PrincipalList {
  /** The prop that holds it: `grants`. */
  readonly prop: string;
  readonly entries: readonly Listed[];
  /** Found while reading it: what is no user or group. */
  readonly mistakes: readonly string[];
  /** The tenant that the list is for. */
  readonly provider: DelineaProvider | undefined;
  readonly allowEmpty: boolean | undefined;
}

function twice(prop: string, mine: Listed, first: Listed): string {
  const paths = [...new Set([first, mine].map(({ principal }) => principal.node.path))];
  const rights = [...new Set([first, mine].flatMap(({ right }) => right ?? []))].map((right) => `"${right}"`);
  const differing = rights.length > 1 ? `, with ${rights.join(' and ')}` : '';
  return `${prop} has ${principalLabel(mine.principal)} twice, as ${paths.join(' and ')}${differing}; keep one`;
}

/** A principal that is listed twice, one of another tenant, and an empty list that nobody asked for. */
export function principalListMistakes(list: PrincipalList): readonly string[] {
  const { prop, entries, mistakes, provider, allowEmpty } = list;
  if (entries.length === 0 && mistakes.length === 0 && !allowEmpty) {
    return [`${prop} is empty, which would take it from everybody; list who keeps it, or set allowEmpty`];
  }
  const strangers = entries.filter(
    ({ principal }) => tenantOf(principal.provider?.resource) !== tenantOf(provider?.resource),
  );
  return [
    ...mistakes,
    ...strangers.map(
      ({ principal }) =>
        `${principalLabel(principal)} (${principal.node.path}) is in ${prop} and in another tenant; make one set for each, or give all one provider`,
    ),
    ...twiceMistakes(prop, entries),
  ];
}

/** A principal that is listed twice, whether by one construct or by two. */
export function twiceMistakes(prop: string, entries: readonly Listed[]): readonly string[] {
  const listed = new Map<string, Listed>();
  return entries.flatMap((entry) => {
    const key = principalKey(entry.principal);
    const first = listed.get(key);
    if (first) return [twice(prop, entry, first)];
    listed.set(key, entry);
    return [];
  });
}

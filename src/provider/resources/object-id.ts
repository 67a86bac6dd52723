import { DelineaError } from '../model/errors.js';
import type { ObjectRef } from '../model/object-refs.js';
import { resourceOf } from './index.js';

/** An id in a request. */
export interface SentId {
  readonly id: string;
  /** The kind, if the id is a number: services number each kind from 1. */
  readonly kind?: string;
}

/**
 * Returns the id by which an object is known outside of requests and responses. A list of members holds ids of users and of groups,
 * so the number of a group gets the prefix of its kind: `group:1` and user `1` are two objects everywhere.
 */
export function ownId(kind: string, id: string): string {
  const { numberPrefix } = resourceOf(kind);
  return numberPrefix !== undefined && isNumber(numberPrefix, id) ? numberPrefix + id : id;
}

/** Returns an id as the service has it. @param kinds the kinds that the id may be of */
export function sentId(kinds: readonly string[], id: string): SentId {
  for (const kind of kinds) {
    const { numberPrefix } = resourceOf(kind);
    if (numberPrefix === undefined || !id.startsWith(numberPrefix)) continue;
    const sent = id.slice(numberPrefix.length);
    if (isNumber(numberPrefix, sent)) return { id: sent, kind };
  }
  const kind = kinds.find((candidate) => resourceOf(candidate).numberPrefix === undefined);
  return kind !== undefined && isNumber('', id) ? { id, kind } : { id };
}

/** Returns whether a list shows an id that may belong to several kinds, unless the entry names the kind. */
export function needsKind(kinds: readonly string[], id: string): boolean {
  return kinds.length > 1 && kinds.some((kind) => ownId(kind, id) !== id);
}

/** Returns a number of a group without its prefix, as an earlier version recorded it: it would match no object. */
export function bareNumberIn(refs: readonly ObjectRef[]): ObjectRef | undefined {
  return refs.find(({ kinds, id }) => kinds.length === 1 && isNumber('', id) && ownId(kinds[0]!, id) !== id);
}

/** Refuses such a record. @param path its address @throws DelineaError `unserved` */
export function refuseBareNumbers(refs: readonly ObjectRef[], path: string): void {
  const bare = bareNumberIn(refs);
  if (!bare) return;
  throw new DelineaError('unserved', `the recorded ${bare.kinds.join()} id "${bare.id}" is a number without its kind`, {
    path,
    hint: 'An earlier version recorded it.',
    remedy: { kind: 'recordAgain' },
  });
}

/** An id that already looks like a prefixed number gets one more prefix, so that no two ids become one. */
function isNumber(prefix: string, id: string): boolean {
  let rest = id;
  while (prefix !== '' && rest.startsWith(prefix)) rest = rest.slice(prefix.length);
  return /^\d+$/.test(rest);
}

import type { AccessScope } from './tenant-access.js';

/**
 * Returns the scope whose grants count on a scope: the nearest one above it, or the scope itself, with grants of its own.
 * If a parent was not read, or if scopes inherit from each other, these are the grants that its own list shows.
 */
export function sourceOf(start: AccessScope, find: (kind: string, id: string) => AccessScope | undefined): AccessScope {
  const seen = new Set<AccessScope>();
  for (let at = start; !seen.has(at); ) {
    seen.add(at);
    const above = at.inherits && at.parent !== undefined ? find(at.kind, at.parent) : undefined;
    if (!above) return at;
    at = above;
  }
  return start;
}

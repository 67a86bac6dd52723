import { DelineaError } from '../model/errors.js';
import { foldCase } from '../model/fold-case.js';
import { nearestNames } from '../model/nearest-names.js';
import type { AccessPrincipal, AccessScope, TenantAccess } from './tenant-access.js';

type Named = AccessPrincipal | AccessScope;
/** The objects of one kind in a state, with the parts that were not read, if the state has them. */
type Objects<K extends keyof TenantAccess> = Pick<TenantAccess, K> & Partial<Pick<TenantAccess, 'unread'>>;

/** Finds the user or group that a text names. @throws DelineaError `unknown_name`, `ambiguous`, `list_incomplete` */
export function findPrincipal({ principals, unread }: Objects<'principals'>, text: string): AccessPrincipal {
  return findNamed(principals, unread, text, 'user or group', ({ name }) => [name]);
}

/** Finds the container or role that a text names. @throws DelineaError `unknown_name`, `ambiguous`, `list_incomplete` */
export function findScope({ scopes, unread }: Objects<'scopes'>, text: string): AccessScope {
  const byKey = new Map(scopes.map((scope) => [`${scope.kind} ${scope.id}`, scope]));
  return findNamed(scopes, unread, text, 'container or role', (scope) => [scope.name, pathOf(scope, byKey)]);
}

/** Returns the path of a container, such as `/it/prod`; the name of a role with a slash before it, which no text equals. */
function pathOf(scope: AccessScope, byKey: ReadonlyMap<string, AccessScope>): string {
  const names: string[] = [];
  const seen = new Set<AccessScope>();
  for (let at: AccessScope | undefined = scope; at && !seen.has(at); at = byKey.get(`${at.kind} ${at.parent}`)) {
    seen.add(at);
    names.unshift(at.name);
  }
  return `/${names.join('/')}`;
}

/** Finds an object by name, path or id; with its kind before a colon if the text alone is ambiguous: `role:Auditor`. */
function findNamed<T extends Named>(
  objects: readonly T[],
  unread: readonly string[] | undefined,
  text: string,
  what: string,
  namesOf: (object: T) => readonly string[],
): T {
  const wanted = foldCase(text);
  const byName = objects.filter((object) =>
    namesOf(object).some((name) => [foldCase(name), `${object.kind}:${foldCase(name)}`].includes(wanted)),
  );
  const found = byName.length > 0 ? byName : objects.filter(({ kind, id }) => text === id || text === `${kind}:${id}`);
  if (found.length === 1) return found[0]!;
  if (found.length === 0) {
    const near = nearestNames(
      text,
      objects.map(({ name }) => name),
    );
    throw notFound(
      `there is no ${what} "${text}" in what was read of the tenant`,
      near.length > 0 ? `Did you mean ${near.join(', ')}?` : 'Correct the name, or check that the account can see it.',
      unread,
    );
  }
  const listed = found.map(({ kind, id, name }) => `${kind} ${name} (id ${id})`).join(', ');
  throw new DelineaError('ambiguous', `"${text}" names ${found.length} objects: ${listed}`, {
    hint: 'Name one by its id with the kind before it, such as `container:7`, or a container by its path.',
  });
}

/**
 * Finds the containers and roles that a pattern names: by name, path or id, with `*` for a part of a name and `**` for any
 * part of a path. @throws DelineaError `unknown_name` or `list_incomplete` if there are none, `ambiguous` for a name without
 * `*` of several
 */
export function findScopes(state: Objects<'scopes'>, pattern: string): AccessScope[] {
  if (!pattern.includes('*')) return [findScope(state, pattern)];
  const byKey = new Map(state.scopes.map((scope) => [`${scope.kind} ${scope.id}`, scope]));
  const text = foldCase(pattern).replace(/\*\*|\*|[^*]+/g, (part) =>
    part === '**' ? '.*' : part === '*' ? '[^/]*' : part.replace(/[\\^$.|?*+()[\]{}]/g, '\\$&'),
  );
  const expression = new RegExp(`^${text}$`, 'u');
  const found = state.scopes.filter((scope) =>
    [scope.name, pathOf(scope, byKey)].some((name) => expression.test(foldCase(name))),
  );
  if (found.length > 0) return found;
  throw notFound(
    `no container or role matches "${pattern}" in what was read of the tenant`,
    'Correct the pattern: `*` is a part of a name, `**` any part of a path such as `/prod/**`.',
    state.unread,
  );
}

/** Returns the error for a name that was not found: it may belong to something that was not read. */
function notFound(message: string, hint: string, unread: readonly string[] = []): DelineaError {
  if (unread.length === 0) return new DelineaError('unknown_name', message, { hint });
  return new DelineaError('list_incomplete', `${message}, of which parts could not be read: ${unread.join('; ')}`, {
    hint: `Let the account read all of it. ${hint}`,
  });
}

import { DelineaError } from '../model/errors.js';
import { foldCase } from '../model/fold-case.js';
import { nameKey } from '../model/keys.js';
import { snakeCase } from '../model/names.js';
import { nearestNames } from '../model/nearest-names.js';
import { ifReadable } from '../read/access-paths.js';
import type { TenantReader } from '../read/tenant-reader.js';
import { holderKinds, scopeKind } from '../resources/edge-words.js';
import { resourceOf, resources } from '../resources/index.js';
import type { Settings } from '../settings/settings.js';
import { isGuarded } from './last-holder.js';

/** A name in a setting of the guards. */
interface GuardName {
  readonly setting: string;
  readonly name: string;
  readonly source: string;
  /** The kinds of the object that may have it. */
  readonly kinds: readonly string[];
}

/** A name in a setting of the guards that no live object has, so that it protects or allows nothing. */
export interface UnknownName {
  /** The keys (`nameKey`) under which code may declare the object. */
  readonly keys: readonly string[];
  readonly error: DelineaError;
}

/** The names that no live object has, and why other names could not be looked up, as text for people. */
export interface UnknownNames {
  readonly unknown: readonly UnknownName[];
  readonly unread: readonly string[];
}

/**
 * Looks up the names in the settings of the guards: a misspelt name would match nothing, silently.
 * @param isDeclared whether code declares an object with this key (`nameKey`), which is then not looked up
 */
export async function findUnknownNames(
  reader: TenantReader,
  isDeclared: (key: string) => boolean = () => false,
): Promise<UnknownNames> {
  const unknown: UnknownName[] = [];
  const unread: string[] = [];
  for (const wanted of guardNames(reader.tenant.settings)) {
    const keys = wanted.kinds.map((kind) => nameKey(resourceOf(kind), keyOf(kind, wanted.name)));
    if (keys.some(isDeclared)) continue;
    const found = await lookUp(reader, wanted);
    if (found instanceof DelineaError) unread.push(`not checked whether ${titleOf(wanted)} exists: ${found.message}`);
    else if (!found.isLive) unknown.push({ keys, error: unknownName(wanted, found.names) });
  }
  return { unknown, unread };
}

/** Returns whether an object has the name and, if none has, the names that exist; or why that cannot be read. */
async function lookUp(
  { snapshot }: TenantReader,
  { name, kinds }: GuardName,
): Promise<{ readonly isLive: boolean; readonly names: readonly string[] } | DelineaError> {
  const isSame = (other: unknown) => foldCase(other) === foldCase(name);
  const names: string[] = [];
  let unread: DelineaError | undefined;
  // A filter may miss an object that the list contains, so the lists come last.
  for (const read of ['byKey', 'all'] as const) {
    for (const kind of kinds) {
      const found = await ifReadable(false, () => snapshot.view(kind)[read](keyOf(kind, name)));
      if (found instanceof DelineaError) {
        unread = found;
        continue;
      }
      const [key = ''] = resourceOf(kind).key;
      names.push(...found.map(({ values }) => String(values[key])));
      if (names.some(isSame)) return { isLive: true, names: [] };
    }
  }
  return unread ?? { isLive: false, names };
}

/** Returns the names in the settings of the guards, without the accounts of the run, which may be API clients. */
function guardNames({ protectedNames, allowances, ownAccounts }: Settings): GuardName[] {
  const own = new Set(ownAccounts.map(foldCase));
  const guarded = resources.filter(isGuarded);
  const principals = holderKinds();
  const limited = guarded.filter(({ requiredHolder }) => requiredHolder.setting !== undefined);
  const named = (setting: string, source: string, kinds: readonly string[], names: readonly string[] = []) =>
    names.filter((name) => !own.has(foldCase(name))).map((name) => ({ setting, name, source, kinds }));
  return [
    ...protectedNames.flatMap(({ source, protectedPrincipals, adminRoles }) => [
      ...named('protectedPrincipals', source, principals, protectedPrincipals),
      ...named('adminRoles', source, limited.map(scopeKind), adminRoles),
    ]),
    ...allowances.flatMap(({ source, principals: allowed, orphans }) => [
      ...named('allowPrincipals', source, principals, allowed),
      ...named('allowOrphans', source, guarded.map(scopeKind), orphans),
    ]),
  ];
}

function unknownName(wanted: GuardName, names: readonly string[]): DelineaError {
  const { setting, name, kinds, source } = wanted;
  const part = names.find((other) => other.includes(',') && other.split(',').some((each) => each.trim() === name));
  const near = nearestNames(name, names);
  const similar = near.length > 0 ? `Did you mean ${near.join(', ')}?` : 'Correct the name, or remove it.';
  return new DelineaError(
    'unknown_name',
    `${titleOf(wanted)}, set by ${source}: there is no ${kinds.join(' or ')} with this name in the tenant or in code`,
    part === undefined ? { hint: similar } : { remedy: { kind: 'listAsJson', setting, names: [part] } },
  );
}

function titleOf({ setting, name }: GuardName): string {
  return `"${name}" in ${snakeCase(setting)}`;
}

function keyOf(kind: string, name: string): Record<string, string> {
  return { [resourceOf(kind).key[0]!]: name };
}

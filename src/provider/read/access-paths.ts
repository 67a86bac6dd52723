import { DelineaError, type ErrorCode } from '../model/errors.js';
import { isEdge } from '../model/keys.js';
import type { AccessPath } from '../model/plan.js';
import { type Principal, principalKey } from '../model/principal.js';
import { matchesRule, type Resource } from '../model/resource.js';
import type { Values } from '../model/values.js';
import { memberLists, principalOf } from '../resources/edges.js';
import { resources } from '../resources/index.js';
import { type Directory, groupsContaining, liveDirectory } from './directory.js';
import { type EdgeValues, edgeLabel, edgesOfPrincipal } from './edges.js';
import type { TenantReader } from './tenant-reader.js';

/** What an account has, and what of that could not be read. */
export interface Access {
  readonly paths: readonly AccessPath[];
  /** For people: "container permissions: the account may not read them". */
  readonly unread: readonly string[];
}

/** The tenant as it is now, or as a plan would leave it. */
export interface AccessView {
  readonly directory: Directory;
  /** Whether the plan has steps of a kind, so that the kind must be readable. */
  uses(kind: string): boolean;
  /** Returns the edges of one principal in this view. @param within whether an edge belongs to that principal */
  edges(resource: Resource, live: readonly EdgeValues[], within: (values: Values) => boolean): readonly EdgeValues[];
}

/** Returns the view of the tenant as it is now. */
export function liveView(reading: TenantReader): AccessView {
  return { directory: liveDirectory(reading), uses: () => false, edges: (_, live) => live };
}

/** Reads one kind; a text says why it cannot be read. */
type Attempt = <T>(resource: Resource, read: () => Promise<readonly T[]>) => Promise<readonly T[] | string>;

/**
 * Everything that a principal has: groups however deep, permissions and roles, its own and those of its groups.
 * @param view the tenant as it is now, or as a plan would leave it
 * @param attempt reads one kind, or says why it cannot be read
 */
export async function accessPaths(
  reading: TenantReader,
  principal: Principal,
  view: AccessView = liveView(reading),
  attempt: Attempt = (resource, read) => ifReadable(view.uses(resource.type), read),
): Promise<Access> {
  const unread: string[] = [];
  const attempted = async <T>(resource: Resource, read: () => Promise<readonly T[]>): Promise<readonly T[]> => {
    const found = await attempt(resource, read);
    if (typeof found !== 'string') return found;
    unread.push(`${resource.plural}: ${found}`);
    return [];
  };
  const groups = resources.find((resource) => memberLists(resource).length > 0)!;
  const around = await attempted(groups, () => groupsContaining(view.directory, principal));
  const nameOf = async ({ kind, id }: Principal) => {
    await reading.translator.load([kind], id).catch(() => undefined);
    return reading.translator.nameOf(id) ?? id;
  };
  const paths: AccessPath[] = [];
  for (const { group, through } of around) {
    const names = await Promise.all(through.map(nameOf));
    paths.push({ kind: group.kind, id: group.id, label: `member of ${names.at(-1)}`, through: names.slice(0, -1) });
  }
  for (const resource of resources.filter(isEdge)) {
    const held = await attempted(resource, async () => {
      const found: AccessPath[] = [];
      for (const { holder, through } of [
        { holder: principal, through: [] as readonly Principal[] },
        ...around.map(({ group, through }) => ({ holder: group, through })),
      ]) {
        const names = await Promise.all(through.map(nameOf));
        const edges = (await edgesOfPrincipal(reading, resource, holder)).map(({ live, values }) => ({
          id: live.id,
          values,
        }));
        const mine = (values: Values) => {
          const of = principalOf(resource.type, values);
          return of !== undefined && principalKey(of) === principalKey(holder);
        };
        for (const { id, values } of view.edges(resource, edges, mine)) {
          await reading.translator.loadEnds(resource, values).catch(() => undefined);
          const label = edgeLabel(reading, resource.type, values);
          const path = { kind: resource.type, id, label, through: names };
          found.push(owns(resource, values) ? { ...path, owns: true } : path);
        }
      }
      return found;
    });
    paths.push(...held);
  }
  return { paths, unread };
}

/** Whether an edge gives what its container must never be without. */
function owns({ requiredHolder }: Resource, values: Values): boolean {
  return requiredHolder?.when !== undefined && matchesRule(requiredHolder, values);
}

/** Words of a service that will not let us read, today or tomorrow. A fault that may pass is none of them. */
const NOT_FOR_US: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'credentials_missing',
  'credentials_denied',
  'unauthorized',
  'forbidden',
  'wrong_surface',
  'unserved',
]);

/**
 * Reads edges of a kind for the sake of the whole. Where the stack has nothing of the kind the tenant may not have the
 * surface at all: then why it cannot be read is given back, to be said. Every other fault ends the plan.
 */
export async function ifReadable<T>(isUsed: boolean, read: () => Promise<T>): Promise<T | string> {
  try {
    return await read();
  } catch (error) {
    if (isUsed || !(error instanceof DelineaError) || !NOT_FOR_US.has(error.code)) throw error;
    return error.message;
  }
}

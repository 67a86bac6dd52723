import { asError, DelineaError } from '../model/errors.js';
import type { AccessPath } from '../model/plan.js';
import { type Principal, principalKey } from '../model/principal.js';
import { type EdgeResource, matchesRule, type Resource } from '../model/resource.js';
import type { Values } from '../model/values.js';
import { accessKinds, groupKinds, principalOf } from '../resources/edge-words.js';
import { type Directory, groupsContaining, liveDirectory } from './directory.js';
import { type EdgeValues, edgeLabel } from './edges.js';
import { edgesOfPrincipal } from './edges-by-principal.js';
import type { TenantReader } from './tenant-reader.js';

/** The access of a principal, and the kinds that could not be read. */
export interface HeldAccess {
  readonly paths: readonly AccessPath[];
  /** The reasons as text: "container permissions: the account may not read them". */
  readonly unread: readonly string[];
}

/** The tenant as it is now, or as a plan would leave it. */
export interface AccessView {
  readonly directory: Directory;
  /** Whether the plan has steps of a kind, so that the kind must be readable. */
  uses(kind: string): boolean;
  /** Returns the edges of one principal in this view. @param isOwn whether an edge belongs to that principal */
  edges(resource: Resource, live: readonly EdgeValues[], isOwn: (values: Values) => boolean): readonly EdgeValues[];
}

/** Returns the view of the tenant as it is now. */
export function liveView(reader: TenantReader): AccessView {
  return { directory: liveDirectory(reader), uses: () => false, edges: (_, live) => live };
}

/** Reads one kind, or returns the error that explains why it cannot be read. */
type KindReader = <T>(resource: Resource, read: () => Promise<readonly T[]>) => Promise<readonly T[] | DelineaError>;

/**
 * Lists the access of a principal: its groups at any depth, and permissions and roles of its own and of those groups.
 * @param view the tenant as it is now, or as a plan would leave it
 * @param attempt reads one kind; unset: kinds that the account may not read are listed as unread
 */
export async function accessPaths(
  reader: TenantReader,
  principal: Principal,
  view: AccessView = liveView(reader),
  attempt: KindReader = (resource, read) => ifReadable(view.uses(resource.type), read),
): Promise<HeldAccess> {
  const unread: string[] = [];
  const attempted = async <T>(resource: Resource, read: () => Promise<readonly T[]>): Promise<readonly T[]> => {
    const found = await attempt(resource, read);
    if (!(found instanceof DelineaError)) return found;
    unread.push(`${resource.plural}: ${found.message}`);
    return [];
  };
  const namesOf = (groups: readonly Principal[]) => Promise.all(groups.map((group) => nameOf(reader, group)));
  const memberships = await attempted(groupKinds()[0]!, () => groupsContaining(view.directory, principal));
  const paths: AccessPath[] = [];
  for (const { group, through } of memberships) {
    const names = await namesOf(through);
    paths.push({ kind: group.kind, id: group.id, label: `member of ${names.at(-1)}`, through: names.slice(0, -1) });
  }
  const holders = [
    { holder: principal, through: [] as readonly Principal[] },
    ...memberships.map(({ group, through }) => ({ holder: group, through })),
  ];
  for (const resource of accessKinds()) {
    const found = await attempted(resource, async () => {
      const ofKind: AccessPath[] = [];
      for (const { holder, through } of holders) {
        const names = await namesOf(through);
        ofKind.push(...(await pathsOf(reader, resource, holder, view)).map((path) => ({ ...path, through: names })));
      }
      return ofKind;
    });
    paths.push(...found);
  }
  return { paths, unread };
}

/** Lists the access that one user or group has by its own edges of one kind. */
async function pathsOf(
  reader: TenantReader,
  resource: EdgeResource,
  holder: Principal,
  view: AccessView,
): Promise<Omit<AccessPath, 'through'>[]> {
  const live = (await edgesOfPrincipal(reader, resource, holder)).map((edge) => ({ id: edge.live.id, ...edge }));
  const isOwn = (values: Values) => {
    const principal = principalOf(resource.type, values);
    return principal !== undefined && principalKey(principal) === principalKey(holder);
  };
  const paths: Omit<AccessPath, 'through'>[] = [];
  for (const { id, values } of view.edges(resource, live, isOwn)) {
    await reader.translator.loadEnds(resource, values).catch(() => undefined);
    const path = { kind: resource.type, id, label: edgeLabel(reader, resource.type, values) };
    paths.push(owns(resource, values) ? { ...path, owns: true } : path);
  }
  return paths;
}

async function nameOf(reader: TenantReader, { kind, id }: Principal): Promise<string> {
  await reader.translator.load({ kinds: [kind], id }).catch(() => undefined);
  return reader.translator.nameOf([kind], id) ?? id;
}

/** Returns whether an edge gives the right that its container must not be without. */
function owns({ requiredHolder }: Resource, values: Values): boolean {
  return requiredHolder?.when !== undefined && matchesRule(requiredHolder, values);
}

/** Catches errors that mean that this account cannot read the kind. Transient errors are not caught. */
const asUnreadable = asError(
  'credentials_missing',
  'credentials_denied',
  'unauthorized',
  'forbidden',
  'wrong_surface',
  'unserved',
);

/**
 * Reads edges of a kind to complete a picture. If the configuration does not use the kind, the tenant may lack its
 * surface: the error is then returned and reported. Every other error ends the plan.
 */
export async function ifReadable<T>(isUsed: boolean, read: () => Promise<T>): Promise<T | DelineaError> {
  return isUsed ? read() : read().catch(asUnreadable);
}

import { accessAfter } from '../access/access-after.js';
import { EffectiveAccess } from '../access/effective-access.js';
import { type Reached, wayTo } from '../access/reach.js';
import type { KnownAccess } from '../access/tenant-access.js';
import { asError, DelineaError } from '../model/errors.js';
import type { AccessPath, Step } from '../model/plan.js';
import { type Principal, principalKey } from '../model/principal.js';
import { matchesRule, type Resource } from '../model/resource.js';
import { accessKinds, groupKinds, isNamedOnly } from '../resources/edge-words.js';
import { liveDirectory } from './directory.js';
import { edgeLabel, grantsOf } from './edges.js';
import { edgesOfPrincipal } from './edges-by-principal.js';
import { scopesOf } from './inheritance.js';
import type { LiveEdge, TenantReader } from './tenant-reader.js';

/** Groups on the way that a path names, without the last one: those of long chains would take quadratic memory. */
const LONGEST_PATH = 30;

/** The access of a principal, and the kinds that could not be read. */
export interface HeldAccess {
  readonly paths: readonly AccessPath[];
  /** The reasons as text: "container permissions: the account may not read them". */
  readonly unread: readonly string[];
}

/** Reads one kind, or returns the error that explains why it cannot be read. */
type KindReader = <T>(resource: Resource, read: () => Promise<readonly T[]>) => Promise<readonly T[] | DelineaError>;

/**
 * Lists the access of principals, by `principalKey`: their groups at any depth, and permissions and roles of their own and
 * of those groups. Reads all groups, and the edges of these principals and groups.
 * @param steps the steps of a plan, to list the access that they leave; none: the access now
 * @param attempt reads one kind; unset: kinds that the account may not read, and that no step uses, are listed as unread
 */
export async function accessPaths(
  reader: TenantReader,
  principals: readonly Principal[],
  steps: readonly Step[] = [],
  attempt: KindReader = ({ type }, read) =>
    ifReadable(
      steps.some(({ kind }) => kind === type),
      read,
    ),
): Promise<ReadonlyMap<string, HeldAccess>> {
  // An object that the plan creates has no id by which its name could be looked up.
  const created = steps.filter(({ operation }) => operation === 'create');
  for (const { kind, key, label } of created) reader.translator.add(kind, key, label);
  const createdKeys = new Set(created.map(({ key }) => key));
  const unread: string[] = [];
  const attempted = async <T>(resource: Resource, read: () => Promise<readonly T[]>): Promise<readonly T[]> => {
    const found = await attempt(resource, read);
    if (!(found instanceof DelineaError)) return found;
    unread.push(`${resource.plural}: ${found.message}`);
    return [];
  };
  const groups = await attempted(groupKinds()[0]!, () => liveDirectory(reader).groups());
  const known: KnownAccess = {
    principals: [...principals.map((each) => ({ ...each, name: each.id })), ...groups],
    scopes: [],
    grants: [],
  };
  const memberships = new EffectiveAccess(accessAfter(known, steps));
  const holders = new Map<string, Principal>();
  for (const principal of principals) {
    for (const each of [principal, ...memberships.groupsAround(principal).map(({ at }) => at)])
      if (!createdKeys.has(each.id)) holders.set(principalKey(each), each);
  }
  for (const resource of accessKinds()) {
    const edges = await attempted(resource, async () => {
      const held: LiveEdge[] = [];
      for (const holder of holders.values()) held.push(...(await edgesOfPrincipal(reader, resource, holder)));
      return held;
    });
    known.grants.push(...grantsOf(resource, edges));
    known.scopes.push(
      ...(await scopesOf(
        reader,
        resource,
        edges.map(({ values }) => values),
      )),
    );
  }
  const access = new EffectiveAccess(accessAfter(known, steps));
  const found = new Map<string, HeldAccess>();
  for (const principal of principals)
    found.set(principalKey(principal), { paths: await pathsOf(reader, access, principal), unread });
  return found;
}

async function pathsOf(reader: TenantReader, access: EffectiveAccess, principal: Principal): Promise<AccessPath[]> {
  const namesOn = async (reached: Reached<Principal>) => {
    const way = wayTo(reached);
    return Promise.all(
      [...way.slice(0, -1).slice(0, LONGEST_PATH), ...way.slice(-1)].map((each) => nameOf(reader, each)),
    );
  };
  const paths: AccessPath[] = [];
  for (const group of access.groupsAround(principal)) {
    const { kind, id } = group.at;
    const names = await namesOn(group);
    paths.push({ kind, id, label: `member of ${names.at(-1)}`, through: names.slice(0, -1) });
  }
  const held = [...access.grantsReaching(principal)];
  for (const resource of accessKinds()) {
    for (const { grant, scope, holder } of held.filter(({ grant: { kind } }) => kind === resource.type)) {
      const { kind, id, rights } = grant;
      const { edge, requiredHolder } = resource;
      const ends = {
        [edge.principal.type]: holder.at.kind,
        [edge.principal.id]: holder.at.id,
        [edge.scope]: isNamedOnly(resource, edge.scope) ? scope.name : scope.id,
      };
      await reader.translator.loadEnds(resource, ends).catch(() => undefined);
      const path = { kind, id, label: edgeLabel(reader, kind, { ...ends, ...rights }), through: await namesOn(holder) };
      // Only a right can make an owner: a role has holders.
      const owns = requiredHolder?.when !== undefined && matchesRule(requiredHolder, rights);
      paths.push(owns ? { ...path, owns } : path);
    }
  }
  return paths;
}

async function nameOf(reader: TenantReader, { kind, id }: Principal): Promise<string> {
  await reader.translator.load({ kinds: [kind], id }).catch(() => undefined);
  return reader.translator.nameOf([kind], id) ?? id;
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

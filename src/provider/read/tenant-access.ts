import type { AccessPrincipal, AccessScope, Grant, TenantAccess } from '../access/tenant-access.js';
import type { Tenant } from '../api/tenant.js';
import { DelineaError } from '../model/errors.js';
import type { EdgeResource, Resource } from '../model/resource.js';
import type { RemoteObject } from '../model/wire.js';
import { accessKinds, groupKinds, scopeKind } from '../resources/edge-words.js';
import { resourceOf, resources } from '../resources/index.js';
import { ifReadable } from './access-paths.js';
import { liveDirectory } from './directory.js';
import { grantsOf } from './edges.js';
import { readHolders } from './holders.js';
import { liveScope } from './inheritance.js';
import { openReader, type TenantReader } from './tenant-reader.js';

/** Maximum users, or groups, that are read one by one because their list leaves out status or roles. */
const MAX_OBJECTS = 500;

/** Reads a part of the tenant; notes the reason if the account may not read it. */
type PartReader = <T>(what: string, read: () => Promise<readonly T[]>) => Promise<readonly T[]>;

/**
 * Reads the access of a whole tenant: users, groups and their members, containers and roles, permissions and role
 * bindings. Parts that the account cannot read are listed in `unread`. @throws DelineaError for every other error
 */
export async function readTenantAccess(tenant: Tenant): Promise<TenantAccess> {
  const reader = openReader(tenant);
  const taken = new Date().toISOString();
  const unread: string[] = [];
  const attempt: PartReader = async (what, read) => {
    const found = await ifReadable(false, read);
    if (!(found instanceof DelineaError)) return found;
    unread.push(`${what}: ${found.message}`);
    return [];
  };
  const accounts = resources.filter(({ account }) => account);
  const edges = accessKinds();
  const [users, groups, ...rest] = await Promise.all([
    inParts(accounts, (resource) => readAccounts(reader, resource, attempt, unread)),
    attempt(groupKinds()[0]!.plural, () => liveDirectory(reader).groups()),
    ...edges.map((resource) => readEdgesOf(reader, resource, attempt, unread)),
  ]);
  return {
    format: 'access snapshot 1',
    tenant: tenant.settings.url,
    taken,
    accounts: [...tenant.settings.ownAccounts],
    principals: [...users, ...groups],
    scopes: rest.flatMap(({ scopes }) => scopes),
    grants: rest.flatMap(({ grants }) => grants),
    unread: unread.sort(),
  };
}

async function inParts<T>(
  kinds: readonly Resource[],
  read: (resource: Resource) => Promise<readonly T[]>,
): Promise<T[]> {
  return (await Promise.all(kinds.map(read))).flat();
}

async function readAccounts(
  reader: TenantReader,
  resource: Resource,
  attempt: PartReader,
  unread: string[],
): Promise<readonly AccessPrincipal[]> {
  const { type: kind, plural, removal } = resource;
  const status = removal?.verb === 'deactivate' ? Object.keys(removal.inactive) : [];
  const all = await attempt(plural, () => reader.snapshot.view(kind).all());
  const showsStatus = ({ values }: RemoteObject) => status.every((name) => (values[name] ?? null) !== null);
  // A list that leaves out the status would cost one request per account.
  const isCheap = all.filter((live) => !showsStatus(live)).length <= MAX_OBJECTS;
  const directory = liveDirectory(reader);
  let unknown = 0;
  const found = await Promise.all(
    all.map(async (live) => {
      const named = { kind, id: live.id, name: reader.translator.nameFrom(kind, live) };
      const active =
        isCheap || showsStatus(live) ? await directory.active(named).catch(ignoreUnknownStatus) : undefined;
      if (active === undefined) unknown++;
      return active === undefined ? named : { ...named, active };
    }),
  );
  if (unknown > 0) unread.push(`${plural}: the status of ${unknown} is not shown, so they count as active`);
  return found;
}

function ignoreUnknownStatus(error: unknown): undefined {
  if (error instanceof DelineaError && error.code === 'incomplete_response') return undefined;
  throw error;
}

/** Reads the scopes of one kind of edge, and all its edges. */
async function readEdgesOf(
  reader: TenantReader,
  resource: EdgeResource,
  attempt: PartReader,
  unread: string[],
): Promise<{ readonly scopes: readonly AccessScope[]; readonly grants: readonly Grant[] }> {
  const kind = scopeKind(resource);
  const definition = resourceOf(kind);
  const live = await attempt(definition.plural, async () => reader.snapshot.view(kind).all());
  const reference = (object: RemoteObject) =>
    definition.referredBy === undefined ? object.id : object.values[definition.referredBy];
  const scopes = await Promise.all(live.map((object) => liveScope(reader, resource, object)));
  const selectors = live.map((object) => ({ [resource.edge.scope]: reference(object) }));
  const grants = await attempt(resource.plural, async () => {
    const found = await readHolders(reader, resource, selectors, { perObject: MAX_OBJECTS });
    unread.push(...found.unread.map((reason) => `${resource.plural}: ${reason}`));
    return grantsOf(resource, found.edges);
  });
  return { scopes, grants };
}

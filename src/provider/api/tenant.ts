import type { Cost } from '../model/cost.js';
import { DelineaError } from '../model/errors.js';
import { isEdge } from '../model/keys.js';
import type { Resource } from '../model/resource.js';
import { resourceOf } from '../resources/index.js';
import type { ConfiguredSurface, Settings } from '../settings/settings.js';
import { surfaceFor } from '../settings/surfaces.js';
import { elementCollection } from './array-element.js';
import { type Collection, objectCollection } from './collection.js';
import { type Http, surfaceHttp } from './http.js';
import { readAll } from './pages.js';
import type { Protocol } from './protocol.js';
import { newCost } from './request-count.js';
import { rest } from './rest.js';
import { scim } from './scim.js';
import { openTransport } from './transport.js';

const protocols: Readonly<Record<string, Protocol>> = { rest, scim };

/** The way to one tenant: its kinds on its surfaces, and what the requests cost so far. */
export interface Tenant {
  readonly settings: Settings;
  readonly cost: Cost;
  /** The surface that the routing gives a kind. @throws DelineaError `unserved` */
  home(kind: string): ConfiguredSurface;
  /** One kind on its home surface, or on another that serves it. @throws DelineaError `unserved` */
  collection(kind: string, surface?: string): Collection;
  /**
   * How many entries of a list about one account are not over, such as its sessions.
   * @param path below the surface's base URL
   * @param account its id on that surface
   * @param what for people: `sessions`
   * @throws DelineaError where the list cannot be read to its end
   */
  countOpen(surface: ConfiguredSurface, path: string, account: string, what: string): Promise<number>;
}

/** Opens the way to a tenant. Sends nothing yet. */
export async function connect(settings: Settings, env: NodeJS.ProcessEnv = process.env): Promise<Tenant> {
  const cost = newCost();
  const line = await openTransport(settings, cost, env);
  const https = new Map<string, Http>();
  const collections = new Map<string, Collection>();

  const home = (kind: string) =>
    surfaceFor(
      resourceOf(kind).authoritativeFor?.edge ?? kind,
      settings.routing,
      settings.surfaces,
    ) as ConfiguredSurface;

  const httpOf = (surface: ConfiguredSurface) => {
    let http = https.get(surface.name);
    if (http) return http;
    http = surfaceHttp(surface, line);
    https.set(surface.name, http);
    return http;
  };

  function make(resource: Resource, surface: ConfiguredSurface): Collection {
    const wire = resource.wire[surface.protocol];
    const protocol = protocols[surface.protocol];
    if (!wire || !protocol) throw new DelineaError('unserved', `${surface.title} does not serve ${resource.type}`);
    if (!isEdge(resource) || !resource.edge.storedIn)
      return objectCollection(resource, surface, protocol, httpOf(surface));
    return elementCollection(resource, surface, wire, (kind) => collection(kind, surface.name));
  }

  function collection(kind: string, surfaceName?: string): Collection {
    const surface =
      surfaceName === undefined ? home(kind) : surfaceFor(kind, { [kind]: surfaceName }, settings.surfaces);
    const key = `${surface.name}/${kind}`;
    let found = collections.get(key);
    if (found) return found;
    found = make(resourceOf(kind), surface as ConfiguredSurface);
    collections.set(key, found);
    return found;
  }

  return {
    settings,
    cost,
    home,
    collection,
    async countOpen(surface, path, account, what) {
      const protocol = protocols[surface.protocol]!;
      const filter = `userId eq ${protocol.quote(account)}`;
      const entries = await readAll({
        fetch: async (offset, count) => {
          const query = { ...protocol.pageQuery(offset, count), filter };
          const body = await httpOf(surface).send({
            method: 'GET',
            path,
            query,
            access: 'read',
            counted: 'gets',
            what,
          });
          return protocol.readPage(body, what);
        },
        size: surface.pageSize,
        idOf: (entry) => JSON.stringify(entry.id ?? entry),
        what: `${what} of ${surface.title}`,
      });
      return entries.filter(({ active }) => active !== false).length;
    },
  };
}

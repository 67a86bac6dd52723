import type { Cost } from '../model/cost.js';
import { DelineaError } from '../model/errors.js';
import type { Features } from '../model/features.js';
import { isEdge } from '../model/keys.js';
import type { Resource } from '../model/resource.js';
import type { JsonObject } from '../model/values.js';
import { routedAs } from '../resources/edge-words.js';
import { resourceOf } from '../resources/index.js';
import type { ConfiguredSurface } from '../settings/configured-surface.js';
import type { Settings } from '../settings/settings.js';
import { surfaceFor } from '../settings/surfaces.js';
import { elementCollection } from './array-element.js';
import { type Collection, objectCollection, pageReader } from './collection.js';
import { readFeatures } from './features.js';
import { type Call, type Http, surfaceHttp } from './http.js';
import { identity } from './identity.js';
import { readAll } from './pages.js';
import type { Protocol, Query } from './protocol.js';
import { newCost } from './request-count.js';
import { rest } from './rest.js';
import { scim } from './scim.js';
import { secretServer } from './secret-server.js';
import { openTransport } from './transport.js';

/** The protocols that surfaces name, and the kinds with their wires. */
export interface Dialects {
  readonly protocols: Readonly<Record<string, Protocol>>;
  readonly resourceOf: (kind: string) => Resource;
}

const dialects: Dialects = { protocols: { rest, scim, secretServer, identity }, resourceOf };

/** A list of entries that are not objects of a kind. */
export interface EntryList {
  /** Path below the surface's base URL. */
  readonly path: string;
  readonly query?: Query;
  /** The field that identifies an entry; absent: entries may be equal. */
  readonly id?: string;
  /** The list in errors: `sessions`. */
  readonly what: string;
}

/** A connection to one tenant: collections of its kinds, and the cost of the requests so far. */
export interface Tenant {
  readonly settings: Settings;
  readonly cost: Cost;
  /** Permits writes, and tokens for them: only an apply does. */
  permitWrites(): Tenant;
  /** Returns the surface that the routing gives a kind. @throws DelineaError `unserved` */
  home(kind: string): ConfiguredSurface;
  /** Returns one kind on its home surface, or on another that serves it. @throws DelineaError `unserved` */
  collection(kind: string, surface?: string): Collection;
  /** Returns a function that reads the features that a surface states; undefined: its protocol has no such document. */
  featureReader(surface: ConfiguredSurface): (() => Promise<Features>) | undefined;
  /** Reads a list of entries that are not objects of a kind, such as sessions. @throws DelineaError unless it is read to its end */
  entries(surface: ConfiguredSurface, list: EntryList): Promise<readonly JsonObject[]>;
  /** Sends one request that is about no object of a kind. @throws DelineaError for everything but a 2xx */
  send(surface: ConfiguredSurface, request: Omit<Call, 'counted'>): Promise<JsonObject | undefined>;
  /**
   * Ends the run: requests are no longer repeated, those without a response are given up after a few seconds, and then
   * nothing more is sent. A write that was given up is an uncertain error.
   */
  stop(): void;
}

/** Connects to a tenant, to read only until `permitWrites`. Sends nothing yet. */
export async function connect(
  settings: Settings,
  env: NodeJS.ProcessEnv = process.env,
  { protocols, resourceOf }: Dialects = dialects,
): Promise<Tenant> {
  const cost = newCost();
  const transport = await openTransport(settings, cost, env);
  const https = new Map<string, Http>();
  const collections = new Map<string, Collection>();

  const home = (kind: string) => surfaceFor(routedAs(resourceOf(kind)), settings.routing, settings.surfaces);

  const httpOf = (surface: ConfiguredSurface) => {
    let http = https.get(surface.name);
    if (http) return http;
    http = surfaceHttp(surface, transport);
    https.set(surface.name, http);
    return http;
  };

  function make(resource: Resource, surface: ConfiguredSurface): Collection {
    const wire = resource.wire[surface.protocol];
    const protocol = protocols[surface.protocol];
    if (!wire || !protocol) throw new DelineaError('unserved', `${surface.title} does not serve ${resource.type}`);
    if (!isEdge(resource) || !resource.edge.storedIn)
      return objectCollection(resource, surface, wire, protocol, httpOf(surface), (kind) =>
        collection(kind, surface.name),
      );
    return elementCollection(resource, surface, wire, (kind) => collection(kind, surface.name));
  }

  function collection(kind: string, surfaceName?: string): Collection {
    const surface =
      surfaceName === undefined ? home(kind) : surfaceFor(kind, { [kind]: surfaceName }, settings.surfaces);
    const key = `${surface.name}/${kind}`;
    let found = collections.get(key);
    if (found) return found;
    found = make(resourceOf(kind), surface);
    collections.set(key, found);
    return found;
  }

  const tenant: Tenant = {
    settings,
    cost,
    permitWrites() {
      transport.mayWrite = true;
      return tenant;
    },
    home,
    collection,
    stop: () => transport.limits.stop(),
    featureReader(surface) {
      const { features } = protocols[surface.protocol]!;
      return features && (() => readFeatures(httpOf(surface), features));
    },
    entries(surface, { path, query, id, what }) {
      let number = 0;
      const request = (page: Query) => ({ method: 'GET' as const, path, query: { ...page, ...query } });
      return readAll({
        fetch: pageReader(httpOf(surface), protocols[surface.protocol]!, { request, counted: 'gets', what }),
        size: surface.pageSize,
        idOf: (entry) => (id === undefined ? String(number++) : JSON.stringify(entry[id] ?? entry)),
        what: `${what} of ${surface.title}`,
      });
    },
    send: (surface, request) =>
      httpOf(surface).send({ ...request, counted: request.access === 'read' ? 'gets' : 'writes' }),
  };
  return tenant;
}

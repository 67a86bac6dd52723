import { type Collection, objectCollection } from './api/collection.js';
import { elementCollection } from './api/element.js';
import { type Http, surfaceHttp } from './api/http.js';
import { openLine } from './api/line.js';
import { type Cost, newCost } from './api/meter.js';
import type { Protocol } from './api/protocol.js';
import { rest } from './api/rest.js';
import { scim } from './api/scim.js';
import { surfaceFor } from './api/surfaces.js';
import { DelineaError } from './errors.js';
import type { Resource } from './resource.js';
import { resourceOf } from './resources/index.js';
import type { ConfiguredSurface, Settings } from './settings.js';

const protocols: Readonly<Record<string, Protocol>> = { rest, scim };

/** The way to one tenant: its kinds on its surfaces, and what the requests cost so far. */
export interface Tenant {
  readonly settings: Settings;
  readonly cost: Cost;
  /** The surface that the routing gives a kind. @throws DelineaError `unserved` */
  home(kind: string): ConfiguredSurface;
  /** One kind on its home surface, or on another that serves it. @throws DelineaError `unserved` */
  collection(kind: string, surface?: string): Collection;
  /** Open sessions of a user, or undefined where no surface is known to tell. */
  openSessions(userId: string): Promise<number | undefined>;
}

/** Opens the way to a tenant. Sends nothing yet. */
export async function connect(settings: Settings, env: NodeJS.ProcessEnv = process.env): Promise<Tenant> {
  const cost = newCost();
  const line = await openLine(settings, cost, env);
  const https = new Map<string, Http>();
  const collections = new Map<string, Collection>();

  const home = (kind: string) => surfaceFor(kind, settings.routing, settings.surfaces) as ConfiguredSurface;

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
    if (!wire.element) return objectCollection(resource, surface, protocol, httpOf(surface));
    return elementCollection(resource, surface, wire, wire.element, (kind) => collection(kind, surface.name));
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
    async openSessions(userId) {
      const surface = home('user');
      if (surface.sessionsPath === undefined) return undefined;
      const protocol = protocols[surface.protocol]!;
      const body = await httpOf(surface).send({
        method: 'GET',
        path: surface.sessionsPath,
        query: { filter: `userId eq ${protocol.quote(userId)}` },
        access: 'read',
        counted: 'gets',
        what: 'sessions',
      });
      const { items } = protocol.readPage(body, 'sessions');
      return items.filter((session) => session.active !== false).length;
    },
  };
}

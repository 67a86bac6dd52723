import type { Hono } from 'hono';
import type { ContainerRecord } from '../directory/records.js';
import type { Json } from '../http/body.js';
import type { Page } from '../http/paging.js';
import { Refusal } from '../http/refusal.js';
import { idOf, queryOf, route } from '../http/routes.js';
import type { Tenant } from '../tenant.js';
import { CONTAINER_FILTERS, passes, readFilter } from './scim-filter.js';
import {
  foundResource,
  meta,
  projection,
  readScim,
  referenceOf,
  scimAnswer,
  scimList,
  URN,
  urlOf,
} from './scim-json.js';

/**
 * Serves `/scim/v2/Containers`: folders. Create, list and search only; rename, move and delete are not documented (fact
 * sheet 3.2), so they are a 405.
 */
export function addContainers(app: Hono, tenant: Tenant): void {
  const { directory } = tenant;
  route(app, '/Containers', {
    GET: (context) => {
      const query = queryOf(context);
      return scimList(
        query,
        (page) => find(tenant, query, page),
        (container) => scimContainer(tenant, context.req.raw, container),
      );
    },
    POST: async ({ req }) => {
      const container = create(tenant, await readScim(req.raw, URN.Container));
      const location = urlOf(req.raw, `Containers/${container.id}`);
      return scimAnswer(scimContainer(tenant, req.raw, container), 201, { location });
    },
  });
  route(app, '/Containers/:id', {
    GET: (context) => {
      const container = foundResource(directory.containers.seen(idOf(context)), idOf(context));
      requireOwned(tenant, container.id);
      return scimAnswer(projection(queryOf(context))(scimContainer(tenant, context.req.raw, container)));
    },
  });
}

/**
 * Checks that the container is visible.
 * @throws {Refusal} 403 when the service user does not own the container (guide 004)
 */
export function requireOwned({ ownedContainers }: Tenant, containerId: string): void {
  if (ownedContainers && !ownedContainers.has(containerId)) throw new Refusal(403, 'User does not have access.');
}

/** Lists the containers that the service user owns. Others are absent, which is not an error (fact sheet 3.5). */
function find({ directory, ownedContainers }: Tenant, query: URLSearchParams, { skip, take }: Page) {
  const filter = query.get('filter');
  if (filter === null && !ownedContainers) return directory.containers.list(skip, take);
  const terms = filter === null ? [] : readFilter(filter, CONTAINER_FILTERS);
  const key = terms.find(({ operator }) => operator === 'eq');
  const candidates = key ? directory.containers.seenByName(key.value) : directory.containers.seenAll();
  const rows = candidates.filter(
    ({ id, name }) => (ownedContainers?.has(id) ?? true) && terms.every((term) => passes(term, name)),
  );
  return { rows: rows.slice(skip, skip + take), total: rows.length };
}

/** Creates a container; the creator becomes Owner (fact sheet 6.7). Unique names within a parent are an assumption. */
function create(tenant: Tenant, { name, parent: sent }: Json): ContainerRecord {
  const { directory, ownedContainers } = tenant;
  if (typeof name !== 'string' || name.trim() === '')
    throw new Refusal(400, "Attribute 'name' is required.", 'invalidValue');
  const parent = sent === undefined || sent === null ? undefined : referenceOf(sent, 'parent');
  if (parent && !directory.containers.get(parent))
    throw new Refusal(400, "'parent' is not the id of a container.", 'invalidValue');
  if (parent) requireOwned(tenant, parent);
  if (directory.containers.byName(name).some((other) => other.parent === parent)) {
    throw new Refusal(409, "Attribute 'name' MUST be unique within its parent.", 'uniqueness');
  }
  const container = directory.createContainer(name, parent);
  ownedContainers?.add(container.id);
  return container;
}

function scimContainer({ directory }: Tenant, request: Request, container: ContainerRecord): Json {
  const { id, name, parent } = container;
  return {
    schemas: [URN.Container],
    id,
    name,
    displayName: name,
    type: 'Folder',
    ...(parent && {
      parent: { value: parent, display: directory.containers.get(parent)?.name, $ref: containerRef(request, parent) },
    }),
    meta: meta('Container', container),
  };
}

/**
 * Returns the reference to a container. As in the real service, its path is in lower case and its scheme is http, even
 * where the service uses https (fact sheet 4.2), so clients must not follow it.
 */
export function containerRef(request: Request, id: string): string {
  return `http://${new URL(request.url).host}/scim/v2/containers/${id}`;
}

import type { Hono } from 'hono';
import type { ContainerRecord } from '../directory/records.js';
import type { Json } from '../http/body.js';
import type { Page } from '../http/paging.js';
import { Refusal } from '../http/refusal.js';
import { idOf, queryOf, route } from '../http/routes.js';
import type { Tenant } from '../tenant.js';
import { readOperations } from './patch-operations.js';
import { CONTAINER_FILTERS, passes, readFilter } from './scim-filter.js';
import {
  foundResource,
  meta,
  pamRef,
  projection,
  readScim,
  referenceOf,
  scimAnswer,
  scimList,
  URN,
  urlOf,
} from './scim-json.js';
import type { ScimService } from './scim-service.js';

/**
 * Serves `/Containers`: folders. Move and delete are not documented (fact sheet 3.2), so they are a 405. Where a service has
 * PATCH (fact sheet 4.2), it changes the `name`, which is an assumption.
 */
export function addContainers(app: Hono, tenant: Tenant, service: ScimService): void {
  const { directory } = tenant;
  route(app, '/Containers', {
    GET: (context) => {
      const query = queryOf(context);
      return scimList(
        query,
        service,
        (page) => find(tenant, service, query, page),
        (container) => scimContainer(tenant, service, context.req.raw, container),
      );
    },
    POST: async ({ req }) => {
      const container = create(tenant, service, await readScim(req.raw, URN.Container));
      const location = urlOf(req.raw, service, `Containers/${container.id}`);
      return scimAnswer(scimContainer(tenant, service, req.raw, container), 201, { location });
    },
  });
  route(app, '/Containers/:id', {
    GET: (context) => {
      const container = foundResource(directory.containers.seen(idOf(context)), idOf(context));
      requireOwned(tenant, service, container.id);
      return scimAnswer(projection(queryOf(context))(scimContainer(tenant, service, context.req.raw, container)));
    },
    ...(service.containers?.patch && {
      PATCH: async (context) => {
        const container = foundResource(directory.containers.get(idOf(context)), idOf(context));
        const saved = rename(tenant, container, await readScim(context.req.raw, URN.PatchOp));
        return scimAnswer(scimContainer(tenant, service, context.req.raw, saved));
      },
    }),
  });
}

/** Returns the ids of the containers that the account of a service sees; `undefined` = all. */
export function visibleContainers({ ownedContainers }: Tenant, { containers }: ScimService): Set<string> | undefined {
  return containers?.ownedOnly ? ownedContainers : undefined;
}

/**
 * Checks that the container is visible.
 * @throws {Refusal} 403 when the service user does not own the container (guide 004)
 */
export function requireOwned(tenant: Tenant, service: ScimService, containerId: string): void {
  if (!(visibleContainers(tenant, service)?.has(containerId) ?? true)) {
    throw new Refusal(403, 'User does not have access.');
  }
}

/** Lists the containers that the service user owns. Others are absent, which is not an error (fact sheet 3.5). */
function find(tenant: Tenant, service: ScimService, query: URLSearchParams, { skip, take }: Page) {
  const { directory } = tenant;
  const visible = visibleContainers(tenant, service);
  const filter = query.get('filter');
  if (filter === null && !visible) return directory.containers.list(skip, take);
  const terms = filter === null ? [] : readFilter(filter, CONTAINER_FILTERS);
  const key = terms.find(({ operator }) => operator === 'eq');
  const candidates = key ? directory.containers.seenByName(key.value) : directory.containers.seenAll();
  const rows = candidates.filter(
    ({ id, name }) => (visible?.has(id) ?? true) && terms.every((term) => passes(term, name)),
  );
  return { rows: rows.slice(skip, skip + take), total: rows.length };
}

/** Creates a container; the creator becomes Owner (fact sheet 6.7). Unique names within a parent are an assumption. */
function create(tenant: Tenant, service: ScimService, { name, parent: sent }: Json): ContainerRecord {
  const { directory } = tenant;
  if (typeof name !== 'string' || name.trim() === '')
    throw new Refusal(400, "Attribute 'name' is required.", 'invalidValue');
  const parent = sent === undefined || sent === null || sent === '' ? undefined : referenceOf(sent, 'parent');
  if (parent && !directory.containers.get(parent))
    throw new Refusal(400, "'parent' is not the id of a container.", 'invalidValue');
  if (parent) requireOwned(tenant, service, parent);
  requireUnique(tenant, name, parent);
  const container = directory.createContainer(name, parent);
  visibleContainers(tenant, service)?.add(container.id);
  return container;
}

function rename(tenant: Tenant, container: ContainerRecord, body: Json): ContainerRecord {
  const [operation, ...others] = readOperations(body, { name: undefined });
  const { op, value } = operation!;
  if (others.length > 0 || op === 'remove' || typeof value !== 'string' || value.trim() === '') {
    throw new Refusal(400, "Only one operation that replaces 'name' is simulated.", 'invalidValue');
  }
  requireUnique(tenant, value, container.parent, container.id);
  return tenant.directory.renameContainer(container, value);
}

function requireUnique({ directory }: Tenant, name: string, parent: string | undefined, own?: string): void {
  if (directory.containers.byName(name).some((other) => other.parent === parent && other.id !== own)) {
    throw new Refusal(409, "Attribute 'name' MUST be unique within its parent.", 'uniqueness');
  }
}

function scimContainer(
  { directory }: Tenant,
  service: ScimService,
  request: Request,
  container: ContainerRecord,
): Json {
  const ref = (collection: string, of: string) => pamRef(request, service, collection, of);
  const { id, name, parent } = container;
  return {
    schemas: [URN.Container],
    id,
    name,
    displayName: name,
    type: 'Folder',
    ...(parent && {
      parent: { value: parent, display: directory.containers.get(parent)?.name, $ref: ref('Containers', parent) },
    }),
    ...(service.containers?.privilegedData && {
      privilegedData: directory.secretsIn(id).map((secret) => ({
        value: secret.id,
        display: secret.name,
        type: 'Secret',
        $ref: ref('PrivilegedData', secret.id),
      })),
    }),
    meta: meta('Container', container),
  };
}

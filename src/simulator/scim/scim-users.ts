import type { Hono } from 'hono';
import type { UserFields, UserRecord } from '../directory/records.js';
import type { Json } from '../http/body.js';
import type { Page } from '../http/paging.js';
import { Refusal } from '../http/refusal.js';
import { idOf, queryOf, route } from '../http/routes.js';
import type { Tenant } from '../tenant.js';
import { findByName } from './find-by-name.js';
import { readOperations } from './patch-operations.js';
import { NAME_FILTERS } from './scim-filter.js';
import { foundResource, meta, projection, readScim, scimAnswer, scimList, URN, urlOf } from './scim-json.js';
import type { ScimService } from './scim-service.js';
import { readUserDocument, scimUser, USER_ATTRIBUTES, userDocument } from './scim-user-json.js';
import { patchUserDocument } from './user-patch.js';

/** Serves `/scim/v2/Users` of either service (guide 000, fact sheet 3.3). */
export function addScimUsers(app: Hono, tenant: Tenant, service: ScimService): void {
  const { directory } = tenant;
  const written = (id: string) => foundResource(directory.users.get(service.ids.User.resolve(id) ?? ''), id);
  route(app, '/Users', {
    GET: (context) => {
      const query = queryOf(context);
      const find = (page: Page) => findByName(directory.users, 'userName', NAME_FILTERS, query, page);
      return scimList(query, find, (user) => scimUser(tenant, service, context.req.raw, user));
    },
    POST: async ({ req }) => {
      const body = await readScim(req.raw, URN.User);
      return answerCreated(req.raw, service, create(tenant, readUserDocument(tenant, service, body)));
    },
  });
  route(app, '/Users/:id', {
    GET: (context) => {
      const user = foundResource(directory.users.seen(service.ids.User.resolve(idOf(context)) ?? ''), idOf(context));
      return scimAnswer(projection(queryOf(context))(scimUser(tenant, service, context.req.raw, user)));
    },
    PUT: async (context) => {
      const user = written(idOf(context));
      const body = await readScim(context.req.raw, URN.User);
      const saved = save(tenant, user, readUserDocument(tenant, service, body), Boolean(body.externalId));
      return scimAnswer(scimUser(tenant, service, context.req.raw, saved));
    },
    PATCH: async (context) => {
      const user = written(idOf(context));
      const operations = readOperations(await readScim(context.req.raw, URN.PatchOp), USER_ATTRIBUTES);
      const document = patchUserDocument(userDocument(tenant, service, user), operations);
      const correlated = operations.some(({ attribute, value }) => attribute === 'externalId' && Boolean(value));
      const saved = save(tenant, user, readUserDocument(tenant, service, document), correlated);
      const status = tenant.faults.conditions.patchAnswer ?? service.patchAnswer;
      if (status === 204) return new Response(null, { status });
      return scimAnswer(scimUser(tenant, service, context.req.raw, saved));
    },
    DELETE: (context) => {
      directory.deleteUser(written(idOf(context)).id);
      return new Response(null, { status: 204 });
    },
  });
}

/**
 * Creates a user. An existing userName is a conflict if the request has an externalId, and creates a duplicate
 * otherwise (guide 000).
 */
function create(tenant: Tenant, fields: UserFields): UserRecord {
  const taken = tenant.directory.users.byName(fields.userName).length > 0;
  if (taken && (fields.externalId || !tenant.options.duplicatesWithoutExternalId)) throw notUnique();
  return tenant.directory.createUser(fields);
}

/**
 * Saves a change of a user. If the user has an externalId that the request does not repeat, creates the duplicate that the
 * guide warns of: the response is a success, a second record has the change, and the first one stays as it was.
 */
function save(tenant: Tenant, user: UserRecord, fields: UserFields, correlated: boolean): UserRecord {
  if (user.externalId && !correlated && tenant.options.duplicatesWithoutExternalId) {
    return tenant.directory.createUser(fields, user.roles);
  }
  const renamed = fields.userName.toLowerCase() !== user.userName.toLowerCase();
  if (renamed && tenant.directory.users.byName(fields.userName).length > 0) throw notUnique();
  return tenant.directory.saveUser(user, fields);
}

function notUnique(): Refusal {
  return new Refusal(409, "Attribute 'userName' MUST be unique.", 'uniqueness');
}

/** Returns the partial response of guide 000's create example, with the Location of RFC 7644, 3.3. */
function answerCreated(request: Request, service: ScimService, user: UserRecord): Response {
  const id = service.ids.User.show(user.id);
  const location = urlOf(request, `Users/${id}`);
  const body: Json = {
    schemas: [URN.User],
    id,
    userName: user.userName,
    active: user.active,
    meta: meta('User', user, location),
  };
  return scimAnswer(body, 201, { location });
}

import type { Hono } from 'hono';
import { userFields } from '../directory/directory.js';
import type { UserRecord } from '../directory/records.js';
import type { Json } from '../http/body.js';
import type { Page } from '../http/paging.js';
import { idOf, queryOf, route } from '../http/routes.js';
import type { Tenant } from '../tenant.js';
import { findByName } from './find-by-name.js';
import { readOperations } from './patch-operations.js';
import { NAME_FILTERS } from './scim-filter.js';
import { foundResource, meta, projection, readScim, scimAnswer, scimList, URN, urlOf } from './scim-json.js';
import { readRoleNames } from './scim-roles.js';
import type { ScimService } from './scim-service.js';
import {
  readUserDocument,
  scimUser,
  USER_ATTRIBUTES,
  USER_ATTRIBUTES_WITH_ROLES,
  userDocument,
} from './scim-user-json.js';
import { create, save } from './user-names.js';
import { patchUserDocument } from './user-patch.js';

/** Serves `/Users` (guides 000 and 001, fact sheet 3.3 and 4.2). */
export function addScimUsers(app: Hono, tenant: Tenant, service: ScimService): void {
  const { directory } = tenant;
  const attributes = service.roles ? USER_ATTRIBUTES_WITH_ROLES : USER_ATTRIBUTES;
  const written = (id: string) => foundResource(directory.users.get(service.ids.User.resolve(id) ?? ''), id);
  route(app, '/Users', {
    GET: (context) => {
      const query = queryOf(context);
      const find = (page: Page) => findByName(directory.users, 'userName', NAME_FILTERS, query, page);
      return scimList(query, service, find, (user) => scimUser(tenant, service, context.req.raw, user));
    },
    POST: async ({ req }) => {
      const body = await readScim(req.raw, URN.User);
      return answerCreated(req.raw, service, create(tenant, service, readUserDocument(tenant, service, body)));
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
      const change = { fields: readUserDocument(tenant, service, body), correlated: Boolean(body.externalId) };
      const saved = save(tenant, service, user, change);
      return scimAnswer(scimUser(tenant, service, context.req.raw, saved));
    },
    PATCH: async (context) => {
      const user = written(idOf(context));
      const operations = readOperations(await readScim(context.req.raw, URN.PatchOp), attributes);
      const document = patchUserDocument(userDocument(tenant, service, user), operations);
      const correlated = operations.some(({ attribute, value }) => attribute === 'externalId' && Boolean(value));
      const fields = readUserDocument(tenant, service, document);
      const roles = service.roles ? readRoleNames(tenant, document.roles) : user.roles;
      const saved = save(tenant, service, user, { fields, correlated, roles });
      const status = tenant.faults.conditions.patchAnswer ?? service.patchAnswer;
      if (status === 204) return new Response(null, { status });
      return scimAnswer(scimUser(tenant, service, context.req.raw, saved));
    },
    DELETE: (context) => {
      const user = written(idOf(context));
      if (service.removalDisables) disable(tenant, user, idOf(context));
      else directory.deleteUser(user.id);
      return new Response(null, { status: 204 });
    },
  });
}

/** Disables a user instead of removing it. @throws {Refusal} 404 when it is disabled already (fact sheet 4.2) */
function disable({ directory }: Tenant, user: UserRecord, shownId: string): void {
  const found = foundResource(user.active ? user : undefined, shownId);
  directory.saveUser(found, { ...userFields(found), active: false });
}

/** Returns the partial response of guide 000's create example, with the Location of RFC 7644, 3.3. */
function answerCreated(request: Request, service: ScimService, user: UserRecord): Response {
  const id = service.ids.User.show(user.id);
  const location = urlOf(request, service, `Users/${id}`);
  const body: Json = {
    schemas: [URN.User],
    id,
    userName: user.userName,
    active: user.active,
    meta: meta('User', user, location),
  };
  return scimAnswer(body, 201, { location });
}

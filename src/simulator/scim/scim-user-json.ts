import { userFields } from '../directory/directory.js';
import { mergeFields, requireField, USER_CHECKS } from '../directory/fields.js';
import type { UserFields, UserRecord } from '../directory/records.js';
import { isObject, type Json } from '../http/body.js';
import { Refusal } from '../http/refusal.js';
import type { Tenant } from '../tenant.js';
import type { Attributes } from './patch-operations.js';
import { meta, refOf, URN, urlOf } from './scim-json.js';
import { roleValues, scimRoles } from './scim-roles.js';
import type { ScimService } from './scim-service.js';

/**
 * Attributes of a SCIM user; department and manager are in the enterprise extension (guide 000). Services with roles have
 * `roles` in addition.
 */
export const USER_ATTRIBUTES: Attributes = {
  userName: undefined,
  displayName: undefined,
  name: undefined,
  emails: undefined,
  phoneNumbers: undefined,
  active: undefined,
  externalId: undefined,
  title: undefined,
  department: URN.Enterprise,
  manager: URN.Enterprise,
};
export const USER_ATTRIBUTES_WITH_ROLES: Attributes = { ...USER_ATTRIBUTES, roles: undefined };

/** Returns the writable part of a user as a SCIM document, to which PATCH applies. Without a deleted manager. */
export function userDocument(tenant: Tenant, service: ScimService, user: UserRecord): Json {
  const { department, manager, ...core } = userFields(user);
  const known = manager && tenant.directory.users.get(manager.value);
  const enterprise = {
    ...(department && { department }),
    ...(known && { manager: { value: service.ids.User.show(known.id) } }),
  };
  return structuredClone({
    ...core,
    ...(service.roles && { roles: roleValues(tenant, user.roles) }),
    ...(Object.keys(enterprise).length > 0 && { [URN.Enterprise]: enterprise }),
  });
}

/**
 * Reads a whole user document (POST, PUT, or the outcome of a PATCH). Missing attributes are cleared; unknown and
 * read-only ones are ignored (RFC 7644, 3.5.1).
 * @throws {Refusal} 400 invalidValue
 */
export function readUserDocument(tenant: Tenant, service: ScimService, document: Json): UserFields {
  const enterprise = document[URN.Enterprise];
  requireField(document, 'userName');
  const { department: _department, manager: _manager, ...core } = document;
  const flat = { ...core, ...(isObject(enterprise) && enterprise) };
  const fields = mergeFields<UserFields>({ userName: '', active: true }, flat, USER_CHECKS);
  if (!fields.manager) return fields;
  const manager = service.ids.User.resolve(fields.manager.value);
  if (!manager || !tenant.directory.users.get(manager))
    throw new Refusal(400, "'manager' is not the id of a user.", 'invalidValue');
  return { ...fields, manager: { value: manager } };
}

/** Returns a user as JSON of this service. */
export function scimUser(tenant: Tenant, service: ScimService, request: Request, user: UserRecord): Json {
  const { [URN.Enterprise]: enterprise, ...core } = userDocument(tenant, service, user);
  const id = service.ids.User.show(user.id);
  const groups = tenant.directory.groupsOf(user.id).map((group) => {
    const value = service.ids.Group.show(group.id);
    return { value, display: group.displayName, $ref: refOf(request, service, 'Groups', value) };
  });
  return {
    schemas: enterprise ? [URN.User, URN.Enterprise] : [URN.User],
    id,
    ...core,
    groups,
    ...(service.roles && { roles: scimRoles(tenant, service, request, user.roles) }),
    ...(enterprise ? { [URN.Enterprise]: enterprise } : {}),
    meta: meta('User', user, urlOf(request, service, `Users/${id}`)),
  };
}

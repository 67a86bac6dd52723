import { mailOf, type UserFields, type UserRecord } from '../directory/records.js';
import { Refusal } from '../http/refusal.js';
import type { Tenant } from '../tenant.js';
import type { ScimService } from './scim-service.js';

interface UserChange {
  readonly fields: UserFields;
  /** Whether the request has an externalId. */
  readonly correlated: boolean;
  readonly roles?: readonly string[];
}

/** Creates a user by the rules of a service for a userName that is in use. @throws {Refusal} 409 uniqueness */
export function create(tenant: Tenant, service: ScimService, fields: UserFields): UserRecord {
  requireNewMail(tenant, service, fields);
  if (!isTaken(tenant, fields.userName)) return tenant.directory.createUser(fields);
  const mail = mailOf(fields);
  if (service.nameInUse === 'email' && mail && !isTaken(tenant, mail)) {
    return tenant.directory.createUser({ ...fields, userName: mail });
  }
  if (duplicates(tenant, service) && !fields.externalId) return tenant.directory.createUser(fields);
  throw notUnique('userName');
}

/**
 * Saves a change of a user. If the user has an externalId that the request does not repeat, creates the duplicate that the
 * guide warns of: the response is a success, a second record has the change, and the first one stays as it was.
 * @throws {Refusal} 409 uniqueness, 400 mutability
 */
export function save(
  tenant: Tenant,
  service: ScimService,
  user: UserRecord,
  { fields, correlated, roles = user.roles }: UserChange,
): UserRecord {
  if (user.externalId && !correlated && duplicates(tenant, service)) return tenant.directory.createUser(fields, roles);
  const renamed = fields.userName.toLowerCase() !== user.userName.toLowerCase();
  if (renamed && service.fixedUserName) {
    throw new Refusal(400, "Attribute 'userName' is immutable and cannot be changed.", 'mutability');
  }
  if (renamed && isTaken(tenant, fields.userName)) throw notUnique('userName');
  requireNewMail(tenant, service, fields, user.id);
  return tenant.directory.saveUser(user, fields, roles);
}

function isTaken({ directory }: Tenant, userName: string): boolean {
  return directory.users.byName(userName).length > 0;
}

function duplicates({ options }: Tenant, { nameInUse }: ScimService): boolean {
  return nameInUse === 'duplicate' && options.duplicatesWithoutExternalId;
}

/** Checks that no other user has the e-mail address, which the on-prem connector compares before names (fact sheet 4.2). */
function requireNewMail({ directory }: Tenant, { nameInUse }: ScimService, fields: UserFields, own?: string): void {
  const mail = mailOf(fields)?.toLowerCase();
  if (nameInUse !== 'email' || mail === undefined) return;
  for (const user of directory.users.all()) {
    if (user.id !== own && mailOf(user)?.toLowerCase() === mail) throw notUnique('emails');
  }
}

function notUnique(attribute: string): Refusal {
  return new Refusal(409, `Attribute '${attribute}' MUST be unique.`, 'uniqueness');
}

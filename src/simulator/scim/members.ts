import type { IdSpaces } from '../directory/identifiers.js';
import type { MemberType, UserRecord } from '../directory/records.js';
import { isObject } from '../http/body.js';
import { Refusal } from '../http/refusal.js';
import type { Tenant } from '../tenant.js';
import { referenceOf } from './scim-json.js';
import type { ScimService } from './scim-service.js';

/**
 * Reads the members of a request, one `{value}` or a list, as platform ids with their kind.
 * @throws {Refusal} 400 for an unknown id, or one whose kind differs from `type`
 */
export function readMembers(tenant: Tenant, service: ScimService, sent: unknown): [string, MemberType][] {
  return (Array.isArray(sent) ? sent : [sent]).map((member) => {
    const shown = referenceOf(member, 'members');
    const type = service.nestedGroups ? sentType(member) : 'User';
    const found = principal(tenant, service.ids, shown, type);
    if (!found) {
      throw new Refusal(400, `'members' has an unknown id: ${JSON.stringify(shown)}.`, 'invalidValue');
    }
    const user = tenant.directory.users.get(found[0]);
    if (user) requireActive(user, service, shown);
    return found;
  });
}

/** @throws {Refusal} 400 for a disabled user, where the service refuses one */
export function requireActive({ active }: UserRecord, { activeUsersOnly }: ScimService, shown: string): void {
  if (!active && activeUsersOnly) throw new Refusal(400, `'${shown}' not found or disabled.`, 'invalidValue');
}

function sentType(member: unknown): unknown {
  return isObject(member) ? member.type : undefined;
}

/**
 * Returns the user or group with an id of a surface, of any kind if the request names none.
 * @throws {Refusal} 400 if both have it
 */
export function principal(
  { directory }: Tenant,
  ids: IdSpaces,
  shown: string,
  type?: unknown,
): [string, MemberType] | undefined {
  const [user, group] = [ids.User.resolve(shown), ids.Group.resolve(shown)];
  const found: [string, MemberType][] = [];
  if (user && directory.users.get(user) && (type ?? 'User') === 'User') found.push([user, 'User']);
  if (group && directory.groups.get(group) && (type ?? 'Group') === 'Group') found.push([group, 'Group']);
  if (found.length > 1) throw new Refusal(400, `'${shown}' is a user and a group; send its type.`, 'invalidValue');
  return found[0];
}

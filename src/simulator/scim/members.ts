import type { MemberType } from '../directory/records.js';
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
    const found = principal(tenant, service, shown);
    const type = isObject(member) ? member.type : undefined;
    if (!found || (type !== undefined && type !== found[1])) {
      throw new Refusal(400, `'members' has an unknown id: ${JSON.stringify(shown)}.`, 'invalidValue');
    }
    return found;
  });
}

/** Returns the user or group with an id of this service. */
export function principal(
  { directory }: Tenant,
  { ids }: ScimService,
  shown: string,
): [string, MemberType] | undefined {
  const user = ids.User.resolve(shown);
  if (user && directory.users.get(user)) return [user, 'User'];
  const group = ids.Group.resolve(shown);
  return group && directory.groups.get(group) ? [group, 'Group'] : undefined;
}

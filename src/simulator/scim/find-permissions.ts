import type { MemberType, PermissionRecord } from '../directory/records.js';
import type { Page } from '../http/paging.js';
import type { Tenant } from '../tenant.js';
import { visibleContainers } from './containers.js';
import { requiredFilter } from './find-by-name.js';
import { PERMISSION_FILTERS, passes, readFilter, type Term } from './scim-filter.js';
import type { ScimService } from './scim-service.js';

/** Lists the permissions on visible containers that pass the filter of the query. */
export function findPermissions(tenant: Tenant, service: ScimService, query: URLSearchParams, { skip, take }: Page) {
  const { filterRequired, lenientFilters } = service.containers!;
  const filter = filterRequired ? requiredFilter(query, PERMISSION_FILTERS) : query.get('filter');
  const terms = filter === null ? [] : readFilter(filter, PERMISSION_FILTERS, lenientFilters);
  const visible = visibleContainers(tenant, service);
  const rows = candidates(tenant, service, terms).filter(
    (permission) =>
      (visible?.has(permission.container) ?? true) &&
      terms.every((term) => passes(term, attributeOf(tenant, service, permission, term.attribute))),
  );
  return { rows: rows.slice(skip, skip + take), total: rows.length };
}

/** Uses an index if the filter has an id. Only a filter by display name alone scans all rows. */
function candidates({ directory }: Tenant, { ids }: ScimService, terms: readonly Term[]): PermissionRecord[] {
  const value = (attribute: string) => terms.find((term) => term.attribute === attribute)?.value;
  const container = value('container.value');
  if (container !== undefined) return directory.seenPermissionsOf('container', container);
  const [user, group] = [value('user.value'), value('group.value')];
  if (user !== undefined) return directory.seenPermissionsOf('principal', ids.User.resolve(user) ?? '');
  if (group !== undefined) return directory.seenPermissionsOf('principal', ids.Group.resolve(group) ?? '');
  return directory.permissions.seenAll();
}

function attributeOf(
  tenant: Tenant,
  { ids }: ScimService,
  permission: PermissionRecord,
  attribute: string,
): string | undefined {
  const { container, principalType, principal } = permission;
  if (attribute === 'container.value') return container;
  const [kind, part] = attribute.split('.');
  if (kind !== principalType.toLowerCase()) return undefined;
  return part === 'value' ? ids[principalType].show(principal) : principalDisplay(tenant, principalType, principal);
}

/** Returns the display name of the user or group of a permission. */
export function principalDisplay({ directory }: Tenant, type: MemberType, id: string): string | undefined {
  if (type === 'Group') return directory.groups.get(id)?.displayName;
  const user = directory.users.get(id);
  return user?.displayName ?? user?.userName;
}

import type { PermissionRecord, Right, SecretRight } from '../directory/records.js';
import type { SecretServerData } from './secret-server-data.js';
import { displayNameOf } from './user-json.js';

/** Edit and Owner of folders, and Owner of secrets, were observed (thycotic-ps issues 215, 383); the others are assumptions. */
const FOLDER_ROLE_IDS: Readonly<Record<Right, number>> = { View: 6, Edit: 7, 'Add Secret': 8, Owner: 10 };
const SECRET_ROLE_IDS: Readonly<Record<SecretRight, number | null>> = {
  Owner: 11,
  Edit: 12,
  View: 13,
  List: 14,
  None: null,
};

/**
 * Returns a folder permission. That of a user has the user's personal group as `groupId` with an empty name as well, so
 * only `userId` distinguishes users from groups (thycotic-ps issue 383). A single read of a group's has the `userId` 0, and a
 * row null (OpenAPI 11.7.2, thycotic-ps issue 215); only a row has a domain.
 */
export function permissionSummary(data: SecretServerData, entry: PermissionRecord) {
  const { id, container, principalType, principal, right, secretRight = 'None' } = entry;
  const user = principalType === 'User' ? data.seenUser(principal) : undefined;
  const group = principalType === 'Group' ? data.seenGroup(principal) : undefined;
  return {
    id: Number(id),
    folderId: Number(container),
    folderAccessRoleId: FOLDER_ROLE_IDS[right],
    folderAccessRoleName: right,
    secretAccessRoleId: SECRET_ROLE_IDS[secretRight],
    secretAccessRoleName: secretRight,
    groupId: data.numberOf('Group', principal),
    groupName: group?.displayName ?? '',
    userId: principalType === 'User' ? data.numberOf('User', principal) : null,
    userName: user?.userName ?? '',
    knownAs: user ? displayNameOf(user) : (group?.displayName ?? ''),
    domainName: data.local(principal).domain ?? '',
  };
}

/** Returns a single permission (FolderPermissionModel). */
export function permissionModel(data: SecretServerData, entry: PermissionRecord) {
  const { domainName: _domainName, ...row } = permissionSummary(data, entry);
  return { ...row, userId: row.userId ?? 0 };
}

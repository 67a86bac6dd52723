import type { Resource } from '../resource.js';
import { container } from './container/container.js';
import { containerPermission } from './container-permission/container-permission.js';
import { group } from './group/group.js';
import { role } from './role/role.js';
import { roleBinding } from './role-binding/role-binding.js';
import { user } from './user/user.js';

/** Every kind there is. A new kind is a folder beside these and a line here. */
export const resources: readonly Resource[] = [user, group, container, role, containerPermission, roleBinding];

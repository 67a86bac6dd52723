import type { Holder, Stack } from './guarded-stack.js';
import { groupHolder } from './guarded-stack.js';
import type { Random } from './random.js';

/** By resource: the attribute that is not known at plan, and of members those that are. */
export type Unknown = ReadonlyMap<string, { readonly attribute: string; readonly members?: readonly Holder[] }>;

/** Draws values of managed objects that are not known at plan, and returns the stack that they turn into at worst. */
export function drawUnknown(before: Stack, after: Stack, random: Random): { unknown: Unknown; worst: Stack } {
  const share = random.pick([0.02, 0.1, 0.4]);
  const [some, whole] = [random.chance(0.5), random.chance(0.5)];
  const unknown = new Map<string, { attribute: string; members?: readonly Holder[] }>();
  const isDrawn = (map: ReadonlyMap<string, unknown>, key: string) => map.has(key) && random.chance(share);
  const users = new Map(after.users);
  for (const name of after.users.keys()) {
    if (!some || !isDrawn(before.users, name)) continue;
    unknown.set(name, { attribute: 'active' });
    users.set(name, 'disabled');
  }
  const groups = new Map(after.groups);
  for (const [name, members] of after.groups) {
    if (!isDrawn(before.groups, name) || members.length === 0) continue;
    const known = whole ? [] : random.some(members, 0.5);
    unknown.set(groupHolder(name), { attribute: whole ? 'members' : 'some members', members: known });
    groups.set(name, known);
  }
  const rights = new Map(after.rights);
  for (const [key, edge] of after.rights) {
    if (!isDrawn(before.rights, key)) continue;
    unknown.set(`container-permission ${key}`, { attribute: 'right' });
    rights.set(key, { ...edge, right: 'View' });
  }
  return { unknown, worst: { ...after, users, groups, rights } };
}

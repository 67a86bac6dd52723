import * as z from 'zod';

const type = z.enum(['user', 'group']);
const aboutType = { description: 'Whether the principal is a `user` or a `group`.' };
const id = z.string().min(1);
const aboutId = {
  refersTo: ['user', 'group'],
  refersBy: 'principalType',
  description: 'Id of the user or group.',
};

/** The principal of an edge: a user or a group. Changing it replaces the edge. */
export const principalType = type.meta({ ...aboutType, replace: true });
export const principalId = id.meta({ ...aboutId, replace: true });

/** The principal in an element of an authoritative set. */
export const principal = { principalType: type.meta(aboutType), principalId: id.meta(aboutId) };

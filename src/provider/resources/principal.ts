import * as z from 'zod';

const type = z.enum(['user', 'group']);
const aboutType = { description: 'Whether the principal is a `user` or a `group`.' };
const id = z.string().min(1);
const aboutId = {
  refersTo: ['user', 'group'],
  refersBy: 'principalType',
  description: 'Id of the user or group.',
};

/** A principal is a user or a group; an edge names it by kind and id, and with another it is another edge. */
export const principalType = type.meta({ ...aboutType, replace: true });
export const principalId = id.meta({ ...aboutId, replace: true });

/** The same in an element of a set of edges. */
export const principal = { principalType: type.meta(aboutType), principalId: id.meta(aboutId) };

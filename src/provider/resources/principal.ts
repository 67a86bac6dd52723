import { z } from 'zod';

/** A principal is a user or a group; an edge names it by kind and id. */
export const principalType = z
  .enum(['user', 'group'])
  .meta({ replace: true, description: 'Whether the principal is a `user` or a `group`.' });

export const principalId = z
  .string()
  .min(1)
  .meta({
    replace: true,
    refersTo: ['user', 'group'],
    refersBy: 'principalType',
    description: 'Id of the user or group.',
  });

import type { Hono } from 'hono';
import { userFields } from '../directory/directory.js';
import type { UserRecord } from '../directory/records.js';
import type { Json } from '../http/body.js';
import { idOf, route } from '../http/routes.js';
import { edit, usersWith } from './group-members.js';
import { found, id, ids, readData, type SecretServerContext, type SecretServerEnv } from './request.js';
import type { SecretServerData } from './secret-server-data.js';

type Operation = (data: SecretServerData, user: UserRecord, context: SecretServerContext, body: Json) => void;

const setActive = (active: boolean): Operation => {
  return (data, user) => {
    data.requireLocal('User', user.id);
    data.directory.saveUser(user, { ...userFields(user), active });
  };
};
const setLocked = (isLockedOut: boolean): Operation => {
  return ({ directory }, user) => directory.saveLocal(user.id, { isLockedOut });
};

/** The operations, by path. Assumption: force-logout ends the launcher sessions of a user too. */
const OPERATIONS: Readonly<Record<string, Operation>> = {
  disable: setActive(false),
  enable: setActive(true),
  lock: setLocked(true),
  unlock: setLocked(false),
  'force-logout': ({ directory }, user) => directory.endSessions(user.id),
  'add-to-group': (data, user, context, { groupId }) => edit(data, context, groupId, (users) => users.add(user.id)),
  'remove-from-group': (data, user, context, { groupId }) =>
    edit(data, context, groupId, (users) => users.delete(user.id)),
};

/** Serves `/bulk-user-operations` and their progress. Each is complete at once. */
export function addBulkOperations(app: Hono<SecretServerEnv>, data: SecretServerData): void {
  const started: string[] = [];
  for (const [name, operation] of Object.entries(OPERATIONS)) {
    const fields = { userIds: ids, ...(name.endsWith('-group') && { groupId: id }) };
    route(app, `/bulk-user-operations/${name}`, {
      POST: async (context) => {
        const body = await readData(context.req.raw, fields, Object.keys(fields));
        for (const user of usersWith(data, body.userIds)) {
          operation(data, user, context, body);
          data.audit(context.get('caller'), 'User', { id: user.id, name: user.userName }, name.toUpperCase());
        }
        started.push(`bulk-${started.length + 1}`);
        return Response.json({ bulkOperationId: started.at(-1) });
      },
    });
  }
  route(app, '/bulk-operations/:id/progress', {
    GET: (context) => {
      const identifier = found(
        started.find((operation) => operation === idOf(context)),
        'Bulk operation',
      );
      return Response.json({ identifier, isComplete: true, percentageComplete: 100, statusMessage: '', errors: [] });
    },
  });
}

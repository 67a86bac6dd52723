import type { Hono } from 'hono';
import { idOf, route } from '../http/routes.js';
import { records } from './lists.js';
import type { SecretServerEnv } from './request.js';
import type { Audit, SecretServerData } from './secret-server-data.js';
import { displayNameOf } from './user-json.js';

/** Serves the audits of the writes through this surface, newest first (an assumption), in the shapes of OpenAPI 11.7.2. */
export function addAudits(app: Hono<SecretServerEnv>, data: SecretServerData): void {
  const of = (kind: Audit['kind'], id?: string) =>
    data.audits.filter((audit) => audit.kind === kind && (id === undefined || audit.id === id)).reverse();
  route(app, '/users/:id/audit', {
    GET: (context) => {
      const id = data.resolve('User', idOf(context));
      const user = data.seenUser(id);
      return records(context, of('User', id), ({ action, dateRecorded, notes, caller, name }) => ({
        action,
        databaseName: '',
        dateRecorded,
        displayName: caller.name,
        displayNameAffected: user ? displayNameOf(user) : name,
        ipAddress: '127.0.0.1',
        machineName: '',
        notes,
        userId: caller.userId,
        userIdAffected: Number(idOf(context)),
      }));
    },
  });
  route(app, '/groups/audit', {
    GET: (context) =>
      records(context, of('Group'), ({ action, dateRecorded, notes, caller, name }) => ({
        action,
        dateRecorded,
        notes: notes ? `${name}: ${notes}` : name,
        userDisplayName: caller.name,
        userId: caller.userId,
      })),
  });
  route(app, '/role-audits', {
    GET: (context) =>
      records(context, of('Role'), (audit) => ({
        id: data.audits.indexOf(audit) + 1,
        action: audit.action,
        auditType: 'Role',
        databaseName: '',
        dateRecorded: audit.dateRecorded,
        machineName: '',
        notes: audit.notes ? `${audit.name}: ${audit.notes}` : audit.name,
        userName: audit.caller.name,
      })),
  });
  route(app, '/folders/:id/audit', {
    GET: (context) =>
      records(context, of('Folder', idOf(context)), (audit) => ({
        action: audit.action,
        auditFolderId: data.audits.indexOf(audit) + 1,
        dateRecorded: audit.dateRecorded,
        displayName: audit.caller.name,
        notes: audit.notes,
      })),
  });
}

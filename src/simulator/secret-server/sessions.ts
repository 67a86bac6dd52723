import type { Hono } from 'hono';
import type { SessionRecord } from '../directory/records.js';
import { route } from '../http/routes.js';
import { Filter, records } from './lists.js';
import { id, invalid, oneOf, readWrite, type SecretServerContext, type SecretServerEnv, text } from './request.js';
import type { SecretServerData } from './secret-server-data.js';
import { displayNameOf } from './user-json.js';

/**
 * Serves the recorded sessions of launchers, and ends one. The secret of all sessions needs a comment to view: its sessions are
 * left out unless `filter.includeRestricted` is true (OpenAPI 11.7.2).
 */
export function addSessions(app: Hono<SecretServerEnv>, data: SecretServerData): void {
  const list = (context: SecretServerContext) => {
    const filter = new Filter(context);
    const [active, userIds] = [filter.text('active')?.toLowerCase(), filter.numbers('userIds')];
    const rows = sessionsIn(data)
      .filter(() => filter.flag('includeRestricted'))
      .filter((session) => active === undefined || String(session.active) === active)
      .filter((session) => !userIds || userIds.includes(data.numberOf('User', session.userId)));
    return records(context, rows, (session) => sessionModel(data, session));
  };
  route(app, '/recorded-sessions', { GET: list });
  route(app, '/secrets/launcher-sessions', {
    PATCH: async ({ req }) => {
      const action = oneOf('Terminate', 'LimitSession', 'MessageOnly');
      const fields = { action, secretSessionId: id, secretId: id, message: text };
      const body = await readWrite(req.raw, fields, ['action', 'secretSessionId']);
      const session = sessionsIn(data).find(
        (candidate) => data.shownNumber('session', candidate.id) === body.secretSessionId,
      );
      if (!session?.active) throw invalid('There is no active session with this id.');
      if (body.action === 'Terminate') data.directory.endSessions(session.userId, session.id);
      return Response.json({ success: true });
    },
  });
}

function sessionsIn(data: SecretServerData): SessionRecord[] {
  return data.users().flatMap(({ id: user }) => data.directory.sessionsOf(user));
}

/** Times and secret are not simulated. */
function sessionModel(data: SecretServerData, session: SessionRecord): object {
  const user = data.seenUser(session.userId)!;
  return {
    secretSessionId: data.shownNumber('session', session.id),
    secretId: 1,
    secretName: 'Simulated secret',
    userId: data.numberOf('User', user.id),
    userName: user.userName,
    userNameForDisplay: displayNameOf(user),
    accessedByName: displayNameOf(user),
    active: session.active,
    launcherName: 'Simulated launcher',
    launcherSessionGuid: session.id,
    launcherSessionStatus: session.active ? 'Active' : 'Ended',
    machineName: '',
    startDate: user.created,
    endDate: null,
  };
}

import type { Hono } from 'hono';
import { route } from '../http/routes.js';
import { invalid, type SecretServerEnv } from './request.js';
import type { SecretServerData } from './secret-server-data.js';

/** Serves the synchronisation with the Platform. It is complete at once. */
export function addPlatform(app: Hono<SecretServerEnv>, data: SecretServerData): void {
  route(app, '/platform/synchronization-now', {
    POST: () => {
      if (!data.mirror) throw invalid('Secret Server is not integrated with the Platform.');
      data.synchronise();
      return Response.json(true);
    },
  });
  route(app, '/platform/synchronization', {
    GET: () => {
      const startDateTime = data.mirror?.startDateTime ?? null;
      const dates = { startDateTime, endDateTime: startDateTime, nextSynchronizationDateTime: null };
      return Response.json({ ...dates, errorCount: 0, lastSyncGroupsCreated: 0, lastLogEntry: '' });
    },
  });
}

import { Hono } from 'hono';
import type { AuditEventRecord } from '../directory/records.js';
import { answerRefusal, Refusal } from '../http/refusal.js';
import { queryOf, route } from '../http/routes.js';
import type { Tenant } from '../tenant.js';

/** The most events of a page (SEKOIA-IO/automation-library requests as many). */
const PAGE = 1000;

/**
 * Serves the Platform's audit (fact sheet 1.6): oldest first; `OrderBy` has no effect. Only the administrator's actions
 * have events (`admin.audit`); the fields of an event are a part of those in the tests of SEKOIA-IO/intake-formats. The
 * refusals are assumptions.
 */
export function auditApp(tenant: Tenant): Hono {
  const app = new Hono().basePath('/audit/api');
  app.use('*', async (context, next) => {
    const credential = tenant.tokens.identify(context.req.header('authorization') ?? null);
    if (!credential) throw new Refusal(401, 'Missing, wrong or expired token.', 'Unauthorized');
    if (credential.surface !== 'platform-identity')
      throw new Refusal(403, 'This token is not for the audit.', 'Forbidden');
    await next();
  });
  route(app, '/audit-events', {
    GET: (context) => {
      const query = queryOf(context);
      if (query.get('api-version') !== '2.0') throw new Refusal(400, 'api-version must be 2.0.', 'Invalid');
      const [start, end] = [timeIn(query, 'StartDateTime'), timeIn(query, 'EndDateTime')];
      const [page, size] = [numberIn(query, 'Page'), Math.min(PAGE, numberIn(query, 'PageSize'))];
      const found = tenant.directory.events.filter(({ at }) => at >= start && at <= end);
      const auditEvents = found.slice((page - 1) * size, page * size).map(eventModel);
      return Response.json({ auditEvents, totalCount: found.length });
    },
  });
  app.notFound(({ req }) => answerRefusal(new Refusal(404, 'No such path.', 'NotFound'), req.path));
  app.onError((error, { req }) => answerRefusal(error, req.path));
  return app;
}

function timeIn(query: URLSearchParams, name: string): string {
  const time = Date.parse(query.get(name) ?? '');
  if (Number.isNaN(time)) throw new Refusal(400, `${name} must be a time.`, 'Invalid');
  return new Date(time).toISOString();
}

function numberIn(query: URLSearchParams, name: string): number {
  const number = Number(query.get(name));
  if (!Number.isInteger(number) || number < 1) throw new Refusal(400, `${name} must be a number from 1.`, 'Invalid');
  return number;
}

function eventModel({ actor, action, target, at }: AuditEventRecord, index: number): object {
  return {
    eventMessageId: `event-${at}-${index}`,
    eventDateTime: at,
    displayMessage: '',
    level: 'SecurityAudit',
    service: { type: 'Identity' },
    actor: { type: 'user', name: actor, displayName: actor },
    target: { ...target, platformId: target.id, displayName: target.name },
    eventType: { name: action },
  };
}

import type { Hono } from 'hono';
import type { SessionRecord } from '../directory/records.js';
import { idOf, route } from '../http/routes.js';
import { Filter, records } from './lists.js';
import { flag, found, invalid, readWrite, type SecretServerEnv, text } from './request.js';
import type { SecretServerData } from './secret-server-data.js';
import { displayNameOf } from './user-json.js';

/**
 * Serves the secrets that are or were checked out, one for each check-out of the directory; other secrets are not simulated.
 * No call lists check-outs: a client looks for `checkedOut` in the rows (OpenAPI 11.7.2). A check-in for another user needs
 * `forceCheckIn` (SecretRestrictedArgs); status and text of the refusal are assumptions. All of these secrets need a comment to
 * view: such secrets are left out unless `filter.includeRestricted` is true.
 */
export function addCheckouts(app: Hono<SecretServerEnv>, data: SecretServerData): void {
  route(app, '/secrets', {
    GET: (context) => {
      const filter = new Filter(context);
      const rows = checkoutsIn(data).map((checkout) => secretSummary(data, checkout));
      return records(
        context,
        rows.filter(({ name }) => filter.flag('includeRestricted') && filter.matches(name)),
        (row) => row,
      );
    },
  });
  route(app, '/secrets/:id/check-in', {
    POST: async (context) => {
      const raw = context.req.raw;
      const args = raw.body ? await readWrite(raw, { forceCheckIn: flag, comment: text }) : {};
      const checkout = checkoutsIn(data).find(
        (candidate) => String(data.shownNumber('secret', candidate.id)) === idOf(context),
      );
      const { userId, id, active } = found(checkout, 'Secret');
      if (!active) throw invalid('The secret is not checked out.');
      const isOwn = data.numberOf('User', userId) === context.get('caller').userId;
      if (!isOwn && args.forceCheckIn !== true) throw invalid('The secret is checked out by another user.');
      data.directory.endCheckouts(userId, id);
      return Response.json(secretSummary(data, { userId, id, active: false }));
    },
  });
}

function checkoutsIn(data: SecretServerData): SessionRecord[] {
  return data.users().flatMap(({ id }) => data.directory.checkoutsOf(id));
}

function secretSummary(data: SecretServerData, checkout: SessionRecord) {
  const { active, userId } = checkout;
  const id = data.shownNumber('secret', checkout.id);
  return {
    id,
    name: `Simulated secret ${id}`,
    folderId: -1,
    active: true,
    checkedOut: active,
    checkOutEnabled: true,
    checkOutUserId: active ? data.numberOf('User', userId) : -1,
    checkOutUserName: active ? displayNameOf(data.seenUser(userId)!) : '',
  };
}

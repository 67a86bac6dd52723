import type { Tenant } from '../api/tenant.js';
import { DelineaError } from '../model/errors.js';
import type { Principal } from '../model/principal.js';
import type { IdTranslator } from './id-translator.js';

/**
 * Sessions or check-outs that stay open after the log-in of an account is disabled (guide 000: clean-up is
 * asynchronous).
 */
export interface OpenSessions {
  /** `sessions`. */
  readonly what: string;
  /** The number of open sessions or check-outs; undefined if unknown. */
  readonly open?: number;
  /** Why they could not be read. If this and `open` are unset, no configured surface lists them. */
  readonly unread?: string;
}

/** The lists to count, and the setting of a surface that holds the path of each. */
const WORK = [
  { what: 'sessions', at: 'sessionsPath' },
  { what: 'check-outs', at: 'checkoutsPath' },
] as const;

/** Counts the open sessions and check-outs of an account. A failed read is reported and does not stop the others. */
export function readOpenSessions(
  tenant: Tenant,
  translator: IdTranslator,
  account: Principal,
): Promise<OpenSessions[]> {
  const surfaces = Object.values(tenant.settings.surfaces).filter(({ serves }) => account.kind in serves);
  return Promise.all(
    WORK.map(async ({ what, at }) => {
      const lists = surfaces.flatMap((surface) => (surface[at] === undefined ? [] : [{ surface, path: surface[at] }]));
      if (lists.length === 0) return { what };
      try {
        const counts = await Promise.all(
          lists.map(async ({ surface, path }) => {
            const id = await translator.toSurface(account.kind, account.id, surface);
            if (id === undefined) {
              throw new DelineaError('not_found', `the account is not visible on the ${surface.title}`);
            }
            return tenant.countOpen(surface, path, id, what);
          }),
        );
        return { what, open: counts.reduce((sum, count) => sum + count, 0) };
      } catch (error) {
        if (!(error instanceof DelineaError)) throw error;
        return { what, unread: error.message };
      }
    }),
  );
}

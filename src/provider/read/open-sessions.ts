import type { Tenant } from '../api/tenant.js';
import { DelineaError } from '../model/errors.js';
import type { Principal } from '../model/principal.js';
import type { IdTranslator } from './id-translator.js';

/** What of an account goes on after its login is disabled (guide 000: clean-up is asynchronous). */
export interface OpenSessions {
  /** `sessions`. */
  readonly what: string;
  /** How many are open; undefined where that is not known. */
  readonly open?: number;
  /** Why it could not be read; neither this nor `open`: no surface is known to tell. */
  readonly unread?: string;
}

/** Kinds of open work, and where a surface's row names the way to them. */
const WORK = [
  { what: 'sessions', at: 'sessionsPath' },
  { what: 'check-outs', at: 'checkoutsPath' },
] as const;

/** Asks every surface that is known to tell. A read that fails is said and does not stop the others. */
export function readOpenSessions(tenant: Tenant, identity: IdTranslator, account: Principal): Promise<OpenSessions[]> {
  const surfaces = Object.values(tenant.settings.surfaces).filter(({ serves }) => account.kind in serves);
  return Promise.all(
    WORK.map(async ({ what, at }) => {
      const telling = surfaces.flatMap((surface) =>
        surface[at] === undefined ? [] : [{ surface, path: surface[at] }],
      );
      if (telling.length === 0) return { what };
      try {
        const counts = await Promise.all(
          telling.map(async ({ surface, path }) => {
            const id = await identity.toSurface(account.kind, account.id, surface);
            if (id === undefined) {
              throw new DelineaError('not_found', `the account does not show on the ${surface.title}`);
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

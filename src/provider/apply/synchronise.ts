import type { Tenant } from '../api/tenant.js';
import { DelineaError } from '../model/errors.js';
import type { ResourceChange } from '../model/plan.js';
import type { Synchronisation } from '../settings/activity.js';
import { type ConfiguredSurface, unsetVariables } from '../settings/configured-surface.js';
import { surfaces } from '../settings/surfaces.js';
import type { ApplyIo } from './apply-context.js';

/** A surface that copies users and groups of another product, and the creates that it has not copied yet. */
interface Copy {
  readonly surface: ConfiguredSurface;
  readonly request: Synchronisation;
  /** Keys of the creates that are not finished. */
  readonly pending: Set<string>;
  created: boolean;
}

/**
 * Has Secret Server copy the users and groups that a run creates on the Platform (guide 004: a new group may be missing there
 * until a synchronisation). Sends the request once, after the last of these creates, while the steps that refer to the new
 * objects wait for them.
 */
export class Synchroniser {
  private readonly copies: readonly Copy[];

  constructor(
    private readonly tenant: Tenant,
    changes: readonly ResourceChange[],
    private readonly log: ApplyIo['log'],
    /** Receives the failure of a synchronisation, which is not one of the apply. */
    private readonly warn: (message: string) => void,
  ) {
    this.copies = Object.values(surfaces).flatMap((row) => {
      const surface = tenant.settings.surfaces[row.name];
      const { synchronisation: request } = row;
      if (!request || !surface || unsetVariables(row, surface).length > 0) return [];
      const creates = changes.filter(
        ({ delinea: { operation, kind, surface: home } }) =>
          operation === 'create' && request.kinds.includes(kind) && request.from.includes(home),
      );
      return [{ surface, request, pending: new Set(creates.map(({ delinea }) => delinea.key)), created: false }];
    });
  }

  /** Records that a step is finished, and synchronises after the last create. Never throws an error of the service. */
  async finished(key: string, succeeded: boolean): Promise<void> {
    for (const copy of this.copies) {
      if (!copy.pending.delete(key)) continue;
      copy.created ||= succeeded;
      if (copy.created && copy.pending.size === 0) await this.synchronise(copy);
    }
  }

  private async synchronise({ surface, request }: Copy): Promise<void> {
    const { path, state, dates } = request;
    const what = `synchronisation of ${surface.title}`;
    try {
      const last = await this.tenant.send(surface, { method: 'GET', path: state, access: 'read', what });
      // Without an earlier synchronisation this is another product, not a copy of the Platform.
      if (!dates.some((date) => typeof last?.[date] === 'string')) return;
      const event = { address: surface.name, kind: 'synchronisation', label: what, operation: 'none' } as const;
      await this.log({ ...event, outcome: 'sending' });
      await this.tenant.send(surface, { method: 'POST', path, access: 'write', what });
      await this.log({ ...event, outcome: 'written' });
    } catch (error) {
      if (!(error instanceof DelineaError)) throw error;
      this.warn(`new users and groups may appear late in ${surface.title}: POST ${path} failed: ${error.message}`);
    }
  }
}

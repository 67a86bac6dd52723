import type { Tenant } from '../api/tenant.js';
import { DelineaError } from '../model/errors.js';
import type { Step } from '../model/plan.js';
import type { Synchronisation } from '../settings/activity.js';
import { type ConfiguredSurface, unsetVariables } from '../settings/configured-surface.js';
import { surfaces } from '../settings/surfaces.js';
import type { ApplyIo } from './apply-context.js';

/** A surface that copies users and groups of another product. */
interface Copy {
  readonly surface: ConfiguredSurface;
  readonly request: Synchronisation;
  /** The synchronisation that runs, and the one that follows it. */
  running: Promise<void>;
  next?: Promise<void> | undefined;
  /** Whether the products are connected; undefined: it was not read yet. */
  isConnected?: boolean;
  /** Nothing more is sent: the products are not connected, or a synchronisation failed. */
  isOff: boolean;
}

/**
 * Has Secret Server copy the users and groups that a run creates on the Platform (guide 004: a new group may be missing there
 * until a synchronisation). One runs at a time, and those that become due meanwhile are sent as one.
 */
export class Synchroniser {
  private readonly copies: readonly Copy[];

  constructor(
    private readonly tenant: Tenant,
    private readonly log: ApplyIo['log'],
  ) {
    this.copies = Object.values(surfaces).flatMap((row) => {
      const surface = tenant.settings.surfaces[row.name];
      const { synchronisation: request } = row;
      if (!request || !surface || unsetVariables(row, surface).length > 0) return [];
      return [{ surface, request, running: Promise.resolve(), isOff: false }];
    });
  }

  /** Returns whether a step creates an object that another surface copies. */
  isDueAfter(step: Step): boolean {
    return this.copiesOf(step).length > 0;
  }

  /**
   * Synchronises after a create, so that steps that wait for it find the object. Never throws an error of the service.
   * @param warn receives the failure of a synchronisation, which is not one of the apply
   */
  async run(step: Step, warn: (message: string) => void): Promise<void> {
    await Promise.all(
      this.copiesOf(step).map((copy) => {
        copy.next ??= copy.running.then(() => {
          copy.next = undefined;
          copy.running = this.synchronise(copy, warn);
          return copy.running;
        });
        return copy.next;
      }),
    );
  }

  private copiesOf({ operation, kind, surface: home }: Step): Copy[] {
    if (operation !== 'create') return [];
    return this.copies.filter(
      ({ isOff, request }) => !isOff && request.kinds.includes(kind) && request.from.includes(home),
    );
  }

  /** Reads whether there was an earlier synchronisation. Without one, this is another product, not a copy of the Platform. */
  private async isConnected({ surface, request: { state, dates } }: Copy, what: string): Promise<boolean> {
    const last = await this.tenant.send(surface, { method: 'GET', path: state, access: 'read', what });
    return dates.some((date) => typeof last?.[date] === 'string');
  }

  private async synchronise(copy: Copy, warn: (message: string) => void): Promise<void> {
    if (copy.isOff) return;
    const { surface, request } = copy;
    const { path } = request;
    const what = `synchronisation of ${surface.title}`;
    try {
      copy.isConnected ??= await this.isConnected(copy, what);
      copy.isOff = !copy.isConnected;
      if (copy.isOff) return;
      const event = { address: surface.name, kind: 'synchronisation', label: what, operation: 'none' } as const;
      await this.log({ ...event, outcome: 'sending' });
      await this.tenant.send(surface, { method: 'POST', path, access: 'write', what });
      await this.log({ ...event, outcome: 'written' });
    } catch (error) {
      copy.isOff = true;
      if (!(error instanceof DelineaError)) throw error;
      warn(`new users and groups may appear late in ${surface.title}: POST ${path} failed: ${error.message}`);
    }
  }
}

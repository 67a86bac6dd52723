import { applyChange } from '../apply/apply-change.js';
import { DelineaError, DelineaErrors } from '../model/errors.js';
import { isEdge, objectKey } from '../model/keys.js';
import type { ResourceChange } from '../model/plan.js';
import type { RemoteObject } from '../model/wire.js';
import type { InstanceState, ResourceInstance } from './instance.js';
import { type Memory, memoryAfter } from './memory.js';
import { openApplyContext, type SessionContext } from './session-context.js';
import { reducesAnyAccess } from './session-guard.js';
import { despiteDeletions, withReviewedBefore } from './stale-plan.js';
import type { Warning } from './warnings.js';

/** The outcome of applying one instance. */
export interface Applied {
  /** As it was read back; unset: there is nothing, or it could not be read. */
  readonly live?: InstanceState | undefined;
  readonly memory: Memory;
  /** The id of a created object, known as soon as the API returns it. */
  readonly created?: string | undefined;
  readonly warnings: readonly Warning[];
  /** Why it did not end as planned. */
  readonly error?: DelineaError | DelineaErrors | undefined;
}

/** One apply of one instance. If it fails half-way, its writes still count, and what it did not do is not counted. */
export class Attempt {
  readonly warnings: Warning[] = [];
  private created: string | undefined;
  private hasWritten = false;
  private isCarriedOut = false;
  /** The change that the guards count on. */
  private tracked: ResourceChange | undefined;
  /** Keys of the removals that are counted. */
  private counted: readonly string[] = [];
  private begun: ResourceChange | undefined;

  constructor(
    private readonly session: SessionContext,
    private readonly instance: ResourceInstance,
  ) {}

  /** Announces the change to the guards. */
  track(change: ResourceChange): void {
    this.tracked = change;
    this.session.changes.track(change);
  }

  /** Withdraws the announced change: it happens at another address, or not at all. */
  untrack(): void {
    if (this.tracked) this.session.changes.drop(this.tracked);
    this.tracked = undefined;
  }

  warn(message: string): void {
    this.warnings.push({ message });
  }

  /**
   * Checks a change against the guards and carries it out, as it was reviewed.
   * @param planAgain returns the change as it is by now
   * @returns the live object afterwards, in ids of its surface; undefined: none, or a set
   */
  async carryOut(change: ResourceChange, planAgain: () => Promise<ResourceChange>): Promise<RemoteObject | undefined> {
    const { session, instance } = this;
    const reviewed = withReviewedBefore(session, instance, change);
    await this.enforceGuards(reviewed);
    this.begun = reviewed;
    const context = openApplyContext(session, {
      warnings: this.warnings,
      own: (id) => this.own(id, reviewed),
      wrote: () => {
        this.hasWritten = true;
      },
    });
    const live = await despiteDeletions(
      session.ownership,
      reviewed,
      (current) => applyChange(context, current, session.abort),
      async () => withReviewedBefore(session, instance, await planAgain()),
    );
    session.abort.done();
    this.isCarriedOut = true;
    return live;
  }

  /**
   * Runs the work and returns its outcome. Throws nothing, so that writes before a failure are remembered.
   * @param explain extends an error, and settles what others wait for
   */
  async run(
    work: () => Promise<InstanceState | undefined>,
    explain: (error: DelineaError) => Promise<DelineaError>,
  ): Promise<Applied> {
    const { warnings } = this;
    try {
      const live = await work();
      return { live, memory: this.memory(this.begun !== undefined), created: this.created, warnings };
    } catch (reason) {
      const errors = errorsOf(reason);
      const isUncertain = errors.some(({ uncertain, code }) => uncertain || code === 'not_converged');
      // A failed grant was not made. A failed removal may have happened all the same.
      if (this.tracked && !reducesAnyAccess(this.tracked)) this.untrack();
      if (!isUncertain && !this.hasWritten) this.session.guard.uncount(this.counted);
      for (const error of errors) this.session.abort.failed(error);
      const explained = await Promise.all(errors.map(explain));
      const [error, ...others] = explained;
      return {
        memory: this.memoryAfterFailure(isUncertain),
        // An authoritative set without a single write is not created: the next apply finds what exists.
        created: this.instance.resource.authoritativeFor && !this.hasWritten ? undefined : this.created,
        warnings,
        error: others.length > 0 ? new DelineaErrors(explained) : error,
      };
    }
  }

  private async enforceGuards(change: ResourceChange): Promise<void> {
    const { guard, tenant } = this.session;
    if (!reducesAnyAccess(change)) return;
    if (this.instance.memory?.planned?.unchecked && tenant.settings.allowance.removals === undefined)
      throw unchecked(change);
    this.track(change);
    await guard.enforce(change, false);
    this.counted = await guard.enforceRemovals(change);
  }

  private own(id: string, { delinea }: ResourceChange): void {
    const { type, authoritativeFor } = this.instance.resource;
    // Each edge of a set is recorded; the id of the set is its scope.
    this.created = authoritativeFor ? delinea.id : id;
    if (!authoritativeFor && !isEdge(this.instance.resource)) this.session.ownership.markApplied(objectKey(type, id));
  }

  /** Returns the memory without what belongs to the plan alone. */
  private memory(isDone: boolean): Memory {
    const { instance, begun, session } = this;
    const { planned, ...kept } = instance.memory ?? {};
    if (!instance.declared || !begun || !isDone) return kept;
    return memoryAfter(session.shared, instance, begun.delinea);
  }

  private memoryAfterFailure(isUncertain: boolean): Memory {
    const { resource, state } = this.instance;
    const isNew = this.created !== undefined && !state && !resource.authoritativeFor;
    const memory = this.memory(this.hasWritten || isUncertain);
    return isNew && !this.isCarriedOut ? { ...memory, neverVisible: true } : memory;
  }
}

/** An apply does not know the changes that are still to come, so only a plan can check their number. */
function unchecked({ delinea }: ResourceChange): DelineaError {
  return new DelineaError(
    'refused_by_guard',
    `${delinea.label}: planned without access to the tenant, so no guard has checked it`,
    {
      hint: 'The provider block was not known then. Plan again now. If it stays unknown:',
      remedy: { kind: 'allowRemovals', count: 1, soFar: true },
    },
  );
}

function errorsOf(reason: unknown): readonly DelineaError[] {
  if (reason instanceof DelineaErrors) return reason.errors;
  if (reason instanceof DelineaError) return [reason];
  return [new DelineaError('rejected', `internal error: ${String(reason)}`, { cause: reason })];
}

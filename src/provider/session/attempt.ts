import { applyChange } from '../apply/apply-change.js';
import { DelineaError, DelineaErrors } from '../model/errors.js';
import { isEdge, objectKey } from '../model/keys.js';
import type { ResourceChange } from '../model/plan.js';
import type { RemoteObject } from '../model/wire.js';
import { allowedCount } from '../settings/allowance.js';
import type { InstanceState, ResourceInstance } from './instance.js';
import { allowancesForApply, refuseMissingAllowances } from './plan-allowances.js';
import { type PrivateState, privateStateAfter, recentLosses } from './private-state.js';
import { openApplyContext, type SessionContext } from './session-context.js';
import { isRename, reducesAnyAccess } from './session-guard.js';
import { refuseNewlyReplaced, retryAfterDeletions, withReviewedBefore } from './stale-plan.js';
import type { Warning } from './warnings.js';

/** The outcome of applying one instance. */
export interface Applied {
  /** The instance as it was read back; unset if it does not exist or could not be read. */
  readonly live?: InstanceState | undefined;
  readonly privateState: PrivateState;
  /** The id of a created object, known as soon as the API returns it. */
  readonly created?: string | undefined;
  readonly warnings: readonly Warning[];
  /** The reason why the apply did not end as planned. */
  readonly error?: DelineaError | DelineaErrors | undefined;
}

/**
 * One apply of one instance. If it fails half-way, the writes that were made are recorded, and the others are not
 * counted.
 */
export class Attempt {
  readonly warnings: Warning[] = [];
  private created: string | undefined;
  private hasWritten = false;
  private isCarriedOut = false;
  /** The change that is tracked for the guards. */
  private tracked: ResourceChange | undefined;
  /** Keys of the removals that are counted. */
  private counted: readonly string[] = [];
  private begun: ResourceChange | undefined;
  /** The losses of the change, for the limits of the next day. */
  private losses: NonNullable<PrivateState['losses']> = [];

  constructor(
    private readonly session: SessionContext,
    private readonly instance: ResourceInstance,
  ) {}

  /** Tracks the change for the guards. */
  track(change: ResourceChange): void {
    this.tracked = change;
    this.session.changes.track(change);
  }

  /** Stops tracking the change, because it happens at another address or not at all. */
  untrack(): void {
    if (this.tracked) this.session.changes.drop(this.tracked);
    this.tracked = undefined;
  }

  warn(message: string): void {
    this.warnings.push({ message });
  }

  /**
   * Checks the reviewed change against the guards and makes it.
   * @param planAgain plans the change again on the live state
   * @returns the live object afterwards, in ids of its surface; undefined for an authoritative set, or if there is no
   * object
   */
  async carryOut(change: ResourceChange, planAgain: () => Promise<ResourceChange>): Promise<RemoteObject | undefined> {
    const { session, instance } = this;
    const reviewed = withReviewedBefore(session, instance, change);
    await refuseNewlyReplaced(session.shared, instance, reviewed);
    await this.enforceGuards(reviewed);
    this.begun = reviewed;
    const context = openApplyContext(session, {
      warnings: this.warnings,
      own: (id) => this.own(id, reviewed),
      wrote: () => {
        this.hasWritten = true;
      },
    });
    const live = await retryAfterDeletions(
      session.ownership,
      reviewed,
      (current) => applyChange(context, current, session.abort),
      async () => withReviewedBefore(session, instance, await planAgain()),
    );
    session.abort.done();
    this.isCarriedOut = true;
    await session.synchroniser.run(reviewed.delinea, (message) => this.warn(message));
    return live;
  }

  /**
   * Runs the work and returns its outcome. Never throws, so that writes before a failure are recorded.
   * @param explain extends an error, and releases work that waits for this instance
   */
  async run(
    work: () => Promise<InstanceState | undefined>,
    explain: (error: DelineaError) => Promise<DelineaError>,
  ): Promise<Applied> {
    const { warnings } = this;
    try {
      const live = await work();
      return {
        live,
        privateState: this.currentPrivateState(this.begun !== undefined),
        created: this.created,
        warnings,
      };
    } catch (reason) {
      const errors = errorsOf(reason);
      const isUncertain = errors.some(({ uncertain, code }) => uncertain || code === 'not_converged');
      // A failed grant has no effect. A failed removal may have happened nevertheless.
      if (this.tracked && !reducesAnyAccess(this.tracked)) this.untrack();
      if (!isUncertain && !this.hasWritten) this.session.guard.uncount(this.counted);
      for (const error of errors) this.session.abort.failed(error);
      const explained = await Promise.all(errors.map(explain));
      const [error, ...others] = explained;
      return {
        privateState: this.privateStateAfterFailure(isUncertain),
        // A set that has not written anything is not recorded as created; the next apply reads its live edges.
        created: this.instance.resource.authoritativeFor && !this.hasWritten ? undefined : this.created,
        warnings,
        error: others.length > 0 ? new DelineaErrors(explained) : error,
      };
    }
  }

  private async enforceGuards(change: ResourceChange): Promise<void> {
    const { guard, names, tenant } = this.session;
    const { state, privateState: { planned } = {} } = this.instance;
    const { allowances } = tenant.settings;
    const reduces = reducesAnyAccess(change);
    if (reduces || isRename(change)) refuseMissingAllowances(change.delinea.label, planned?.allowances, allowances);
    if (isRename(change)) guard.enforceRename(change);
    if (!reduces) return;
    guard.refuseBesideSiblings(change, true);
    const isUnchecked = planned?.unchecked === true;
    if (isUnchecked && !allowedCount(allowances, 'removals')) throw unchecked(change);
    this.track(change);
    await names.refuse();
    // Terraform does not pass on what the plan recorded for an object without a state, so it is counted again.
    await guard.enforce(change, isUnchecked || !state ? 'every' : false);
    this.counted = await guard.enforceRemovals(change);
    // A resource that is no longer declared keeps no private state.
    if (!this.instance.declared) return;
    const at = new Date().toISOString();
    const recent = recentLosses(this.instance.privateState).length;
    this.losses = (await guard.lossesToRemember(change, recent)).map((lost) => ({ at, lost }));
  }

  private own(id: string, { delinea }: ResourceChange): void {
    const { type, authoritativeFor } = this.instance.resource;
    // Each edge of a set is recorded; the id of the set is its scope.
    this.created = authoritativeFor ? delinea.id : id;
    if (!authoritativeFor && !isEdge(this.instance.resource)) this.session.ownership.markApplied(objectKey(type, id));
  }

  /**
   * Returns the private state without the outcome of the plan, which is valid for one apply. It keeps the allowances as the
   * next read of this run sets them, so that a refresh finds no difference.
   */
  private currentPrivateState(isDone: boolean): PrivateState {
    const { instance, begun, session } = this;
    const { planned: _, ...kept } = instance.privateState ?? {};
    const allowances = allowancesForApply(session.tenant.settings.allowances);
    const marks = allowances && { planned: { allowances } };
    if (!instance.declared || !begun || !isDone) return { ...kept, ...marks };
    const losses = [...recentLosses(instance.privateState), ...this.losses];
    const after = privateStateAfter(session.shared, instance, begun.delinea);
    return { ...after, ...(losses.length > 0 ? { losses } : {}), ...marks };
  }

  private privateStateAfterFailure(isUncertain: boolean): PrivateState {
    const { resource, state } = this.instance;
    const isNew = this.created !== undefined && !state && !resource.authoritativeFor;
    const privateState = this.currentPrivateState(this.hasWritten || isUncertain);
    return isNew && !this.isCarriedOut ? { ...privateState, neverVisible: true } : privateState;
  }
}

/**
 * Returns the error for a removal that no guard has checked. An apply does not know its later changes, so only a plan
 * can check their number.
 */
function unchecked({ delinea }: ResourceChange): DelineaError {
  return new DelineaError(
    'refused_by_guard',
    `${delinea.label}: planned without access to the tenant, so no guard has checked this removal`,
    {
      hint: 'The provider block had unknown values. Plan again now that they are known. If they stay unknown:',
      remedy: { kind: 'allowRemovals', count: 1, soFar: true },
    },
  );
}

function errorsOf(reason: unknown): readonly DelineaError[] {
  if (reason instanceof DelineaErrors) return reason.errors;
  if (reason instanceof DelineaError) return [reason];
  return [new DelineaError('rejected', `internal error: ${String(reason)}`, { cause: reason })];
}

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

/** What became of one piece. */
export interface Applied {
  /** As it was read back; unset: there is nothing, or it could not be read. */
  readonly live?: InstanceState | undefined;
  readonly memory: Memory;
  /** The id of what was made, known as soon as the service told it. */
  readonly made?: string | undefined;
  readonly warnings: readonly Warning[];
  /** It did not end as planned. */
  readonly error?: DelineaError | DelineaErrors | undefined;
}

/** One apply of one piece. What it has done stays true where the rest fails, and what it has not done is not counted. */
export class Attempt {
  readonly warnings: Warning[] = [];
  private made: string | undefined;
  private hasWritten = false;
  private isCarriedOut = false;
  /** What the guards of this run count on. */
  private noted: ResourceChange | undefined;
  /** Keys of the removals that are counted. */
  private counted: readonly string[] = [];
  private begun: ResourceChange | undefined;

  constructor(
    private readonly session: SessionContext,
    private readonly instance: ResourceInstance,
  ) {}

  /** Tells the guards what it is going to do. */
  note(change: ResourceChange): void {
    this.noted = change;
    this.session.guard.track(change);
  }

  /** What it was going to do happens elsewhere, or not at all. */
  unnote(): void {
    if (this.noted) this.session.guard.drop(this.noted);
    this.noted = undefined;
  }

  warn(message: string): void {
    this.warnings.push({ message });
  }

  /**
   * Judges a change and carries it out, as it was reviewed.
   * @param anew the change on a new look
   * @returns the live object afterwards, in ids of its surface; undefined: none, or a set
   */
  async carryOut(change: ResourceChange, anew: () => Promise<ResourceChange>): Promise<RemoteObject | undefined> {
    const { session, instance } = this;
    const reviewed = withReviewedBefore(session, instance, change);
    await this.refuseLosses(reviewed);
    this.begun = reviewed;
    const applying = openApplyContext(session, {
      warnings: this.warnings,
      own: (id) => {
        // Of a set every edge is told; its own id is its place.
        this.made = instance.resource.authoritativeFor ? reviewed.delinea.id : id;
        if (!instance.resource.authoritativeFor && !isEdge(instance.resource))
          session.ownership.markApplied(objectKey(instance.resource.type, id));
      },
      wrote: () => {
        this.hasWritten = true;
      },
    });
    const live = await despiteDeletions(
      session.ownership,
      reviewed,
      (current) => applyChange(applying, current, session.abort),
      async () => withReviewedBefore(session, instance, await anew()),
    );
    session.abort.done();
    this.isCarriedOut = true;
    return live;
  }

  /**
   * Does the work, to its end or its fault. Throws nothing: what was done counts.
   * @param explain says more of a fault, and settles what others wait for
   */
  async run(
    work: () => Promise<InstanceState | undefined>,
    explain: (error: DelineaError) => Promise<DelineaError>,
  ): Promise<Applied> {
    const { warnings } = this;
    try {
      const live = await work();
      return { live, memory: this.memory(this.begun !== undefined), made: this.made, warnings };
    } catch (reason) {
      const errors = faultsOf(reason);
      const isUnsure = errors.some(({ uncertain, code }) => uncertain || code === 'not_converged');
      // Who was to be given something has not got it. What was to be taken away may be gone for all that.
      if (this.noted && !reducesAnyAccess(this.noted)) this.unnote();
      if (!isUnsure && !this.hasWritten) this.session.guard.uncount(this.counted);
      for (const error of errors) this.session.abort.failed(error);
      const said = await Promise.all(errors.map(explain));
      const isNew = this.made !== undefined && !this.instance.state && !this.instance.resource.authoritativeFor;
      const visibility = isNew && !this.isCarriedOut ? { neverVisible: true } : {};
      const memory = { ...this.memory(this.begun !== undefined && (this.hasWritten || isUnsure)), ...visibility };
      const [error, ...others] = said;
      // A set of which nothing was given is not made: the next apply finds what is there.
      const made = this.instance.resource.authoritativeFor && !this.hasWritten ? undefined : this.made;
      return { memory, made, warnings, error: others.length > 0 ? new DelineaErrors(said) : error };
    }
  }

  private async refuseLosses(change: ResourceChange): Promise<void> {
    const { guard, tenant } = this.session;
    if (!reducesAnyAccess(change)) return;
    const isUnjudged = this.instance.memory?.planned?.unchecked && tenant.settings.allowance.removals === undefined;
    if (isUnjudged) throw unjudged(change);
    this.note(change);
    await guard.enforce(change, false);
    this.counted = await guard.enforceRemovals(change);
  }

  /** What is only of the plan is not for the next one. */
  private memory(isDone: boolean): Memory {
    const { instance, begun, session } = this;
    const { planned, ...kept } = instance.memory ?? {};
    if (!instance.declared || !begun || !isDone) return kept;
    return memoryAfter(session.shared, instance, begun.delinea);
  }
}

/** The guards count over a plan; in an apply nobody tells what is still to come. */
function unjudged({ delinea }: ResourceChange): DelineaError {
  return new DelineaError(
    'refused_by_guard',
    `${delinea.label}: planned without sight of the tenant, so no guard has judged it`,
    {
      hint: 'The provider block was not known then. Plan again now; if it stays unknown, allow_removals on the provider lets it through.',
    },
  );
}

function faultsOf(reason: unknown): readonly DelineaError[] {
  if (reason instanceof DelineaErrors) return reason.errors;
  if (reason instanceof DelineaError) return [reason];
  return [new DelineaError('rejected', `internal error: ${String(reason)}`, { cause: reason })];
}

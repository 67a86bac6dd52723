import pLimit from 'p-limit';
import { DelineaError } from '../model/errors.js';
import type { ResourceChange, Step } from '../model/plan.js';
import { AbortPolicy } from './abort-policy.js';
import { applyChange, logFailure } from './apply-change.js';
import type { ApplyContext } from './apply-context.js';
import { Synchroniser } from './synchronise.js';

export interface ApplyFailure {
  readonly address: string;
  readonly label: string;
  readonly error: DelineaError;
}

/** Applies the changes of a plan, each as soon as the changes before it are done. @param warn receives other failures */
export async function runSteps(
  context: ApplyContext,
  changes: readonly ResourceChange[],
  warn: (message: string) => void,
): Promise<{ done: number; failures: readonly ApplyFailure[] }> {
  const acting = changes.filter(({ delinea }) => delinea.operation !== 'none');
  const runner = new StepRunner(context, acting, warn);
  // Wait for all steps even if the log cannot be written: the caller releases locks, so nothing may still be running.
  const outcomes = await runner.run(acting);
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
  const failures = runner.failures.sort((left, right) => left.address.localeCompare(right.address));
  return { done: runner.done, failures };
}

/** A change, and the changes that it waits for. */
interface OrderedChange {
  readonly change: ResourceChange;
  readonly earlier: readonly ResourceChange[];
  /** Whether it needs a change that waits for it. */
  readonly circular: boolean;
}

/**
 * Orders the changes so that each comes after those that it waits for. Groups may be members of each other: a change does
 * not wait for one that waits for it. Does not recurse: a chain may be as long as the plan.
 */
function inOrder(changes: readonly ResourceChange[], byKey: ReadonlyMap<string, ResourceChange>): OrderedChange[] {
  const ordered: OrderedChange[] = [];
  const seen = new Set<string>();
  /** Keys of the changes that wait for the current one, and its own. */
  const waiting = new Set<string>();
  const trail: (OrderedChange & { visited: number })[] = [];
  const visit = (change: ResourceChange) => {
    const { key, after, needs: needed = [] } = change.delinea;
    if (seen.has(key)) return;
    seen.add(key);
    waiting.add(key);
    const earlier = after.flatMap((other) => (waiting.has(other) ? [] : (byKey.get(other) ?? [])));
    trail.push({ change, earlier, circular: needed.some((other) => waiting.has(other)), visited: 0 });
  };
  for (const change of changes) {
    visit(change);
    for (let current = trail.at(-1); current; current = trail.at(-1)) {
      const next = current.earlier[current.visited++];
      if (next) visit(next);
      else {
        trail.pop();
        waiting.delete(current.change.delinea.key);
        ordered.push(current);
      }
    }
  }
  return ordered;
}

class StepRunner {
  done = 0;
  readonly failures: ApplyFailure[] = [];
  private readonly abort = new AbortPolicy();
  private readonly limit: ReturnType<typeof pLimit>;
  private readonly synchroniser: Synchroniser;
  /** Keys of the creates that another surface copies and that are not finished. */
  private readonly copied: Set<string>;
  private hasCreated = false;
  private readonly byKey: ReadonlyMap<string, ResourceChange>;
  private readonly started = new Map<string, Promise<boolean>>();

  constructor(
    private readonly context: ApplyContext,
    changes: readonly ResourceChange[],
    private readonly warn: (message: string) => void,
  ) {
    this.synchroniser = new Synchroniser(context.tenant, context.io.log);
    const due = changes.filter(({ delinea }) => this.synchroniser.isDueAfter(delinea));
    this.copied = new Set(due.map(({ delinea }) => delinea.key));
    this.limit = pLimit(context.tenant.settings.concurrency);
    this.byKey = new Map(changes.map((change) => [change.delinea.key, change]));
  }

  /** Runs all changes, each once and after the changes that it waits for. */
  run(changes: readonly ResourceChange[]): Promise<PromiseSettledResult<boolean>[]> {
    for (const ordered of inOrder(changes, this.byKey)) {
      this.started.set(ordered.change.delinea.key, this.runAfterOthers(ordered));
    }
    return Promise.allSettled(this.started.values());
  }

  private async runAfterOthers({ change, earlier, circular }: OrderedChange): Promise<boolean> {
    const succeeded = await Promise.all(earlier.map(({ delinea }) => this.started.get(delinea.key)!));
    const failed = earlier.find((other, index) => !succeeded[index] && needs(change.delinea, other.delinea));
    const done = await this.limit(() => this.attempt(change, failed, circular));
    if (this.copied.delete(change.delinea.key)) await this.synchronise(change.delinea, done);
    return done;
  }

  /** Synchronises after the last create, while the steps that refer to the new objects wait for it. */
  private async synchronise(step: Step, succeeded: boolean): Promise<void> {
    this.hasCreated ||= succeeded;
    if (this.hasCreated && this.copied.size === 0) await this.synchroniser.run(step, this.warn);
  }

  private async attempt(
    change: ResourceChange,
    failed: ResourceChange | undefined,
    circular: boolean,
  ): Promise<boolean> {
    const { context, abort } = this;
    const { address, delinea: step } = change;
    try {
      abort.check(context.io.signal);
      if (failed) throw new DelineaError('skipped', `not attempted, because ${failed.address} failed`);
      if (circular) {
        throw new DelineaError('skipped', 'skipped: circular dependency', {
          hint: 'Remove depends_on, or make the change in two applies.',
        });
      }
      await applyChange(context, change, abort);
      abort.done();
      this.done++;
      this.report(step, false);
      return true;
    } catch (reason) {
      const error = asDelineaError(reason);
      abort.failed(error);
      // The write may have reached the tenant.
      if (error.uncertain) context.wrote();
      this.failures.push({ address, label: step.label, error: error.at(address) });
      await logFailure(context, change, error);
      this.report(step, true);
      return false;
    }
  }

  private report({ label, operation }: Step, failed: boolean): void {
    const done = this.done + this.failures.length;
    this.context.io.progress?.({ done, total: this.byKey.size, label, operation, failed });
  }
}

/**
 * Returns whether a step must not run after an earlier one has failed. A deactivation or revocation runs anyway, unless
 * it needs that step, and so does an update after a deactivation: an off-boarding takes an account out of its groups even
 * if the login stays enabled.
 */
function needs(step: Step, earlier: Step): boolean {
  const removesAccess = step.operation === 'deactivate' || step.operation === 'revoke';
  const leavesGroup = step.operation === 'update' && earlier.operation === 'deactivate';
  return !(removesAccess || leavesGroup) || (step.needs?.includes(earlier.key) ?? false);
}

function asDelineaError(reason: unknown): DelineaError {
  if (reason instanceof DelineaError) return reason;
  return new DelineaError('rejected', `internal error: ${String(reason)}`, {
    hint: 'This is a bug. Please report it with this message.',
    cause: reason,
  });
}

import pLimit from 'p-limit';
import type { Tenant } from '../api/tenant.js';
import { gatherEvidence } from '../guard/evidence.js';
import { enforceGuards, guardInputOf } from '../guard/guards.js';
import { DelineaError } from '../model/errors.js';
import type { Plan, ResourceChange, Step } from '../model/plan.js';
import { UsedConsents } from '../plan/used-consents.js';
import { IdTranslator } from '../read/id-translator.js';
import { Snapshot } from '../read/snapshot.js';
import { openReader } from '../read/tenant-reader.js';
import type { Allowance } from '../settings/settings.js';
import { AbortPolicy } from './abort-policy.js';
import { logFailure, perform, performSet } from './apply-change.js';
import type { ApplyContext, ApplyIo } from './apply-context.js';
import { Locks } from './locks.js';
import { poll } from './read-back.js';

export interface ApplyFailure {
  readonly address: string;
  readonly label: string;
  readonly error: DelineaError;
}

export interface ApplyResult {
  /** Steps that ended as planned. */
  readonly done: number;
  readonly failures: readonly ApplyFailure[];
  readonly notes: readonly { readonly address: string; readonly message: string }[];
  /** Every step ended as planned and was read back. */
  readonly converged: boolean;
  /** Whether any write reached the tenant. */
  readonly written: boolean;
}

/**
 * Carries out a plan: its steps and no others, each only while the live object is what the plan saw. The fault of one
 * step is that step's; what needs it is not attempted.
 * @throws DelineaError `stale_plan` when the plan was made for another tenant, `refused_by_guard` when it takes away more
 * than the allowance names; nothing has been written then
 */
export async function applyPlan(
  tenant: Tenant,
  plan: Plan,
  io: ApplyIo,
  allowance: Allowance = {},
): Promise<ApplyResult> {
  if (plan.delinea.tenant !== tenant.settings.url) {
    throw new DelineaError(
      'stale_plan',
      `the plan was made for ${plan.delinea.tenant}, not for ${tenant.settings.url}`,
      {
        hint: 'Plan again with these settings.',
      },
    );
  }
  await recheckGuards(tenant, plan, allowance);
  let written = false;
  const notes: { address: string; message: string }[] = [];
  const applying: ApplyContext = {
    tenant,
    translator: new IdTranslator(new Snapshot(tenant), plan.delinea.names),
    locks: new Locks(),
    io,
    usedConsents: new UsedConsents(io.usedConsents?.() ?? []),
    ids: new Map(
      plan.resource_changes.flatMap(({ address, deposed, delinea }) =>
        delinea.id === undefined || deposed ? [] : [[address, delinea.id]],
      ),
    ),
    visible: (ask, otherwise) => poll(tenant.settings.visibilityMs, ask, otherwise),
    note: (_, address, message) => void notes.push({ address, message }),
    wrote: () => {
      written = true;
    },
  };
  const outcome = await runAll(applying, plan.resource_changes);
  return { ...outcome, notes, written, converged: outcome.failures.length === 0 };
}

/**
 * The guards once more, on what lives now: a plan may be hours old, or come from a file, and the other Owner that it
 * counted on may be gone.
 */
async function recheckGuards(tenant: Tenant, plan: Plan, allowance: Allowance): Promise<void> {
  const input = guardInputOf(plan);
  enforceGuards(input, tenant.settings, allowance);
  const evidence = await gatherEvidence(openReader(tenant, plan.delinea.names), input.steps);
  enforceGuards({ ...input, evidence }, tenant.settings, allowance);
}

/** Runs every step as soon as those it needs are done. */
async function runAll(
  applying: ApplyContext,
  changes: readonly ResourceChange[],
): Promise<{ done: number; failures: ApplyFailure[] }> {
  const acting = changes.filter(({ delinea }) => delinea.operation !== 'none');
  const byKey = new Map(acting.map((change) => [change.delinea.key, change]));
  const limit = pLimit(applying.tenant.settings.concurrency);
  const started = new Map<string, Promise<boolean>>();
  const failures: ApplyFailure[] = [];
  let done = 0;
  const end = new AbortPolicy();

  const report = ({ label, operation }: Step, failed: boolean) =>
    applying.io.progress?.({ done: done + failures.length, total: acting.length, label, operation, failed });

  const run = (change: ResourceChange, trail: readonly string[]): Promise<boolean> => {
    const { key } = change.delinea;
    let promise = started.get(key);
    if (promise) return promise;
    promise = runOne(change, [...trail, key]);
    started.set(key, promise);
    return promise;
  };

  async function runOne(change: ResourceChange, trail: readonly string[]): Promise<boolean> {
    const { delinea: step, address } = change;
    // Objects that hold each other in the tenant must not wait for each other.
    const needed = step.after.flatMap((key) => (trail.includes(key) ? [] : (byKey.get(key) ?? [])));
    const ready = await Promise.all(needed.map((other) => run(other, trail)));
    const isNeeded = ({ delinea }: ResourceChange) => isDependent(step) || step.needs?.includes(delinea.key);
    const missing = needed.find((other, index) => !ready[index] && isNeeded(other));
    const waiting = step.needs?.some((key) => trail.includes(key));
    return limit(async () => {
      try {
        if (applying.io.signal?.aborted) throw new DelineaError('cancelled', 'not attempted: the run was stopped');
        if (end.reason) throw end.reason;
        if (missing) throw new DelineaError('skipped', `not attempted, because ${missing.address} failed`);
        if (waiting) {
          throw new DelineaError('skipped', 'not attempted: it waits for what waits for it', {
            hint: 'Take depends_on away, or do it in two applies.',
          });
        }
        if (step.edgeSteps) await performSet(applying, change, step.edgeSteps, end);
        else await perform(applying, change);
        end.done();
        done++;
        report(step, false);
        return true;
      } catch (reason) {
        const error =
          reason instanceof DelineaError
            ? reason
            : new DelineaError('rejected', `internal error: ${String(reason)}`, { cause: reason });
        end.failed(error);
        // Nobody knows: the tenant may not be as it was.
        if (error.uncertain) applying.wrote();
        failures.push({ address, label: step.label, error: error.at(address) });
        await logFailure(applying, change, error);
        report(step, true);
        return false;
      }
    });
  }

  // All of them, also where the log cannot be written any more: whoever gives back the locks must know that nothing runs.
  const outcomes = await Promise.allSettled(acting.map((change) => run(change, [])));
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
  failures.sort((left, right) => left.address.localeCompare(right.address));
  return { done, failures };
}

/** Disabling an account or taking a right away is right even where something before it failed; giving and deleting are not. */
function isDependent({ operation }: Step): boolean {
  return operation !== 'deactivate' && operation !== 'revoke';
}

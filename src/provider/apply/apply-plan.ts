import type { Tenant } from '../api/tenant.js';
import { gatherEvidence } from '../guard/evidence.js';
import { enforceGuards, guardInputOf } from '../guard/guards.js';
import { DelineaError } from '../model/errors.js';
import type { Plan } from '../model/plan.js';
import { UsedConsents } from '../plan/used-consents.js';
import { IdTranslator } from '../read/id-translator.js';
import { poll } from '../read/poll.js';
import { Snapshot } from '../read/snapshot.js';
import { openReader } from '../read/tenant-reader.js';
import type { ApplyContext, ApplyIo } from './apply-context.js';
import { Locks } from './locks.js';
import { type ApplyFailure, runSteps } from './run-steps.js';
import { type Disabled, sessionNotes } from './session-notes.js';

export interface ApplyNote {
  /** Address of a resource, or empty. */
  readonly address: string;
  readonly message: string;
  readonly level?: 'warning';
}

export interface ApplyResult {
  /** Number of steps that were done as planned. */
  readonly done: number;
  readonly failures: readonly ApplyFailure[];
  readonly notes: readonly ApplyNote[];
  /** Whether every step was done as planned and read back. */
  readonly converged: boolean;
  /** Whether any write reached the tenant. */
  readonly written: boolean;
}

/**
 * Applies a plan: only its steps, and each only while the live object is what the plan saw. If a step fails, only the
 * steps that need it are skipped.
 * @throws DelineaError `stale_plan` when the plan was made for another tenant, `refused_by_guard` when it removes more
 * than the allowances permit; nothing has been written then
 */
export async function applyPlan(tenant: Tenant, plan: Plan, io: ApplyIo): Promise<ApplyResult> {
  refuseOtherTenant(plan.delinea.tenant, tenant.settings.url);
  await recheckGuards(tenant, plan);
  tenant.permitWrites();
  let written = false;
  const notes: ApplyNote[] = [];
  const disabled: Disabled[] = [];
  const context: ApplyContext = {
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
    // Noted at the end, so that lists which have all accounts are read once.
    disabled: async (entry) => void disabled.push(entry),
    wrote: () => {
      written = true;
    },
  };
  const outcome = await runSteps(context, plan.resource_changes, (message) =>
    notes.push({ address: '', message, level: 'warning' }),
  );
  for (const { address, message } of await sessionNotes(tenant, context.translator, disabled))
    notes.push({ address, message });
  return { ...outcome, notes, written, converged: outcome.failures.length === 0 };
}

/**
 * Refuses to apply a plan to another tenant: a copy of a tenant has the same ids.
 * @param planned the tenant that the plan was made for: its URL, or `Settings.target`
 * @throws DelineaError `stale_plan`
 */
export function refuseOtherTenant(planned: string, now: string): void {
  if (planned === now) return;
  throw new DelineaError('stale_plan', `the plan was made for ${planned}, not for ${now}`, {
    hint: 'Plan again with these settings.',
  });
}

/**
 * Enforces the guards again with the current tenant: a plan may be hours old or come from a file, and the other Owner
 * that it relied on may be gone.
 */
async function recheckGuards(tenant: Tenant, plan: Plan): Promise<void> {
  const input = guardInputOf(plan);
  enforceGuards(input, tenant.settings);
  const { retired, earlier } = input.evidence;
  const evidence = await gatherEvidence(openReader(tenant, plan.delinea.names), input.steps, undefined, {
    retired,
    earlier,
  });
  enforceGuards({ ...input, evidence }, tenant.settings);
}

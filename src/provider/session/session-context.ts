import type { Tenant } from '../api/tenant.js';
import type { AbortPolicy } from '../apply/abort-policy.js';
import type { ApplyContext, ApplyIo } from '../apply/apply-context.js';
import type { Locks } from '../apply/locks.js';
import { sessionNotes } from '../apply/session-notes.js';
import type { Synchroniser } from '../apply/synchronise.js';
import { nameKey } from '../model/keys.js';
import type { DuplicateIndex } from '../plan/duplicates.js';
import type { LookAlikes } from '../plan/look-alikes.js';
import { UsedConsents } from '../plan/used-consents.js';
import type { VisibilityTracker } from '../plan/visibility-tracker.js';
import { poll } from '../read/poll.js';
import type { TenantReader } from '../read/tenant-reader.js';
import type { GuardNames } from './guard-names.js';
import type { IdleBarrier } from './idle-barrier.js';
import type { ResourceInstance } from './instance.js';
import type { Ownership } from './ownership.js';
import type { SessionChanges } from './session-changes.js';
import type { SessionGuard } from './session-guard.js';
import type { Warning } from './warnings.js';

/** A declaration of this session. `id` is that of its state; unset: it is to be created. */
export interface SessionDeclarant {
  readonly id: string | undefined;
}

/** The data of one run, from one ConfigureProvider call to the next. */
export interface SessionContext {
  readonly tenant: Tenant;
  /** The reader of all plans: it reads each object once for the whole run. */
  readonly shared: TenantReader;
  /** Reads missing edges again. Opened when it is needed. */
  secondReader?: TenantReader;
  readonly barrier: IdleBarrier;
  readonly ownership: Ownership;
  readonly duplicates: DuplicateIndex<SessionDeclarant>;
  readonly changes: SessionChanges;
  readonly guard: SessionGuard;
  readonly names: GuardNames;
  readonly visibility: VisibilityTracker;
  readonly lookAlikes: LookAlikes;
  /** Accounts that reads found deleted, by kind and natural key. */
  readonly deleted: Map<string, Pick<ResourceInstance, 'privateState' | 'deletedOutOfBand'>>;
  readonly locks: Locks;
  readonly abort: AbortPolicy;
  readonly synchroniser: Synchroniser;
  /** Whether another configuration of this run manages the tenant. @param isApply whether this session begins to apply */
  readonly hasSiblings: (isApply: boolean) => boolean;
  /** Logs a line about each write; resolves when the line is written. */
  readonly log: ApplyIo['log'];
}

/**
 * Returns a reader for one write. It reads again everything that a write of this run can change, and shares the rest.
 */
export function freshReader({ tenant, shared }: SessionContext): TenantReader {
  return { tenant, snapshot: shared.snapshot.fresh(), translator: shared.translator, edges: new Map() };
}

/** Notifications during the apply of one instance. */
export interface ApplyCallbacks {
  readonly warnings: Warning[];
  /** Receives every id that the instance owns from now on. */
  own(id: string): void;
  wrote(): void;
}

/** Returns the context in which one instance is applied. */
export function openApplyContext(
  { tenant, shared, locks, log }: SessionContext,
  { warnings, own, wrote }: ApplyCallbacks,
): ApplyContext {
  const note: ApplyContext['note'] = ({ label }, _, message) =>
    void warnings.push({ message, groupMessage: message.replace(label, 'one') });
  return {
    tenant,
    translator: shared.translator,
    locks,
    io: { record: async ({ id }) => own(id), forget: async () => undefined, log },
    usedConsents: new UsedConsents([]),
    ids: new Map(),
    visible: (ask, otherwise) => poll(tenant.settings.visibilityMs, ask, otherwise),
    note,
    disabled: async (entry) => {
      for (const { step, address, message } of await sessionNotes(tenant, shared.translator, [entry]))
        note(step, address, message);
    },
    wrote,
  };
}

/** Returns the lock that two applies of one object, for example at two addresses, share. */
export function lockName({ resource, declared, state }: ResourceInstance): string {
  return nameKey(resource, declared ?? state ?? {});
}

/** Refuses to begin another write after the run was stopped or aborted. @throws DelineaError the reason */
export function refuseAborted({ abort }: SessionContext): void {
  if (abort.reason) throw abort.reason;
}

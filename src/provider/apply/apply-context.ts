import type { Tenant } from '../api/tenant.js';
import type { RecordedSet } from '../model/declared-settings.js';
import type { DelineaError } from '../model/errors.js';
import type { OwnedObject } from '../model/owned-object.js';
import type { Operation, Step } from '../model/plan.js';
import type { UsedConsent, UsedConsents } from '../plan/used-consents.js';
import type { IdTranslator } from '../read/id-translator.js';
import type { Locks } from './locks.js';
import type { Disabled } from './session-notes.js';

/** One event of a step in the log of an apply. Plain data without attribute values and secrets. */
export interface LogEvent {
  readonly address: string;
  readonly kind: string;
  readonly label: string;
  readonly operation: Operation;
  readonly id?: string | undefined;
  readonly request?: 'create' | 'update' | 'delete' | undefined;
  /** Names of the attributes that the request sets, or of the settings that changed. */
  readonly changed?: readonly string[] | undefined;
  /** Each write has `sending` before it and `written` after it. A `sending` alone: the result of the write is unknown. */
  readonly outcome: 'sending' | 'written' | 'verified' | 'adopted' | 'configured' | 'refused' | 'failed' | 'forgotten';
  readonly detail?: string | undefined;
}

export interface Progress {
  readonly done: number;
  readonly total: number;
  readonly label: string;
  readonly operation: Operation;
  readonly failed: boolean;
}

/** The ledger and log of an apply. Each promise resolves when the entry is on disk. */
export interface ApplyIo {
  record(entry: OwnedObject): Promise<void>;
  forget(entry: Pick<OwnedObject, 'address' | 'kind' | 'id'>): Promise<void>;
  /** Records the scope and the settings of an authoritative set. */
  recordSet?(set: RecordedSet): Promise<void>;
  /** Drops the record of a set that owns this scope no longer. */
  forgetSet?(set: Pick<RecordedSet, 'address' | 'scope'>): Promise<void>;
  /** Returns every consent used so far; without it, no consent counts as used. */
  usedConsents?(): readonly UsedConsent[];
  log(event: LogEvent): Promise<void>;
  progress?(event: Progress): void;
  /** When aborted, no further step starts; steps in progress finish. */
  readonly signal?: AbortSignal | undefined;
}

/** State shared by the steps of one apply. */
export interface ApplyContext {
  readonly tenant: Tenant;
  readonly translator: IdTranslator;
  readonly locks: Locks;
  readonly io: ApplyIo;
  /** Consents that were used before this run. */
  readonly usedConsents: UsedConsents;
  /** Home ids by address, of objects that existed or were created in this run. */
  readonly ids: Map<string, string>;
  /** Calls `ask` until it returns a value, at most as long as a change may take to become visible. */
  visible<T>(ask: () => Promise<T | undefined>, otherwise: () => DelineaError): Promise<T>;
  /** Adds a note for the user to the result. */
  note(step: Step, address: string, message: string): void;
  /** Reports an object that was disabled, whose open sessions are noted. */
  disabled(disabled: Disabled): Promise<void>;
  /** Reports a write that reached the tenant. */
  wrote(): void;
}

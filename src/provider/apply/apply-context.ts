import type { Tenant } from '../api/tenant.js';
import type { DelineaError } from '../model/errors.js';
import type { OwnedObject } from '../model/owned-object.js';
import type { Operation, Step } from '../model/plan.js';
import type { UsedConsent, UsedConsents } from '../plan/used-consents.js';
import type { IdTranslator } from '../read/id-translator.js';
import type { Locks } from './locks.js';

/** One line of what an apply did. Plain data: no values, no secrets. */
export interface LogEvent {
  readonly address: string;
  readonly kind: string;
  readonly label: string;
  readonly operation: Operation;
  readonly id?: string | undefined;
  readonly request?: 'create' | 'update' | 'delete' | undefined;
  /** Names of the attributes that the request sets. */
  readonly changed?: readonly string[] | undefined;
  /** `sending` stands before each write and `written` after it: one whose fate nobody learnt has the first alone. */
  readonly outcome: 'sending' | 'written' | 'verified' | 'adopted' | 'refused' | 'failed' | 'forgotten';
  readonly detail?: string | undefined;
}

export interface Progress {
  readonly done: number;
  readonly total: number;
  readonly label: string;
  readonly operation: Operation;
  readonly failed: boolean;
}

/** Where an apply keeps its books. Each promise resolves when the entry is safe. */
export interface ApplyIo {
  record(entry: OwnedObject): Promise<void>;
  forget(entry: Pick<OwnedObject, 'address' | 'kind' | 'id'>): Promise<void>;
  /** Every consent used until now; without it a consent cannot be known to be used. */
  usedConsents?(): readonly UsedConsent[];
  log(event: LogEvent): Promise<void>;
  progress?(event: Progress): void;
  /** When aborted, no further step starts; those in flight finish. */
  readonly signal?: AbortSignal | undefined;
}

/** What one run of an apply knows. */
export interface ApplyContext {
  readonly tenant: Tenant;
  readonly translator: IdTranslator;
  readonly locks: Locks;
  readonly io: ApplyIo;
  /** The consents that were used before this run. */
  readonly usedConsents: UsedConsents;
  /** Home ids by address, of what was live or has been created. */
  readonly ids: Map<string, string>;
  /** Asks until there is an answer, for as long as a change may take to show. */
  visible<T>(ask: () => Promise<T | undefined>, otherwise: () => DelineaError): Promise<T>;
  note(step: Step, address: string, message: string): void;
  /** Told of every write that reached the tenant. */
  wrote(): void;
}

import type { DelineaError } from '../errors.js';
import type { Tenant } from '../tenant.js';
import type { OwnedObject } from './declaration.js';
import type { Operation, Step } from './format.js';
import type { Identity } from './identity.js';
import type { Locks } from './locks.js';
import type { SpentConsent, SpentConsents } from './spent-consents.js';

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
  readonly outcome: 'sending' | 'written' | 'verified' | 'taken over' | 'refused' | 'failed' | 'forgotten';
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
  spent?(): readonly SpentConsent[];
  log(event: LogEvent): Promise<void>;
  progress?(event: Progress): void;
  /** When aborted, no further step starts; those in flight finish. */
  readonly signal?: AbortSignal | undefined;
}

/** What one run of an apply knows. */
export interface Applying {
  readonly tenant: Tenant;
  readonly identity: Identity;
  readonly locks: Locks;
  readonly io: ApplyIo;
  /** The consents that were used before this run. */
  readonly spent: SpentConsents;
  /** Home ids by address, of what was live or has been created. */
  readonly ids: Map<string, string>;
  /** Asks until there is an answer, for as long as a change may take to show. */
  visible<T>(ask: () => Promise<T | undefined>, otherwise: () => DelineaError): Promise<T>;
  note(step: Step, address: string, message: string): void;
  /** Told of every write that reached the tenant. */
  wrote(): void;
}

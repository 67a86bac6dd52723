import type { ApplyIo, Applying } from '../engine/applying.js';
import type { EarlyEnd } from '../engine/early-end.js';
import type { Locks } from '../engine/locks.js';
import { poll } from '../engine/observe.js';
import { nameKey, type Reading } from '../engine/planning.js';
import { SpentConsents } from '../engine/spent-consents.js';
import type { Tenant } from '../tenant.js';
import type { Claims } from './claims.js';
import type { Declared } from './declared.js';
import type { LossesSoFar } from './losses-so-far.js';
import type { Lull } from './lull.js';
import type { Piece } from './piece.js';
import type { RunGuard } from './run-guard.js';
import type { RunSight } from './run-sight.js';

/** Something that whoever runs Terraform must read. */
export interface Notice {
  /** One line: what, and of which object. */
  readonly message: string;
  readonly hint?: string | undefined;
  /** The message without its object, where it may be true of many: "will be revoked". */
  readonly many?: string;
}

/** What one run knows, from one ConfigureProvider to the next. */
export interface Running {
  readonly tenant: Tenant;
  /** Read once for the whole run: what plans are made on. */
  readonly shared: Reading;
  readonly lull: Lull;
  readonly claims: Claims;
  readonly declared: Declared;
  readonly guard: RunGuard;
  readonly sight: RunSight;
  readonly locks: Locks;
  readonly end: EarlyEnd;
  /** Writes a line about each write; resolves when it is written. */
  readonly log: ApplyIo['log'];
  readonly losses: LossesSoFar;
}

/** A reading for one write: what it changes is read anew, what no write of ours can change is not. */
export function freshReading({ tenant, shared }: Running): Reading {
  return { tenant, snapshot: shared.snapshot.fresh(), identity: shared.identity, edges: new Map() };
}

/** What one apply of one piece is told. */
export interface Told {
  readonly notices: Notice[];
  /** Every id that is ours from now on. */
  own(id: string): void;
  wrote(): void;
}

/** What an apply of one piece needs. */
export function applyingOne({ tenant, shared, locks, log }: Running, { notices, own, wrote }: Told): Applying {
  return {
    tenant,
    identity: shared.identity,
    locks,
    io: { record: async ({ id }) => own(id), forget: async () => undefined, log },
    spent: new SpentConsents([]),
    ids: new Map(),
    visible: (ask, otherwise) => poll(tenant.settings.visibilityMs, ask, otherwise),
    note: ({ label }, _, message) => void notices.push({ message, many: message.replace(label, 'one') }),
    wrote,
  };
}

/** What two applies of one piece, at two addresses say, must not do at once. */
export function nameOfPiece({ resource, declared, state }: Piece): string {
  return nameKey(resource, declared ?? state ?? {});
}

/** @throws DelineaError where nothing more is begun */
export function refuseLate({ end }: Running): void {
  if (end.reason) throw end.reason;
}

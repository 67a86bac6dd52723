import type { ApplyIo, Applying } from '../engine/applying.js';
import type { EarlyEnd } from '../engine/early-end.js';
import type { Locks } from '../engine/locks.js';
import { poll } from '../engine/observe.js';
import type { Reading } from '../engine/planning.js';
import { SpentConsents } from '../engine/spent-consents.js';
import type { Tenant } from '../tenant.js';
import type { Claims } from './claims.js';
import type { Declared } from './declared.js';
import type { Lull } from './lull.js';
import type { RunGuard } from './run-guard.js';
import type { RunSight } from './run-sight.js';

/** Something that whoever runs Terraform must read. */
export interface Notice {
  readonly level: 'error' | 'warning';
  /** One line: what, and of which object. */
  readonly message: string;
  readonly hint?: string | undefined;
  /** The message without its object, where it may be true of many: "will be revoked". */
  readonly many?: string;
  /** The attribute, in camelCase. */
  readonly path?: string | undefined;
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
  /** Removals that this run has carried out, by kind. */
  readonly removed: Map<string, number>;
}

/** A reading for one write: what it changes is read anew, what no write of ours can change is not. */
export function freshReading({ tenant, shared }: Running): Reading {
  return { tenant, snapshot: shared.snapshot.fresh(), identity: shared.identity, edges: new Map() };
}

/** What an apply of one piece needs. @param own told of every id that is ours from now on */
export function applyingOne(running: Running, own: (id: string) => void, notes: Notice[]): Applying {
  const { tenant, shared, locks, log } = running;
  return {
    tenant,
    identity: shared.identity,
    locks,
    io: { record: async ({ id }) => own(id), forget: async () => undefined, log },
    spent: new SpentConsents([]),
    ids: new Map(),
    notes: [],
    visible: (ask, otherwise) => poll(tenant.settings.visibilityMs, ask, otherwise),
    note: ({ label }, _, message) =>
      void notes.push({ level: 'warning', message, many: message.replace(label, 'one') }),
    wrote: () => undefined,
  };
}

import type { Declaration } from '../model/declaration.js';
import { DelineaError } from '../model/errors.js';
import type { OwnedObject } from '../model/owned-object.js';
import type { Finding, ResourceChange } from '../model/plan.js';
import type { AuthoritativeList, Resource } from '../model/resource.js';
import type { Values } from '../model/values.js';
import type { RemoteObject } from '../model/wire.js';
import type { TenantReader } from '../read/tenant-reader.js';
import type { DuplicateIndex } from './duplicates.js';
import type { UsedConsent, UsedConsents } from './used-consents.js';
import type { VisibilityTracker } from './visibility-tracker.js';

export interface PlanInput {
  readonly stack: string;
  readonly declarations: readonly Declaration[];
  /** What the ledger says is ours; undefined where there is none. */
  readonly owned?: readonly OwnedObject[] | undefined;
  /** Consents that the ledger knows to be used, of accounts that it let go too. */
  readonly usedConsents?: readonly UsedConsent[] | undefined;
  /** Addresses of `removed` blocks that let go without a write. */
  readonly forgotten?: readonly string[];
  readonly moved?: readonly { readonly from: string; readonly to: string }[];
  /** Names of users that may be enabled again in this run. */
  readonly reactivate?: readonly string[];
  /** Exactly how many of our objects may be missing without the run stopping; unset: what the settings say. */
  readonly allowMissing?: number | undefined;
  /** Whether everybody is looked at who may hold what the stack speaks of, however many reads that takes. */
  readonly thorough?: boolean;
  /** Whether to list what lives in the tenant and is declared nowhere. */
  readonly unmanaged?: boolean;
}

/** One declaration and the live object it means. */
export interface Match {
  readonly declaration: Declaration;
  readonly resource: Resource;
  /** The live object; ids in it are those of its home surface. */
  live?: RemoteObject;
  /** The ledger's entry of that object, whatever its address was. */
  owned?: OwnedObject | undefined;
  /** Found under a previous name. */
  renamed?: boolean;
  /** Ours by the ledger, and gone from the tenant. */
  deletedOutOfBand?: boolean;
  /** References as ids of home surfaces, names of containers and roles as ids. */
  resolved?: Values;
  /** Why this declaration is left out of the plan. */
  error?: DelineaError;
}

/** What one run of the planner knows. */
export interface PlanContext extends TenantReader {
  readonly input: PlanInput;
  /** When the plan was begun, ISO 8601. */
  readonly timestamp: string;
  readonly usedConsents: UsedConsents;
  readonly matches: Map<string, Match>;
  readonly sets: readonly AuthoritativeSet[];
  readonly duplicates: DuplicateIndex<Match>;
  readonly ownedByAddress: ReadonlyMap<string, OwnedObject>;
  readonly ownedById: ReadonlyMap<string, OwnedObject>;
  /** Objects by kind and natural key, as they were called when they were last written. */
  readonly ownedByName: ReadonlyMap<string, OwnedObject>;
  readonly findings: Finding[];
  readonly changes: ResourceChange[];
  /** What the run sees of the managed objects, once that is checked. */
  visibility?: VisibilityTracker;
}

/** Runs one declaration's part; its fault is its own and the rest goes on. What cannot be read concerns everyone. */
export async function catchOwnErrors(match: Match, work: () => Promise<void>): Promise<void> {
  if (match.error) return;
  try {
    await work();
  } catch (error) {
    if (!(error instanceof DelineaError) || !OWN_FAULTS.has(error.code)) throw error;
    match.error = error.at(match.declaration.address);
  }
}

const OWN_FAULTS = new Set([
  'ambiguous',
  'not_ours',
  'consent_missing',
  'correlation_missing',
  'guarded',
  'forbidden',
  'incomplete_response',
  'skipped',
  'conflict',
]);

/** A declared set and the addresses of its edges, each of which is planned as an edge of its own. */
export interface AuthoritativeSet extends Match {
  readonly of: AuthoritativeList;
  readonly parts: readonly string[];
}

import type { Tenant } from '../api/tenant.js';
import type { Declaration } from '../model/declaration.js';
import type { RecordedSet } from '../model/declared-settings.js';
import { DelineaError } from '../model/errors.js';
import type { Holding } from '../model/holding.js';
import type { OwnedObject } from '../model/owned-object.js';
import type { Finding, Plan, ResourceChange } from '../model/plan.js';
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
  /** The ledger's entries; undefined when there is no ledger. */
  readonly owned?: readonly OwnedObject[] | undefined;
  /** The authoritative sets that the ledger records, by address; undefined where no ledger records settings. */
  readonly sets?: ReadonlyMap<string, RecordedSet> | undefined;
  /** The scope of the authoritative set in a Terraform state. */
  readonly setScope?: string | undefined;
  /** Consents that the ledger records as used, also of accounts that it no longer has. */
  readonly usedConsents?: readonly UsedConsent[] | undefined;
  /** The losses by earlier runs of the last 24 hours that no allowance let through. */
  readonly earlier?: readonly Holding[] | undefined;
  /** Findings about the ledger, for the plan. */
  readonly findings?: readonly Finding[] | undefined;
  /** Addresses of `removed` blocks that forget an object without a write. */
  readonly forgotten?: readonly string[];
  readonly moved?: readonly { readonly from: string; readonly to: string }[];
  /** Names of accounts that may be enabled again in this run. */
  readonly reactivate?: readonly string[];
  /** Whether to read every possible holder of the declared containers and roles, however many requests that takes. */
  readonly thorough?: boolean;
  /** Whether to list the objects of the tenant that are neither declared nor owned. */
  readonly unmanaged?: boolean;
  /** A saved plan, as evidence of what was reviewed: the new plan has only its steps, and has all of them. */
  readonly reviewed?: Plan | undefined;
}

/** One declaration and its live object. */
export interface Match {
  readonly declaration: Declaration;
  readonly resource: Resource;
  /** The declared natural key with the id of the parent. Unset: the declaration has all of it. */
  key?: Values | undefined;
  /** The live object; ids in it are those of its home surface. */
  live?: RemoteObject;
  /** The ledger's entry of that object; its address may be another one. */
  owned?: OwnedObject | undefined;
  /** Whether the object was found under a previous name. */
  renamed?: boolean;
  /** Whether the ledger has the object and the tenant does not. */
  deletedOutOfBand?: boolean;
  /** The declared values with ids of home surfaces in place of references and of names of containers and roles. */
  resolved?: Values;
  /** The reason why the plan skips this declaration. */
  error?: DelineaError;
}

/** Returns the declared natural key; a parent that does not exist yet is a reference. */
export function declaredKey({ key, declaration }: Match): Values {
  return key ?? declaration.values;
}

/** The tenant of a plan, and the accounts that make it. A saved plan is applied with no other. */
export type PlanSubject = Pick<Plan['delinea'], 'stack' | 'tenant' | 'origins' | 'accounts' | 'ledger'>;

export function subjectOf({ settings }: Tenant, { stack, owned }: PlanInput): PlanSubject {
  const { url, origins, ownAccounts } = settings;
  return { stack, tenant: url, origins, accounts: ownAccounts, ledger: owned !== undefined };
}

/** State of one run of the planner. */
export interface PlanContext extends TenantReader {
  readonly input: PlanInput;
  /** When planning began, or when the reviewed plan was made: a consent of the command line has its time. ISO 8601. */
  readonly timestamp: string;
  readonly usedConsents: UsedConsents;
  readonly matches: Map<string, Match>;
  readonly sets: readonly AuthoritativeSet[];
  readonly duplicates: DuplicateIndex<Match>;
  readonly ownedByAddress: ReadonlyMap<string, OwnedObject>;
  readonly ownedById: ReadonlyMap<string, OwnedObject>;
  /** Owned objects by kind and natural key, as recorded at their last write. */
  readonly ownedByName: ReadonlyMap<string, OwnedObject>;
  readonly findings: Finding[];
  readonly changes: ResourceChange[];
  /** Counts of the managed objects that the run sees; set by the visibility check. */
  visibility?: VisibilityTracker;
}

/** A declared authoritative set and the addresses of its edges, each of which is planned separately. */
export interface AuthoritativeSet extends Match {
  readonly of: AuthoritativeList;
  readonly edgeAddresses: readonly string[];
}

/** Codes of errors that concern one object: the plan skips that object and continues. */
const OBJECT_ERRORS = new Set([
  'ambiguous',
  'not_ours',
  'consent_missing',
  'correlation_missing',
  'guarded',
  'immutable',
  'forbidden',
  'incomplete_response',
  'skipped',
  'conflict',
]);

/** Returns whether an error concerns one object only. */
export function isObjectError(error: unknown): error is DelineaError {
  return error instanceof DelineaError && OBJECT_ERRORS.has(error.code);
}

/**
 * Runs one part of the planning of a declaration and stores an error that concerns only this object on the match.
 * @throws every other error, such as a list that cannot be read
 */
export async function catchObjectErrors(match: Match, work: () => Promise<void>): Promise<void> {
  if (match.error) return;
  try {
    await work();
  } catch (error) {
    if (!isObjectError(error)) throw error;
    match.error = error.at(match.declaration.address);
  }
}

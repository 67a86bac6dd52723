import { DelineaError, DelineaErrors } from '../errors.js';
import type { Resource, Values } from '../resource.js';
import { resourceOf } from '../resources/index.js';
import type { Tenant } from '../tenant.js';
import type { Live } from '../wire.js';
import type { Declaration, OwnedObject } from './declaration.js';
import { keyText } from './diff.js';
import type { Finding, ResourceChange } from './format.js';
import type { Identity } from './identity.js';
import type { EdgeSet } from './sets.js';
import type { Snapshot } from './snapshot.js';
import type { SpentConsent, SpentConsents } from './spent-consents.js';

export interface PlanInput {
  readonly stack: string;
  readonly declarations: readonly Declaration[];
  /** What the ledger says is ours; undefined where there is none. */
  readonly owned?: readonly OwnedObject[] | undefined;
  /** Consents that the ledger knows to be used, of accounts that it let go too. */
  readonly spent?: readonly SpentConsent[] | undefined;
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
  live?: Live;
  /** The ledger's entry of that object, whatever its address was. */
  owned?: OwnedObject | undefined;
  /** Found under a previous name. */
  renamed?: boolean;
  /** Ours by the ledger, and gone from the tenant. */
  vanished?: boolean;
  /** References as ids of home surfaces, names of containers and roles as ids. */
  resolved?: Values;
  /** Why this declaration is left out of the plan. */
  error?: DelineaError;
}

/** An edge as it lives, its references as ids of home surfaces. */
export interface LiveEdge {
  readonly live: Live;
  readonly values: Values;
}

/** What one run reads of a tenant, each thing once. */
export interface Reading {
  readonly tenant: Tenant;
  readonly snapshot: Snapshot;
  readonly identity: Identity;
  /** Live edges by kind and scope. */
  readonly edges: Map<string, Promise<readonly LiveEdge[]>>;
}

/** What one run of the planner knows. */
export interface Planning extends Reading {
  readonly input: PlanInput;
  /** When the plan was begun, ISO 8601. */
  readonly timestamp: string;
  readonly spent: SpentConsents;
  readonly matches: Map<string, Match>;
  readonly sets: readonly EdgeSet[];
  readonly ownedByAddress: ReadonlyMap<string, OwnedObject>;
  readonly ownedById: ReadonlyMap<string, OwnedObject>;
  /** Objects by kind and natural key, as they were called when they were last written. */
  readonly ownedByName: ReadonlyMap<string, OwnedObject>;
  readonly findings: Finding[];
  readonly changes: ResourceChange[];
  /** How much of what the ledger holds is missing, and whether the run was told exactly that. */
  lost?: { readonly count: number; readonly allowed: boolean };
}

export function objectKey(kind: string, id: string): string {
  return `${kind} ${id}`;
}

/** How the ledger's entries are found again: an object by its id, an edge by its ends, since its id changes with its right. */
export function ownedKey(resource: Resource, id: string, key: Values): string {
  return objectKey(resource.type, isEdge(resource) ? keyText(resource, key) : id);
}

/** How an entry of the ledger, or of a state, is told from others. */
export function keyOfOwned({ kind, id, key }: OwnedObject): string {
  return ownedKey(resourceOf(kind), id, key);
}

/** An object by what it is called. */
export function nameKey(resource: Resource, values: Values): string {
  return objectKey(resource.type, keyText(resource, values));
}

/** An edge is named only by what it joins; an object has a name of its own, be it under another object. */
export function isEdge({ attributes, key, setOf }: Resource): boolean {
  if (setOf) return false;
  const joins = attributes.flatMap(({ name, refersTo, refersBy }) => (refersTo.length > 0 ? [name, refersBy] : []));
  return key.every((name) => joins.includes(name));
}

/** Runs one declaration's part; its fault is its own and the rest goes on. What cannot be read concerns everyone. */
export async function attempt(match: Match, work: () => Promise<void>): Promise<void> {
  if (match.error) return;
  try {
    await work();
  } catch (error) {
    if (!(error instanceof DelineaError) || !OWN_FAULTS.has(error.code)) throw error;
    match.error = error.at(match.declaration.address);
  }
}

/** Two declarations of one thing would undo each other for ever: neither is planned. @param means what one says of the other */
export function refuseBoth(left: Match, right: Match, means: (other: Match) => string, hint: string): void {
  for (const [mine, other] of [
    [left, right],
    [right, left],
  ] as const) {
    mine.error ??= new DelineaError('ambiguous', means(other), { path: mine.declaration.address, hint });
  }
}

/** Works on all at once and reports every fault, not just the first. @throws DelineaError, DelineaErrors */
export async function together<T>(items: Iterable<T>, work: (item: T) => Promise<void>): Promise<void> {
  const outcomes = await Promise.allSettled([...items].map(work));
  const reasons = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason as unknown] : []));
  const foreign = reasons.find((reason) => !(reason instanceof DelineaError));
  if (foreign !== undefined) throw foreign;
  // One broken connection fails many reads in the same words: said once.
  const errors = new Map((reasons as DelineaError[]).map((error) => [`${error.path} ${error.message}`, error]));
  if (errors.size === 1) throw [...errors.values()][0];
  if (errors.size > 1) throw new DelineaErrors([...errors.values()]);
}

const OWN_FAULTS = new Set([
  'ambiguous',
  'not_ours',
  'consent_missing',
  'correlation_missing',
  'guarded',
  'forbidden',
  'unread',
  'skipped',
  'conflict',
]);

/** What people call an object, ids shown as names where they are known. */
export function labelOf(kind: string, values: Values, nameOf: (attribute: string, value: unknown) => string): string {
  return resourceOf(kind).label.replace(/\{(\w+)\}/g, (_, name: string) => nameOf(name, values[name]));
}

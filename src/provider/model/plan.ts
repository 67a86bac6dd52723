import { createHash } from 'node:crypto';
import type { Cost } from './cost.js';
import type { ErrorCode } from './errors.js';
import { PROVIDER_ADDRESS, terraformType } from './names.js';
import type { Remedy } from './remedy.js';
import type { Values } from './values.js';

/** What Terraform's plan JSON calls actions. `forget`: no longer ours, nothing is written. */
export type Action = 'no-op' | 'create' | 'update' | 'delete' | 'forget';

/** What happens in the tenant, where Terraform's word does not say it. `record`: only the ledger changes. */
export type Operation =
  | 'create'
  | 'update'
  | 'replace'
  | 'reactivate'
  | 'adopt'
  | 'deactivate'
  | 'delete'
  | 'revoke'
  | 'forget'
  | 'record'
  | 'none';

/** What each operation is in Terraform's words. A plan that says otherwise hides something. */
export const ACTION_OF: Readonly<Record<Operation, Action>> = {
  create: 'create',
  update: 'update',
  replace: 'update',
  reactivate: 'update',
  adopt: 'no-op',
  deactivate: 'delete',
  delete: 'delete',
  revoke: 'delete',
  forget: 'forget',
  record: 'no-op',
  none: 'no-op',
};

/** What apply needs to know of a change beside before and after. Plain data: a plan survives being written to a file. */
export interface Step {
  /** Unique in the plan: the address, or address and id where an address has two objects. */
  readonly key: string;
  readonly kind: string;
  readonly surface: string;
  readonly operation: Operation;
  /** Name for people: `jane@example.com`, `Owner of sre on prod`. */
  readonly label: string;
  /** Id of the live object on its home surface. */
  readonly id?: string | undefined;
  /** What is declared, by attribute; `{ref, attribute}` where a value comes from another declaration. */
  readonly desired: Values;
  /** What was live when the plan was made, for the attributes that the step touches; ids of home surfaces. */
  readonly before: Values;
  /** Attributes that differ. */
  readonly changed: readonly string[];
  /** Keys of steps that come first. */
  readonly after: readonly string[];
  /** Those of them without which the step must not happen: they give what it takes from the last who had it. */
  readonly needs?: readonly string[] | undefined;
  /** What comes alive with an account that is enabled again. */
  readonly regains?: readonly AccessPath[] | undefined;
  /** The edges of a set, each a step of its own; the set itself writes nothing. */
  readonly edgeSteps?: readonly Step[] | undefined;
  /** Settings that the ledger remembers. */
  readonly onRemoval?: string | undefined;
  readonly reactivated?: string | undefined;
  readonly correlation?: string | undefined;
}

/** One thing that an account has, directly or through groups. */
export interface AccessPath {
  /** Of the edge; of a membership, of the group. */
  readonly kind: string;
  readonly id: string;
  /** `member of sre`, `Owner of sre on prod`. */
  readonly label: string;
  /** Names of the groups it comes through, the nearest first; none: it is the account's own. */
  readonly through: readonly string[];
  /** It owns its container. */
  readonly owns?: boolean | undefined;
}

/** Something that a plan would leave without anybody active who has it. */
export interface Orphan {
  readonly kind: string;
  readonly name: string;
  /** `active Owner`. */
  readonly lacks: string;
  /** Keys of the steps that take it away. */
  readonly steps: readonly string[];
  /** Why there may be somebody all the same. */
  readonly doubt?: string;
}

/** What guards must know of the tenant beyond the plan's own steps. */
export interface GuardEvidence {
  readonly orphans: readonly Orphan[];
  /** By id of a group that loses something: the protected principals inside it. */
  readonly protectedInside: Readonly<Record<string, readonly string[]>>;
  /** For people: what the guards could not look at. */
  readonly unread: readonly string[];
}

export interface Change {
  readonly actions: readonly Action[];
  readonly before: Values | null;
  readonly after: Values | null;
  readonly after_unknown: Readonly<Record<string, unknown>>;
  readonly before_sensitive: false | Values;
  readonly after_sensitive: false | Values;
  readonly importing?: { readonly id: string };
}

/** One entry of `resource_changes`, as Terraform writes it, and our step beside it. */
export interface ResourceChange {
  readonly address: string;
  readonly mode: 'managed';
  readonly type: string;
  readonly name: string;
  readonly provider_name: string;
  readonly deposed?: string;
  readonly previous_address?: string;
  readonly action_reason?: string;
  readonly change: Change;
  readonly delinea: Step;
}

/** What Terraform's format says of the place of a change. */
export function addressFields(
  address: string,
  kind: string,
): Pick<ResourceChange, 'address' | 'mode' | 'type' | 'name' | 'provider_name'> {
  const name = address.split('.').slice(1).join('.');
  return { address, mode: 'managed', type: terraformType(kind), name, provider_name: PROVIDER_ADDRESS };
}

/** Something that a reader of the plan must know and that is no step. */
export interface Finding {
  /** error: this object is left out. drift: changed outside of code. warning, note: for information. */
  readonly level: 'error' | 'drift' | 'warning' | 'note';
  readonly code:
    | ErrorCode
    | 'disabled_out_of_band'
    | 'deleted_out_of_band'
    | 'added_out_of_band'
    | 'correlation_key_changes'
    | 'not_managed'
    | 'adopted'
    | 'not_checked'
    | 'no_ledger'
    | 'still_in_code';
  readonly address?: string | undefined;
  /** Of a set, the living edge that it is about. */
  readonly edge?: string | undefined;
  readonly message: string;
  readonly hint?: string | undefined;
  readonly remedy?: readonly Remedy[] | undefined;
}

export interface UnmanagedObject {
  readonly kind: string;
  readonly id: string;
  readonly name: string;
}

/**
 * A plan: Terraform's plan JSON format (format_version 1.2) and, under `delinea`, what its format has no place for.
 * Plain data, no secrets.
 */
export interface Plan {
  readonly format_version: '1.2';
  readonly timestamp: string;
  /** Whether there is anything to write or to record. */
  readonly applyable: boolean;
  /** False when the plan leaves objects out because of errors. */
  readonly complete: boolean;
  readonly errored: boolean;
  readonly resource_changes: readonly ResourceChange[];
  readonly delinea: {
    readonly stack: string;
    /** The tenant it was made for; apply refuses another. */
    readonly tenant: string;
    /** False: made without a ledger, so that removals could not be seen. */
    readonly ledger: boolean;
    readonly findings: readonly Finding[];
    readonly evidence: GuardEvidence;
    /** Names of the ids that stand in the changes. */
    readonly names: Readonly<Record<string, ObjectName>>;
    readonly unmanaged?: readonly UnmanagedObject[];
    readonly cost: Cost;
  };
}

/** Changes that do something, in the tenant or in the ledger. */
export function pendingChanges(plan: Plan): ResourceChange[] {
  return plan.resource_changes.filter(
    ({ change, delinea }) => change.actions[0] !== 'no-op' || delinea.operation === 'adopt',
  );
}

/** Counts as Terraform counts them. */
export function countChanges(plan: Plan): {
  add: number;
  change: number;
  destroy: number;
  adopt: number;
  forget: number;
} {
  const count = (test: (entry: ResourceChange) => boolean) => plan.resource_changes.filter(test).length;
  return {
    add: count(({ change }) => change.actions.includes('create')),
    change: count(({ change }) => change.actions.includes('update')),
    destroy: count(({ change }) => change.actions.includes('delete')),
    adopt: count(({ delinea }) => delinea.operation === 'adopt'),
    forget: count(({ change }) => change.actions.includes('forget')),
  };
}

/** SHA-256 over what the plan would do (not over when it was made or what it cost), in hex. */
export function planDigest(plan: Plan): string {
  const { stack, tenant } = plan.delinea;
  return createHash('sha256')
    .update(JSON.stringify([stack, tenant, plan.resource_changes]))
    .digest('hex');
}

/** An object that plans speak of: its name for people, its ids on other surfaces for apply. */
export interface ObjectName {
  readonly kind: string;
  readonly name: string;
  readonly on?: Readonly<Record<string, string>>;
}

/** Every step of a plan; a set is looked at edge by edge. */
export function stepsOf(plan: Pick<Plan, 'resource_changes'>): Step[] {
  return plan.resource_changes.flatMap(({ delinea }) => delinea.edgeSteps ?? [delinea]);
}

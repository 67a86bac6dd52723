import type { Allowance } from './allowance.js';
import type { Cost } from './cost.js';
import type { SettingChange } from './declared-settings.js';
import { DelineaError, type ErrorCode } from './errors.js';
import type { Holding } from './holding.js';
import { PROVIDER_ADDRESS, terraformType } from './names.js';
import type { ObjectNames } from './object-names.js';
import type { Remedy } from './remedy.js';
import type { Values } from './values.js';

/** Actions of Terraform's plan JSON. `forget`: no longer managed, nothing is written. */
export type Action = 'no-op' | 'create' | 'update' | 'delete' | 'forget';

/**
 * The effect of a step on the tenant, more precise than Terraform's action. `configure`: only settings in code changed,
 * which the ledger records. `record`: only the ledger changes.
 */
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
  | 'configure'
  | 'record'
  | 'none';

/** Operations that write nothing to the tenant. Their live objects are unchanged and may differ from the plan. */
export const WITHOUT_WRITE: ReadonlySet<Operation> = new Set<Operation>([
  'none',
  'record',
  'configure',
  'adopt',
  'forget',
]);

/** Terraform's action for each operation. A plan file with another action is refused: it would hide what happens. */
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
  configure: 'update',
  record: 'no-op',
  none: 'no-op',
};

/**
 * The part of a change that apply needs in addition to `before` and `after`. Plain data, so that a plan can be written
 * to a file.
 */
export interface Step {
  /** Unique in the plan: the address of a declared object, address and id of a removed one. */
  readonly key: string;
  readonly kind: string;
  readonly surface: string;
  readonly operation: Operation;
  /** The object exists and was not managed before this run: it is adopted or imported. */
  readonly unmanaged?: true | undefined;
  /** Display name: `jane@example.com`, `Owner of sre on prod`. */
  readonly label: string;
  /** Id of the live object on its home surface. */
  readonly id?: string | undefined;
  /** Declared values in home ids; a Reference for the id of an object that does not exist yet. */
  readonly desired: Values;
  /** Live values in home ids when the plan was made, for the attributes that the step touches. */
  readonly before: Values;
  /** Attributes that differ. */
  readonly changed: readonly string[];
  /** Keys of the steps that must be done before this one. */
  readonly after: readonly string[];
  /**
   * Those keys in `after` whose steps must have succeeded: they grant the access that this step takes from its last
   * holder.
   */
  readonly needs?: readonly string[] | undefined;
  /** The access that an account regains when it is enabled. */
  readonly regains?: readonly AccessPath[] | undefined;
  /** Steps of the edges of an authoritative set; the set itself writes nothing. */
  readonly edgeSteps?: readonly Step[] | undefined;
  /** Settings in code that are not what they were at the last apply. */
  readonly settingChanges?: readonly SettingChange[] | undefined;
  /** Recorded in the ledger, as in OwnedObject; for an authoritative set, all its settings. */
  readonly settings?: Values | undefined;
  readonly onRemoval?: string | undefined;
  readonly reactivated?: string | undefined;
  readonly correlation?: string | undefined;
}

/** One membership, permission or role of an account, its own or through groups. */
export interface AccessPath {
  /** Kind of the edge, or of the group for a membership. */
  readonly kind: string;
  readonly id: string;
  /** `member of sre`, `Owner of sre on prod`. */
  readonly label: string;
  /** Names of the groups it comes through, the nearest first; empty: the account's own. */
  readonly through: readonly string[];
  /** Makes the account an Owner of the container. */
  readonly owns?: boolean | undefined;
}

/** A container or role that a plan would leave without an active holder. */
export interface Orphan {
  readonly kind: string;
  /** Id of the container, or name of the role: two containers may have one name. */
  readonly id: string;
  readonly name: string;
  /** The holder that would be missing: `active Owner`. */
  readonly lacks: string;
  /** Keys of the steps that remove its holders. */
  readonly steps: readonly string[];
  /** The reason why there may be another holder that was not read. */
  readonly doubt?: string;
}

/** Facts about the tenant that the guards need in addition to the steps of the plan. */
export interface GuardEvidence {
  readonly orphans: readonly Orphan[];
  /** Names of the protected principals inside a group that loses access, by the group's key (`principalKey`). */
  readonly protectedInside: Readonly<Record<string, readonly string[]>>;
  /** Keys of the accounts behind each group that goes, or that is in a group which loses members, by the group's key. */
  readonly behind?: Readonly<Record<string, readonly string[]>> | undefined;
  /** Keys of the containers that code declares as retired. */
  readonly retired?: readonly string[] | undefined;
  /** The losses by earlier runs of the last 24 hours that no allowance let through. */
  readonly earlier?: readonly Holding[] | undefined;
  /** Checks that the guards could not make, as text for people. */
  readonly unread: readonly string[];
}

/** The sides of a change, as Terraform's plan JSON has them: attributes in snake_case. */
export interface Change {
  readonly actions: readonly Action[];
  readonly before: Values | null;
  readonly after: Values | null;
  readonly after_unknown: Readonly<Record<string, unknown>>;
  readonly before_sensitive: false | Values;
  readonly after_sensitive: false | Values;
  readonly importing?: { readonly id: string };
}

/** One entry of `resource_changes` in Terraform's format, and our step under `delinea`. */
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

/** Returns the fields of a change that Terraform's format derives from the address. */
export function addressFields(
  address: string,
  kind: string,
): Pick<ResourceChange, 'address' | 'mode' | 'type' | 'name' | 'provider_name'> {
  const name = address.split('.').slice(1).join('.');
  return { address, mode: 'managed', type: terraformType(kind), name, provider_name: PROVIDER_ADDRESS };
}

/** A live edge, with the names of its ends. */
export interface FoundEdge {
  readonly kind: string;
  readonly id: string;
  /** In home ids. */
  readonly values: Values;
  /** `View of jane on prod`. */
  readonly label: string;
  readonly principal: string;
  readonly scope: string;
}

/** Information for readers of the plan that is not a step. */
export interface Finding {
  /** error: the plan leaves this object out. drift: changed outside of code. warning, note: for information. */
  readonly level: 'error' | 'drift' | 'warning' | 'note';
  readonly code:
    | ErrorCode
    | 'disabled_out_of_band'
    | 'deleted_out_of_band'
    | 'added_out_of_band'
    | 'not_in_code'
    | 'correlation_key_changes'
    | 'adopted'
    | 'inheritance_ended'
    | 'not_checked'
    | 'no_ledger'
    | 'settings_not_recorded'
    | 'ledger_not_compared'
    | 'ledger_not_in_log'
    | 'other_accounts'
    | 'still_in_code'
    | 'already_done'
    | 'not_reviewed'
    | 'let_through'
    | 'look_alike'
    | 'passed_over'
    | 'depends_on_stack';
  readonly address?: string | undefined;
  /** Id of the live edge, for a finding about one edge of an authoritative set. */
  readonly edge?: string | undefined;
  /** The live edge that is not in code, if the plan has no step for it. */
  readonly found?: FoundEdge | undefined;
  readonly message: string;
  readonly hint?: string | undefined;
  readonly remedy?: readonly Remedy[] | undefined;
}

/** Returns the finding for a refusal that an allowance lifts. @param source the source of the allowance */
export function letThrough(message: string, source: string): Finding {
  return { level: 'warning', code: 'let_through', message: `allowed by ${source}: ${message}` };
}

/** Converts an error of one object to a finding. @param address used when the error has no path */
export function toFinding({ code, message, hint, remedy, path }: DelineaError, address: string): Finding {
  return { level: 'error', code, address: path ?? address, message, hint, ...(remedy.length > 0 ? { remedy } : {}) };
}

/** Converts a finding of the level `error` back to an error. */
export function findingToError({ code, message, hint, remedy, address }: Finding): DelineaError {
  return new DelineaError(code as ErrorCode, message, { hint, remedy, path: address });
}

/** A live object that is neither declared nor owned. */
export interface UnmanagedObject {
  readonly kind: string;
  readonly id: string;
  readonly name: string;
}

/**
 * A plan in Terraform's plan JSON format (format_version 1.2); fields that the format does not have are under `delinea`.
 * Plain data, no secrets.
 */
export interface Plan {
  readonly format_version: '1.2';
  readonly timestamp: string;
  /** Whether an apply would write or record something. */
  readonly applyable: boolean;
  /** False when the plan leaves objects out because of errors. */
  readonly complete: boolean;
  readonly errored: boolean;
  readonly resource_changes: readonly ResourceChange[];
  readonly delinea: {
    readonly stack: string;
    /** URL of the tenant the plan was made for; apply refuses any other. */
    readonly tenant: string;
    /** Origins (scheme, host, port) that receive requests, sorted. */
    readonly origins: readonly string[];
    /** Names of the accounts that the run logs in as. */
    readonly accounts: readonly string[];
    /** False: made without a ledger, so objects removed from code could not be found. */
    readonly ledger: boolean;
    /** False: the limits of removals do not apply, because the plan removes the access of one account (off-boarding). */
    readonly limits?: false;
    /** The allowances that the plan was made with. An apply uses them only if the plan is proven to be the reviewed one. */
    readonly allowances?: readonly Allowance[];
    readonly findings: readonly Finding[];
    readonly evidence: GuardEvidence;
    /** Names of the objects in the changes. */
    readonly names: ObjectNames;
    readonly unmanaged?: readonly UnmanagedObject[];
    readonly cost: Cost;
    /** HMAC of the digest's input, of a plan that was saved with a plan key. */
    readonly signature?: string;
  };
}

/** Returns the changes that write to the tenant, adopt or forget. */
export function pendingChanges(plan: Plan): ResourceChange[] {
  return plan.resource_changes.filter(
    ({ change, delinea }) => change.actions[0] !== 'no-op' || delinea.operation === 'adopt',
  );
}

/** Counts the changes as Terraform counts them. */
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

/** Returns every step of a plan; those of the edges for an authoritative set. */
export function stepsOf(plan: Pick<Plan, 'resource_changes'>): Step[] {
  return plan.resource_changes.flatMap(({ delinea }) => delinea.edgeSteps ?? [delinea]);
}

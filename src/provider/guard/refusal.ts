import type { ObjectNames } from '../model/object-names.js';
import type { GuardEvidence, Step } from '../model/plan.js';

/**
 * The input of the guards: the steps of a plan, with each edge as its own step, and the evidence read from the tenant.
 */
export interface GuardInput {
  readonly steps: readonly Step[];
  readonly evidence: GuardEvidence;
  /** Names of the objects in the steps. */
  readonly names: ObjectNames;
  /** As in the plan. */
  readonly limits?: false | undefined;
}

/** One reason to refuse a plan. */
export interface Refusal {
  readonly guard: 'mass removal' | 'protected principal' | 'orphan';
  readonly message: string;
  /** The principal, container or role whose name an allowance needs. */
  readonly name?: string;
}

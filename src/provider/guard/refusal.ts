import { joinFirst } from '../model/join-first.js';
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
  /** Counts and names without examples, so that equal refusals have equal messages. */
  readonly message: string;
  /** Names of the losses. */
  readonly examples?: readonly string[];
  /** Keys of the steps that cause it. */
  readonly steps: readonly string[];
  /** The principal, container or role whose name an allowance needs. */
  readonly name?: string;
  /** The source of a declaration that permits it, such as the retirement of a container. */
  readonly permittedBy?: string;
}

/** The source of the consent to leave a container without an Owner, and to revoke all its permissions. */
export const BY_RETIREMENT = 'retired = true in code';

/** Refusals, and examples of the first of them, that are shown. A reader needs the totals and a few names. */
const SHOWN = 10;

/** Returns the texts of the first refusals, the first with examples, and how many others there are. */
export function refusalTexts(refusals: readonly Refusal[]): string[] {
  const withExamples = refusals.find(({ examples = [] }) => examples.length > 0);
  const texts = refusals.map((refusal) => {
    const { message, examples = [] } = refusal;
    return refusal === withExamples ? `${message}: ${joinFirst(examples, SHOWN)}` : message;
  });
  const more = texts.length - SHOWN;
  return [...texts.slice(0, SHOWN), ...(more > 0 ? [more === 1 ? '1 more refusal' : `${more} more refusals`] : [])];
}

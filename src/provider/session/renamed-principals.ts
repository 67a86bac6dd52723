import { joinFirst } from '../model/join-first.js';
import type { Step } from '../model/plan.js';
import type { Remedy } from '../model/remedy.js';

/** Maximum number of names in one hint. */
const NAMED = 10;

/**
 * Returns the advice for access that is only lost because its user or group has a new address: Terraform then does not
 * know the id of the principal and plans its permissions and role bindings as new.
 * @param renamed the removals of these users and groups
 */
export function renamedAdvice(renamed: readonly Step[]): {
  readonly hint?: string;
  readonly remedy?: readonly Remedy[];
} {
  if (renamed.length === 0) return {};
  const labels = [...new Set(renamed.map(({ label }) => label))];
  const kinds = [...new Set(renamed.map(({ kind }) => kind))];
  return {
    hint: `The address of ${joinFirst(labels, NAMED)} has changed.`,
    remedy: kinds.map((resource) => ({ kind: 'moved', resource })),
  };
}

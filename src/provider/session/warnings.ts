import type { Remedy } from '../model/remedy.js';
import type { Resource } from '../model/resource.js';

/** A warning for the person who runs Terraform. */
export interface Warning {
  /** One line: the event and the name of the object. */
  readonly message: string;
  readonly hint?: string | undefined;
  readonly remedy?: readonly Remedy[] | undefined;
  /** The message without the object's name, for a group of objects: "will be revoked". */
  readonly groupMessage?: string;
}

/**
 * Maximum number of equal warnings that each name their object. Terraform prints every warning with a source snippet,
 * which is slow.
 */
const MAX_INDIVIDUAL = 100;

/** Limits equal warnings: beyond the maximum they get equal summaries, which Terraform folds into one with a count. */
export class WarningLimiter {
  private readonly counts = new Map<string, number>();

  /** Returns the warnings; beyond the maximum, the object's name is in the hint only. */
  limit({ type, plural }: Resource, warnings: readonly Warning[]): Warning[] {
    return warnings.map((warning) => {
      if (warning.groupMessage === undefined) return warning;
      const group = `${type} ${warning.groupMessage}`;
      const count = (this.counts.get(group) ?? 0) + 1;
      this.counts.set(group, count);
      if (count <= MAX_INDIVIDUAL) return warning;
      const hint = warning.hint === undefined ? warning.message : `${warning.message}. ${warning.hint}`;
      return { ...warning, message: `${plural}, more than ${MAX_INDIVIDUAL}: each ${warning.groupMessage}`, hint };
    });
  }
}

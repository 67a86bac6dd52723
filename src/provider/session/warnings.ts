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
const TOLD = 100;

/** Limits equal warnings: beyond the maximum they get equal summaries, which Terraform folds into one with a count. */
export class WarningLimiter {
  private readonly told = new Map<string, number>();

  /** Returns the warnings; beyond the maximum, the object's name is in the hint only. */
  limit({ type, plural }: Resource, warnings: readonly Warning[]): Warning[] {
    return warnings.map((notice) => {
      if (notice.groupMessage === undefined) return notice;
      const sort = `${type} ${notice.groupMessage}`;
      const told = (this.told.get(sort) ?? 0) + 1;
      this.told.set(sort, told);
      if (told <= TOLD) return notice;
      const hint = notice.hint === undefined ? notice.message : `${notice.message}. ${notice.hint}`;
      return { ...notice, message: `${plural}, more than ${TOLD}: each ${notice.groupMessage}`, hint };
    });
  }
}

import type { Remedy } from '../model/remedy.js';
import type { Resource } from '../model/resource.js';

/** Something that whoever runs Terraform must read. */
export interface Warning {
  /** One line: what, and of which object. */
  readonly message: string;
  readonly hint?: string | undefined;
  readonly remedy?: readonly Remedy[] | undefined;
  /** The message without its object, where it may be true of many: "will be revoked". */
  readonly groupMessage?: string;
}

/** So many of one sort are told one by one. Terraform prints each with its place in the code, which takes it long. */
const TOLD = 100;

/** Says the same of many as one: Terraform folds warnings with equal summaries, and counts them. */
export class WarningLimiter {
  private readonly told = new Map<string, number>();

  /** What is beyond the first of a sort names its object in the hint alone. */
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

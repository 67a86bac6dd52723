import type { Resource } from '../resource.js';
import type { Notice } from './running.js';

/** So many of one sort are told one by one. Terraform prints each with its place in the code, which takes it long. */
const TOLD = 100;

/** Says the same of many as one: Terraform folds warnings with equal summaries, and counts them. */
export class Crowd {
  private readonly told = new Map<string, number>();

  /** What is beyond the first of a sort names its object in the hint alone. */
  fold({ type, plural }: Resource, notices: readonly Notice[]): Notice[] {
    return notices.map((notice) => {
      if (notice.many === undefined) return notice;
      const sort = `${type} ${notice.many}`;
      const told = (this.told.get(sort) ?? 0) + 1;
      this.told.set(sort, told);
      if (told <= TOLD) return notice;
      const hint = notice.hint === undefined ? notice.message : `${notice.message}. ${notice.hint}`;
      return { ...notice, message: `${plural}, more than ${TOLD}: each ${notice.many}`, hint };
    });
  }
}

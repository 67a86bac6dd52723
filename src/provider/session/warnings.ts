import type { Remedy } from '../model/remedy.js';
import type { Resource } from '../model/resource.js';

/** A warning of one instance. */
export interface Warning {
  /** One line, which names the object. */
  readonly message: string;
  readonly hint?: string | undefined;
  readonly remedy?: readonly Remedy[] | undefined;
  /** The message without the object, if many objects may have it: "will be revoked". */
  readonly groupMessage?: string;
}

/** Ends a warning of something that a later request of Terraform may declare. */
export const UNLESS_DECLARED = ' (unless a resource that Terraform has not planned yet declares it)';

/** Warnings of one kind reported individually. Terraform prints each with a source snippet, which is slow. */
const REPORTED = 100;

/** Limits repeated warnings: Terraform folds warnings with equal summaries, and counts them. */
export class WarningLimiter {
  private readonly reported = new Map<string, number>();

  /** Moves the object's name into the hint once the limit of its kind is reached. */
  limit({ type, plural }: Resource, warnings: readonly Warning[]): Warning[] {
    return warnings.map((warning) => {
      const { groupMessage, message, hint } = warning;
      if (groupMessage === undefined) return warning;
      const key = `${type} ${groupMessage}`;
      const count = (this.reported.get(key) ?? 0) + 1;
      this.reported.set(key, count);
      if (count <= REPORTED) return warning;
      const detail = `One of them: ${message}${hint === undefined ? '' : `. ${hint}`}`;
      return { ...warning, message: `${plural}, more than ${REPORTED}: each ${groupMessage}`, hint: detail };
    });
  }
}

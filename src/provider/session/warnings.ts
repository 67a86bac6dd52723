import type { Remedy } from '../model/remedy.js';

/** Something that whoever runs Terraform must read. */
export interface Warning {
  /** One line: what, and of which object. */
  readonly message: string;
  readonly hint?: string | undefined;
  readonly remedy?: readonly Remedy[] | undefined;
  /** The message without its object, where it may be true of many: "will be revoked". */
  readonly groupMessage?: string;
}

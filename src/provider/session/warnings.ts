/** Something that whoever runs Terraform must read. */
export interface Warning {
  /** One line: what, and of which object. */
  readonly message: string;
  readonly hint?: string | undefined;
  /** The message without its object, where it may be true of many: "will be revoked". */
  readonly groupMessage?: string;
}

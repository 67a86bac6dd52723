/** Exceptions from the guards that a run is granted. */
export interface Allowance {
  /** The source of the allowance, for the plan: `the environment`. */
  readonly source: string;
  /** The exact number of objects, edges and members that the plan removes. */
  readonly removals?: number | undefined;
  /** The exact number of owned objects that may be missing. */
  readonly missing?: number | undefined;
  /** Names of protected accounts and groups that may lose access. */
  readonly principals?: readonly string[] | undefined;
  /** Names of containers and admin roles that may be left without an active holder. */
  readonly orphans?: readonly string[] | undefined;
}

/** Features that a service states. undefined: not stated. */
export interface Features {
  readonly patch: boolean | undefined;
  readonly filter: boolean | undefined;
  readonly bulk: boolean | undefined;
  /** Most objects that a list returns. */
  readonly maxResults: number | undefined;
}

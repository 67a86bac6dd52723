/** What a run cost, in requests as the tenant counts them: every attempt, retries included. */
export interface Cost {
  lists: number;
  gets: number;
  writes: number;
  tokens: number;
  /** Times that a throttled or failed request waited before it was tried again. */
  waits: number;
}

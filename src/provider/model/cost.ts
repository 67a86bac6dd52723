/** Number of requests that a run sent, as the tenant counts them: every attempt, retries included. */
export interface Cost {
  lists: number;
  gets: number;
  writes: number;
  tokens: number;
  /** Waits before a throttled or failed request was sent again. */
  waits: number;
}

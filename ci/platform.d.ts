/** A pull request or merge request. */
export interface PullRequest {
  readonly number: number;
  /** The commit that is reviewed. */
  readonly sha: string;
  /** A label counts if a person other than the author has set it. */
  readonly labels: readonly { readonly name: string; readonly counts: boolean }[];
}

/** A comment or an issue. */
export interface Post {
  readonly id: number;
  readonly body: string;
  /** The account of the job wrote it. A post of another account could be changed by that account. */
  readonly own: boolean;
}

/** The parts of GitHub and GitLab that the jobs need. */
export interface Platform {
  /** Returns the open request of this run; undefined if it is closed or has newer commits. */
  pullRequest(): Promise<PullRequest | undefined>;
  /** Returns the stack that the job without credentials has made. */
  stack(): Promise<Uint8Array>;
  comments(number: number): Promise<Post[]>;
  createComment(number: number, body: string): Promise<unknown>;
  updateComment(number: number, id: number, body: string): Promise<unknown>;
  /** Sets the status of a commit; unset if the job itself is shown there. */
  setStatus?(sha: string, state: 'success' | 'failure', description: string): Promise<unknown>;
  openIssues(): Promise<Post[]>;
  createIssue(title: string, body: string): Promise<unknown>;
  updateIssue(id: number, body: string): Promise<unknown>;
  closeIssue(id: number, body: string): Promise<unknown>;
  /** Returns the results of all reviews of the merged commit as JSON if they were approved, or the reason why there are none. */
  approved(): Promise<{ readonly reviews: readonly string[] } | { readonly reason: string }>;
  /** Fails unless an apply that is not approved waits; unset if it always waits. */
  checkApproval?(): Promise<void>;
  readonly runUrl: string;
}

import type { Values } from '../../../src/provider/index.js';

/**
 * One thing that the author of a pull request changes, as data. Texts may have placeholders: `<decoy>` is the URL of a
 * server that nobody named, `<decoy-host>` its host and port, `<port>` the tenant's port, `<tenant>` its URL, `<outside>`
 * a folder outside of the checkout and `<id of NAME>` an id in the tenant.
 */
export interface HostileChange {
  readonly name: string;
  /** Settings of the provider block. */
  readonly provider?: Values;
  /** Attributes by type and name of a resource, merged with those of the base branch. Null removes the resource. */
  readonly resource?: Readonly<Record<string, Readonly<Record<string, Values | null>>>>;
  /** Other blocks of the stack. */
  readonly blocks?: Values;
  readonly files?: readonly FileChange[];
  /** Text that an error has to have: every command that reaches it is refused. */
  readonly refused?: string;
  /** Text that the plan of the embedded engine has to have. */
  readonly shown?: string;
  /** Whether only the embedded engine reads the changed file. */
  readonly embeddedOnly?: boolean;
}

/** A change of a file in the checkout. */
export type FileChange =
  | { readonly path: string; readonly becomes: Trick }
  | { readonly path: string; readonly text: string }
  | { readonly path: string; readonly removed: true }
  /** Replaces what a regular expression finds. */
  | { readonly path: string; readonly find: string; readonly put: string }
  /** Changes a value of the saved plan; the number chooses which. */
  | { readonly path: 'plan.json'; readonly leaf: number };

export type Trick =
  | 'link'
  | 'dangling link'
  | 'hard link'
  | 'pipe'
  | 'folder'
  | 'link to a folder'
  | 'link to a device';

/** A pull request: the changes, and the names of all for a report. */
export interface HostilePullRequest {
  readonly name: string;
  readonly changes: readonly HostileChange[];
}

import type { SimulatorState } from '../../../src/simulator/index.js';
import type { HostilePullRequest } from './hostile-change.js';

/** One command that ran on the checkout of a pull request. */
export interface Command {
  /** Such as `plan`. */
  readonly name: string;
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
  readonly seconds: number;
  /** Whether every word may begin a line, because Terraform wraps the output. */
  readonly isWrapped: boolean;
  /** Requests that the tenant received. */
  readonly requests: number;
}

/** The text that a reviewer sees of what is applied, in blocks that each show one object. */
export interface Reviewed {
  readonly text: string;
  /** The same as JSON, if the engine has a format of its own. */
  readonly json: string | undefined;
  /** Whether the text has ids for names, and nothing for what is known after the apply, as that of Terraform. */
  readonly hasIds: boolean;
}

/** All that an observer saw of one pull request in one engine. */
export interface Observation {
  readonly pullRequest: HostilePullRequest;
  readonly commands: readonly Command[];
  /** The tenant before, after the commands that only read, and at the end. */
  readonly before: SimulatorState;
  readonly read: SimulatorState;
  readonly after: SimulatorState;
  readonly reviewed: Reviewed;
  /** Scopes of the tokens that the commands that only read asked for. */
  readonly scopes: readonly string[];
  /** Addresses other than the tenant's to which a connection was opened. */
  readonly connections: readonly string[];
  /** Bytes of each connection to the decoy. */
  readonly decoy: readonly string[];
  /** What is outside of the checkout, before and after. */
  readonly outside: { readonly before: readonly string[]; readonly after: readonly string[] };
  /** Files of the checkout that commands which only read must not change, before and after. */
  readonly kept: { readonly before: readonly string[]; readonly after: readonly string[] };
  /** Files of the checkout that neither the engine nor the pull request explains. */
  readonly leftovers: readonly string[];
  /** Secrets found in outputs, files and bytes that left. */
  readonly secrets: readonly string[];
  /** Edits of the pull request that found nothing to change. */
  readonly idle: readonly string[];
}

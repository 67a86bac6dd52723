import type { Admin } from './directory/admin.js';
import type { SimulatorState } from './directory/state.js';
import type { Faults } from './faults/faults.js';
import type { LogEntry, RequestCounts } from './http/traffic.js';
import type { Credentials } from './tenant.js';

/** A running simulated tenant. */
export interface Simulator {
  /** Base URL of the tenant, without a trailing slash. */
  readonly url: string;
  readonly port: number;
  readonly credentials: Credentials;
  /** Environment variables that connect the product to this tenant. */
  readonly env: Readonly<Record<string, string>>;
  /** Counts since the start or the last reset; a live object. */
  readonly requests: RequestCounts;
  resetRequests(): void;
  /** At least the last 10,000 requests, oldest first, without headers and bodies. */
  readonly log: readonly LogEntry[];
  /** Returns the current directory, sorted. Two runs with the same history have equal states. */
  state(): SimulatorState;
  /** Faults in force: `set`, `add`, `clear`. */
  readonly faults: Faults;
  /** Revokes all OAuth tokens, but not the static SCIM token. */
  revokeTokens(): void;
  /** Limits the folders that the connector's service user owns, and so sees (guide 004). */
  seeOnly(containers: readonly string[]): void;
  /** Changes made outside of the client. */
  readonly admin: Admin;
  /** Closes the server and all open connections. */
  close(): Promise<void>;
}

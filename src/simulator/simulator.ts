import type { Admin } from './directory/admin.js';
import type { SimulatorState } from './directory/state.js';
import type { Faults } from './faults/faults.js';
import type { LogEntry, RequestCounts } from './http/traffic.js';
import type { Credentials } from './tenant.js';

/** A running simulated tenant. */
export interface Simulator {
  /** Without a trailing slash; the tenant's base URL. */
  readonly url: string;
  readonly port: number;
  readonly credentials: Credentials;
  /** Environment by which the product finds and opens this tenant. */
  readonly env: Readonly<Record<string, string>>;
  /** Counts since the start or the last reset; a live object. */
  readonly requests: RequestCounts;
  resetRequests(): void;
  /** The last 10,000 requests at least, oldest first; no headers, no bodies. */
  readonly log: readonly LogEntry[];
  /** The directory as it is, sorted; two runs with one history give equal states. */
  state(): SimulatorState;
  /** Faults in force: `set`, `add`, `clear`. */
  readonly faults: Faults;
  /** Every OAuth token in circulation dies; the static SCIM token lives on. */
  revokeTokens(): void;
  /** From now on the connector's service user owns, and so sees, these folders only (guide 004). */
  seeOnly(containers: readonly string[]): void;
  /** Changes behind the client's back. */
  readonly admin: Admin;
  /** Ends the server and every open connection. */
  close(): Promise<void>;
}

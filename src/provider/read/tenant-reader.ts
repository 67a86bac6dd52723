import type { Tenant } from '../api/tenant.js';
import type { Values } from '../model/values.js';
import type { RemoteObject } from '../model/wire.js';
import type { IdTranslator } from './id-translator.js';
import type { Snapshot } from './snapshot.js';

/** An edge as it lives, its references as ids of home surfaces. */
export interface LiveEdge {
  readonly live: RemoteObject;
  readonly values: Values;
}

/** What one run reads of a tenant, each thing once. */
export interface TenantReader {
  readonly tenant: Tenant;
  readonly snapshot: Snapshot;
  readonly translator: IdTranslator;
  /** Live edges by kind and scope. */
  readonly edges: Map<string, Promise<readonly LiveEdge[]>>;
}

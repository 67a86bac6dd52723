import type { Tenant } from '../api/tenant.js';
import type { ObjectNames } from '../model/object-names.js';
import type { Values } from '../model/values.js';
import type { RemoteObject } from '../model/wire.js';
import { IdTranslator } from './id-translator.js';
import { Snapshot } from './snapshot.js';

/** A live edge. References in `values` are ids of home surfaces. */
export interface LiveEdge {
  readonly live: RemoteObject;
  readonly values: Values;
}

/** Everything that one run reads of a tenant, each thing once. */
export interface TenantReader {
  readonly tenant: Tenant;
  readonly snapshot: Snapshot;
  readonly translator: IdTranslator;
  /** Cache of live edges by kind and list. */
  readonly edges: Map<string, Promise<readonly LiveEdge[]>>;
}

/** Opens a reader of a tenant. Sends nothing yet. @param names object names that an earlier reader knew */
export function openReader(tenant: Tenant, names?: ObjectNames): TenantReader {
  const snapshot = new Snapshot(tenant);
  return { tenant, snapshot, translator: new IdTranslator(snapshot, names), edges: new Map() };
}

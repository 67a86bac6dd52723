import type { Tenant } from '../api/tenant.js';
import type { ObjectName } from '../model/plan.js';
import { IdTranslator } from './id-translator.js';
import { Snapshot } from './snapshot.js';
import type { TenantReader } from './tenant-reader.js';

/** Begins to read a tenant; sends nothing yet. @param remembered ids that an earlier reading knew */
export function openReader(tenant: Tenant, remembered?: Readonly<Record<string, ObjectName>>): TenantReader {
  const snapshot = new Snapshot(tenant);
  return { tenant, snapshot, translator: new IdTranslator(snapshot, remembered), edges: new Map() };
}

import type { Tenant } from '../tenant.js';
import { Identity, type Known } from './identity.js';
import type { Reading } from './planning.js';
import { Snapshot } from './snapshot.js';

/** Begins to read a tenant; sends nothing yet. @param remembered ids that an earlier reading knew */
export function openReading(tenant: Tenant, remembered?: Readonly<Record<string, Known>>): Reading {
  const snapshot = new Snapshot(tenant);
  return { tenant, snapshot, identity: new Identity(snapshot, remembered), edges: new Map() };
}

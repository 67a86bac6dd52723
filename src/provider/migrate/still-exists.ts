import type { Tenant } from '../api/tenant.js';
import { DelineaErrors } from '../model/errors.js';
import { foldCase } from '../model/fold-case.js';
import type { OwnedObject } from '../model/owned-object.js';
import { findingToError } from '../model/plan.js';
import { openPlanContext } from '../plan/plan-changes.js';
import { planRemovals } from '../plan/plan-removed.js';
import { resolveScope } from '../read/scope.js';
import type { TenantReader } from '../read/tenant-reader.js';
import { openReader } from '../read/tenant-reader.js';
import { resourceOf } from '../resources/index.js';
import type { StateResource } from './from-terraform.js';

/**
 * Finds the ledger entries that a Terraform state does not have and that an apply would still have to remove. Leaves
 * out objects that are deleted, inactive, emptied, revoked or retained, and edges in the scope of an authoritative set
 * of the state.
 * @param lacking entries of the ledger that the state does not have
 * @param entries the resources of the state
 * @throws DelineaError, DelineaErrors for objects that cannot be read: they may still exist
 */
export async function findStillExisting(
  tenant: Tenant,
  lacking: readonly OwnedObject[],
  entries: readonly StateResource[],
): Promise<OwnedObject[]> {
  if (lacking.length === 0) return [];
  const reader = openReader(tenant);
  const context = openPlanContext(reader, { stack: '', declarations: [], owned: lacking }, [], lacking);
  await planRemovals(context, lacking);
  const unread = context.findings.filter(({ code }) => UNREAD.has(code));
  if (unread.length > 0) {
    throw new DelineaErrors(unread.map((finding) => findingToError({ ...finding, code: 'incomplete_response' })));
  }
  const nothingToDo = context.changes.filter(({ delinea }) => delinea.operation === 'forget');
  const done = new Set(nothingToDo.map(({ delinea }) => delinea.key));
  const remaining = lacking.filter(({ address, id }) => !done.has(`${address}#${id}`));
  const covered = await Promise.all(remaining.map((entry) => isCovered(reader, entry, entries)));
  return remaining.filter((_, at) => !covered[at]);
}

/** Codes of findings that leave open whether the object exists. */
const UNREAD = new Set(['forbidden', 'incomplete_response', 'skipped']);

/** Returns whether an authoritative set of the state covers an edge: Terraform reads all edges of its scope anyway. */
async function isCovered(
  reader: TenantReader,
  entry: OwnedObject,
  entries: readonly StateResource[],
): Promise<boolean> {
  const set = entries.find(
    ({ address, kind }) => address === entry.address && resourceOf(kind).authoritativeFor?.edge === entry.kind,
  );
  if (!set) return false;
  const resource = resourceOf(set.kind);
  const scope = await resolveScope(reader, resource, set.values);
  return foldCase(scope) === foldCase(entry.key[resource.authoritativeFor!.scope]);
}

import type { Tenant } from '../api/tenant.js';
import { DelineaError, DelineaErrors } from '../model/errors.js';
import { foldCase } from '../model/fold-case.js';
import type { OwnedObject } from '../model/owned-object.js';
import { openPlanContext } from '../plan/plan-changes.js';
import { planRemovals } from '../plan/plan-removed.js';
import { resolveScope } from '../read/scope.js';
import type { TenantReader } from '../read/tenant-reader.js';
import { openReader } from '../read/tenant-reader.js';
import { resourceOf } from '../resources/index.js';
import type { StateResource } from './from-terraform.js';

/**
 * Which entries of a ledger an apply would have something to take away of, now that a state lacks them. Not among them is
 * what is gone, inactive, emptied or revoked already, what is retained, and what stands in a place that a whole set of the
 * state is the whole of.
 * @param lacking entries that the state lacks @param entries the state
 * @throws DelineaError, DelineaErrors for what could not be read: it may live
 */
export async function findStillExisting(
  tenant: Tenant,
  lacking: readonly OwnedObject[],
  entries: readonly StateResource[],
): Promise<OwnedObject[]> {
  if (lacking.length === 0) return [];
  const reading = openReader(tenant);
  const planning = openPlanContext(reading, { stack: '', declarations: [], owned: lacking }, [], lacking);
  await planRemovals(planning, lacking);
  const unread = planning.findings.filter(({ code }) => UNDECIDED.has(code));
  if (unread.length > 0) {
    throw new DelineaErrors(
      unread.map(
        ({ message, hint, address }) => new DelineaError('incomplete_response', message, { hint, path: address }),
      ),
    );
  }
  const nothingToDo = planning.changes.filter(({ delinea }) => delinea.operation === 'forget');
  const past = new Set(nothingToDo.map(({ delinea }) => delinea.key));
  const living = lacking.filter(({ address, id }) => !past.has(`${address}#${id}`));
  const covered = await Promise.all(living.map((entry) => isCovered(reading, entry, entries)));
  return living.filter((_, at) => !covered[at]);
}

const UNDECIDED = new Set(['forbidden', 'incomplete_response', 'skipped']);

/** A whole set sees everybody in its place, so it needs no memory of who was there. */
async function isCovered(
  reading: TenantReader,
  entry: OwnedObject,
  entries: readonly StateResource[],
): Promise<boolean> {
  const set = entries.find(
    ({ address, kind }) => address === entry.address && resourceOf(kind).authoritativeFor?.edge === entry.kind,
  );
  if (!set) return false;
  const resource = resourceOf(set.kind);
  const place = await resolveScope(reading, resource, set.values);
  return foldCase(place) === foldCase(entry.key[resource.authoritativeFor!.scope]);
}

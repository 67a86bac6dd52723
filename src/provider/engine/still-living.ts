import { DelineaError, DelineaErrors } from '../errors.js';
import { foldCase } from '../fold-case.js';
import { resourceOf } from '../resources/index.js';
import type { Tenant } from '../tenant.js';
import type { OwnedObject } from './declaration.js';
import { placeOfSet } from './owned-from.js';
import { openPlanning } from './plan-changes.js';
import type { Reading } from './planning.js';
import { openReading } from './reading.js';
import { planRemovals } from './removal.js';
import type { StateEntry } from './take-back.js';

/**
 * Which entries of a ledger an apply would have something to take away of, now that a state lacks them. Not among them is
 * what is gone, inactive, emptied or revoked already, what is retained, and what stands in a place that a whole set of the
 * state is the whole of.
 * @param lacking entries that the state lacks @param entries the state
 * @throws DelineaError, DelineaErrors for what could not be read: it may live
 */
export async function stillLiving(
  tenant: Tenant,
  lacking: readonly OwnedObject[],
  entries: readonly StateEntry[],
): Promise<OwnedObject[]> {
  if (lacking.length === 0) return [];
  const reading = openReading(tenant);
  const planning = openPlanning(reading, { stack: '', declarations: [], owned: lacking }, [], lacking);
  await planRemovals(planning, lacking);
  const unread = planning.findings.filter(({ code }) => UNDECIDED.has(code));
  if (unread.length > 0) {
    throw new DelineaErrors(
      unread.map(({ message, hint, address }) => new DelineaError('unread', message, { hint, path: address })),
    );
  }
  const nothingToDo = planning.changes.filter(({ delinea }) => delinea.operation === 'forget');
  const past = new Set(nothingToDo.map(({ delinea }) => delinea.key));
  const living = lacking.filter(({ address, id }) => !past.has(`${address}#${id}`));
  const covered = await Promise.all(living.map((entry) => isCovered(reading, entry, entries)));
  return living.filter((_, at) => !covered[at]);
}

const UNDECIDED = new Set(['forbidden', 'unread', 'skipped']);

/** A whole set sees everybody in its place, so it needs no memory of who was there. */
async function isCovered(reading: Reading, entry: OwnedObject, entries: readonly StateEntry[]): Promise<boolean> {
  const set = entries.find(
    ({ address, kind }) => address === entry.address && resourceOf(kind).setOf?.kind === entry.kind,
  );
  if (!set) return false;
  const resource = resourceOf(set.kind);
  const place = await placeOfSet(reading, resource, set.values);
  return foldCase(place) === foldCase(entry.key[resource.setOf!.scope]);
}

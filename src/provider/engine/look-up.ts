import type { Values } from '../resource.js';
import type { Tenant } from '../tenant.js';
import type { Live } from '../wire.js';
import { findNamed, noneCalled, onlyNamed } from './catalog.js';
import { homeValues } from './edges.js';
import { Identity } from './identity.js';
import type { Reading } from './planning.js';
import { Snapshot } from './snapshot.js';

/**
 * The attributes of one object, its id among them, with references as ids of home surfaces. What was read once is not
 * read again.
 * @param name its natural key; a kind that declarations may name by path can be named so here
 * @throws DelineaError `unknown_name`, `ambiguous`, or why the tenant could not be read
 */
export type LookUp = (kind: string, name: string) => Promise<Values>;

/** Sends nothing yet. */
export function openLookUp(tenant: Tenant): LookUp {
  const snapshot = new Snapshot(tenant);
  const reading: Reading = { tenant, snapshot, identity: new Identity(snapshot), edges: new Map() };
  return async (kind, name) => {
    const { resource, wire } = tenant.collection(kind);
    const found = resource.namedBy ? await findNamed(snapshot, kind, name) : await findByKey(snapshot, kind, name);
    // A list may bring less than the object has, and what was not read must not look unset.
    const shown = resource.attributes
      .map((attribute) => attribute.name)
      .filter((attribute) => attribute in wire.fields);
    const live = await snapshot.view(kind).filled(found, shown);
    return { ...(await homeValues(reading, kind, live)), id: live.id };
  };
}

async function findByKey(snapshot: Snapshot, kind: string, name: string): Promise<Live> {
  const { resource } = snapshot.tenant.collection(kind);
  const found = await onlyNamed(snapshot, kind, { [resource.key[0]!]: name });
  if (found) return found;
  const view = snapshot.view(kind);
  // A list of one page is worth reading for the hint; a long one is not.
  throw noneCalled(resource, name, (await view.listIfWithin(0)) ? await view.all() : []);
}

import { setTimeout as sleep } from 'node:timers/promises';
import { DelineaError } from '../model/errors.js';
import { foldCase } from '../model/fold-case.js';
import type { EdgeResource } from '../model/resource.js';
import type { Values } from '../model/values.js';
import type { RemoteObject, Wire } from '../model/wire.js';
import { carrierOf, edgesIn, elementAttribute, elementsIn, elementValues } from '../resources/edges.js';
import type { ConfiguredSurface } from '../settings/settings.js';
import type { Collection } from './collection.js';

/** Where a write was slow because the service had us wait, another run did not wait with us. */
const SETTLES_MS = 2_000;

/** A write that may be overwritten yet, by another run that has read before it. */
interface Written {
  readonly before: readonly string[];
  readonly isHeld: boolean;
  /** On the clock of `performance.now()`: when another run is done too, if it takes as long as ours did. */
  readonly settles: number;
}

/**
 * A kind that has no object of its own but is an element of an array on another (guide 000: `roles` of a user). Adding
 * and taking away read the array afresh and write it whole, so callers hold a lock on the carrier. Other runs have no
 * part in that lock, and what one writes between the other's read and write is lost, be it a role or its removal. So
 * what is found after a write is `overwritten` where another run wrote without it: callers then look and write again.
 */
export function elementCollection(
  resource: EdgeResource,
  surface: ConfiguredSurface,
  wire: Wire,
  carriers: (kind: string) => Collection,
): Collection {
  const access = surface.serves[resource.type]?.writeAccess ?? 'write';
  const same = (left: unknown, right: unknown) => foldCase(left) === foldCase(right);
  const has = (names: readonly string[], value: unknown) => names.some((name) => same(name, value));
  const element = elementAttribute(resource);
  const { array } = resource.edge.storedIn!;
  const kindOf = (values: Values) => carrierOf(resource, values)!.kind;
  const idOf = (values: Values) => carrierOf(resource, values)!.id;
  const edgeId = (values: Values) => `${kindOf(values)}/${idOf(values)}/${values[element]}`;
  const unsettled = new Map<string, Written>();

  /** What one 404 hides is there for the next look; an array that is not read would be one without its elements. */
  const readCarrier = async (values: Values) => {
    const look = () => carriers(kindOf(values)).get(idOf(values));
    return (await look()) ?? (await look());
  };

  async function heldBy(values: Values): Promise<RemoteObject[]> {
    const carrier = await readCarrier(values);
    return carrier ? edgesIn(resource, kindOf(values), carrier) : [];
  }

  /** @returns whether there is a carrier */
  async function write(values: Values, change: (held: readonly string[]) => readonly string[]): Promise<boolean> {
    const began = performance.now();
    const carrier = await readCarrier(values);
    if (!carrier) return false;
    const before = elementsIn(resource, kindOf(values), carrier);
    const wanted = change(before);
    if (wanted.length === before.length) return true;
    await carriers(kindOf(values)).update(carrier, { [array]: wanted }, access);
    const now = performance.now();
    const settles = now + Math.min(now - began, SETTLES_MS);
    const written = { before, isHeld: wanted.length > before.length, settles };
    unsettled.set(foldCase(edgeId(values)), written);
    return true;
  }

  async function find(key: Values): Promise<RemoteObject[]> {
    const edges = await heldBy(key);
    const found = edges.filter((edge) => same(edge.values[element], key[element]));
    const edge = foldCase(edgeId(key));
    const written = unsettled.get(edge);
    if (!written) return found;
    const isShown = found.length > 0 === written.isHeld;
    const held = edges.map(({ values }) => String(values[element]));
    // As it was before, it only does not show yet.
    if (!isShown && held.length === written.before.length && held.every((name) => has(written.before, name)))
      return found;
    if (isShown && performance.now() < written.settles) {
      await sleep(written.settles - performance.now());
      return find(key);
    }
    unsettled.delete(edge);
    if (isShown) return found;
    const who = `${kindOf(key)} ${idOf(key)}`;
    throw new DelineaError('overwritten', `another run wrote the ${array} of ${who} at the same time`, {
      hint: 'Apply again: what is live counts.',
    });
  }

  return {
    resource,
    surface,
    wire,
    find,
    list: (scope) => heldBy(scope ?? {}),
    firstPage: async () => ({ items: [], total: 0 }),
    async get(id) {
      const [kind = '', carrier = '', ...value] = id.split('/');
      return (await find(elementValues(resource, { kind, id: carrier }, value.join('/'))))[0];
    },
    async create(values) {
      const value = String(values[element]);
      if (await write(values, (held) => (has(held, value) ? held : [...held, value]))) return edgeId(values);
      const who = `${kindOf(values)} ${idOf(values)}`;
      throw new DelineaError('not_found', `${who} is not there to change its ${array}`);
    },
    async update() {
      throw new DelineaError('unserved', `${resource.type} cannot be changed, only added and removed`);
    },
    async remove({ values }) {
      await write(values, (held) => held.filter((name) => !same(name, values[element])));
    },
  };
}

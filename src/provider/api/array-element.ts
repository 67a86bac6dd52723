import { setTimeout as sleep } from 'node:timers/promises';
import { DelineaError } from '../model/errors.js';
import { foldCase } from '../model/fold-case.js';
import { attributeOf, type EdgeResource } from '../model/resource.js';
import { pick, type Values } from '../model/values.js';
import type { RemoteObject, Wire } from '../model/wire.js';
import {
  carrierKinds,
  carrierOf,
  edgesIn,
  elementAttribute,
  elementsIn,
  elementValues,
} from '../resources/edge-words.js';
import type { ConfiguredSurface } from '../settings/configured-surface.js';
import type { Collection } from './collection.js';

/** Longest time in milliseconds that a concurrent run is assumed to take: our own back-off does not slow it. */
const SETTLES_MS = 2_000;

/** A write that another run may still overwrite, because it read the array before. */
interface Written {
  readonly before: readonly string[];
  readonly isAdded: boolean;
  /** Time by `performance.now()` at which a concurrent run that takes as long as ours has finished. */
  readonly settles: number;
}

/**
 * Returns the collection of a kind that is stored as elements of an array on another object, the carrier (guide 000:
 * `roles` of a user) or in a list of its own (the members of a group). Every change reads the array and writes what differs
 * or, where the protocol has only that, the whole array, so callers lock the carrier. The lock does not cover other runs:
 * a write between their read and their write is lost. So `find` after a write throws `overwritten` if another run wrote the
 * array without our change; callers then read and write again.
 */
export function elementCollection(
  resource: EdgeResource,
  surface: ConfiguredSurface,
  wire: Wire,
  carriers: (kind: string) => Collection,
): Collection {
  const access = surface.serves[resource.type]?.writeAccess ?? 'write';
  const element = elementAttribute(resource);
  // Names of roles compare without case; ids of members do not.
  const comparable = attributeOf(resource, element).caseless ? foldCase : String;
  const same = (left: unknown, right: unknown) => comparable(left) === comparable(right);
  const has = (names: readonly string[], value: unknown) => names.some((name) => same(name, value));
  const { array } = resource.edge.storedIn!;
  const kindOf = (values: Values) => carrierOf(resource, values)!.kind;
  const idOf = (values: Values) => carrierOf(resource, values)!.id;
  const edgeId = (values: Values) => `${kindOf(values)}/${idOf(values)}/${values[element]}`;
  const edgeKey = (values: Values) => `${kindOf(values)}/${idOf(values)}/${comparable(values[element])}`;
  const unsettled = new Map<string, Written>();

  /** Reads the carrier again after a 404, which may be spurious: its elements would count as removed. */
  const readCarrier = async (values: Values) => {
    const read = () => carriers(kindOf(values)).get(idOf(values), [array]);
    return (await read()) ?? (await read());
  };

  async function edgesOf(values: Values): Promise<RemoteObject[]> {
    const carrier = await readCarrier(values);
    return carrier ? edgesIn(resource, kindOf(values), carrier, carriers(kindOf(values)).wire) : [];
  }

  /** Writes the array of a carrier after a change. @returns whether the carrier exists */
  async function write(values: Values, change: (current: readonly string[]) => readonly string[]): Promise<boolean> {
    const began = performance.now();
    const carrier = await readCarrier(values);
    if (!carrier) return false;
    const before = elementsIn(resource, kindOf(values), carrier, carriers(kindOf(values)).wire);
    const wanted = change(before);
    if (wanted.length === before.length) return true;
    await carriers(kindOf(values)).update(carrier, { [array]: wanted }, access);
    const now = performance.now();
    const settles = now + Math.min(now - began, SETTLES_MS);
    const written = { before, isAdded: wanted.length > before.length, settles };
    unsettled.set(edgeKey(values), written);
    return true;
  }

  async function find(key: Values): Promise<RemoteObject[]> {
    const edges = await edgesOf(key);
    // A list may show only ids, which are unique among users and groups.
    const type = pick(key, [resource.edge.principal.type]);
    const found = edges
      .filter((edge) => same(edge.values[element], key[element]))
      .map((edge) => ({ ...edge, values: { ...type, ...edge.values } }));
    const edge = edgeKey(key);
    const written = unsettled.get(edge);
    if (!written) return found;
    const isShown = found.length > 0 === written.isAdded;
    const current = edges.map(({ values }) => String(values[element]));
    // The array is as before the write: the write is not visible yet.
    if (!isShown && current.length === written.before.length && current.every((name) => has(written.before, name)))
      return found;
    if (isShown && performance.now() < written.settles) {
      await sleep(written.settles - performance.now());
      return find(key);
    }
    unsettled.delete(edge);
    if (isShown) return found;
    const carrier = `${kindOf(key)} ${idOf(key)}`;
    throw new DelineaError('overwritten', `another run wrote the ${array} of ${carrier} at the same time`, {
      hint: 'Apply again.',
    });
  }

  return {
    resource,
    surface,
    wire,
    find,
    list: (scope) => edgesOf(scope ?? {}),
    withLists: async (live) => live,
    firstPage: async () => ({ items: [], total: 0 }),
    async get(id) {
      const [kind = '', carrier = '', ...value] = id.split('/');
      if (!carrierKinds(resource).includes(kind) || carrier === '') return undefined;
      return (await find(elementValues(resource, { kind, id: carrier }, value.join('/'))))[0];
    },
    async create(values) {
      const value = String(values[element]);
      if (await write(values, (current) => (has(current, value) ? current : [...current, value])))
        return edgeId(values);
      const carrier = `${kindOf(values)} ${idOf(values)}`;
      throw new DelineaError('not_found', `${carrier} does not exist, so its ${array} cannot be changed`, {
        hint: 'Plan again.',
      });
    },
    async update() {
      throw new DelineaError('unserved', `${resource.type} cannot be changed, only created and removed`);
    },
    async remove({ values }) {
      await write(values, (current) => current.filter((name) => !same(name, values[element])));
    },
  };
}

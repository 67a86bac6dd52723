import { setTimeout as sleep } from 'node:timers/promises';
import { DelineaError } from '../model/errors.js';
import { foldCase } from '../model/fold-case.js';
import type { Resource } from '../model/resource.js';
import type { Values } from '../model/values.js';
import { arrayOf, type ElementOf, elementsOf, type RemoteObject, type Wire } from '../model/wire.js';
import type { ConfiguredSurface } from '../settings/configured-surface.js';
import type { Collection } from './collection.js';

/** Upper bound in milliseconds: our own back-off does not slow a concurrent run. */
const SETTLES_MS = 2_000;

/** A write that another run may still overwrite, because it read the array before. */
interface Written {
  readonly before: readonly string[];
  readonly isAdded: boolean;
  /** Time by `performance.now()` at which a concurrent run that takes as long as ours has finished. */
  readonly settles: number;
}

/**
 * A kind that is stored as an element of an array on another object (guide 000: `roles` of a user). Every change reads the
 * array and writes the whole array, so callers lock the carrier. The lock does not cover other runs: a write between
 * their read and their write is lost. So `find` after a write throws `overwritten` if another run wrote the array
 * without our change; callers then read and write again.
 */
export function elementCollection(
  resource: Resource,
  surface: ConfiguredSurface,
  wire: Wire,
  element: ElementOf,
  carriers: (kind: string) => Collection,
): Collection {
  const access = surface.serves[resource.type]?.writeAccess ?? 'write';
  const same = (left: unknown, right: unknown) => foldCase(left) === foldCase(right);
  const has = (array: readonly string[], value: unknown) => array.some((name) => same(name, value));
  const kindOf = (values: Values) => String(values[element.kindIn]);
  const idOf = (values: Values) => String(values[element.idIn]);
  const edgeId = (values: Values) => `${kindOf(values)}/${idOf(values)}/${values[element.value]}`;
  const unsettled = new Map<string, Written>();

  /** Reads the carrier again after a 404, which may be spurious: its elements would count as removed. */
  const carrierOf = async (values: Values) => {
    const read = () => carriers(kindOf(values)).get(idOf(values));
    return (await read()) ?? (await read());
  };

  async function edgesOf(values: Values): Promise<RemoteObject[]> {
    const carrier = await carrierOf(values);
    return carrier ? elementsOf(element, kindOf(values), carrier) : [];
  }

  /** @returns whether the carrier exists */
  async function write(values: Values, change: (current: readonly string[]) => readonly string[]): Promise<boolean> {
    const began = performance.now();
    const carrier = await carrierOf(values);
    if (!carrier) return false;
    const before = arrayOf(element, kindOf(values), carrier);
    const wanted = change(before);
    if (wanted.length === before.length) return true;
    await carriers(kindOf(values)).update(carrier, { [element.array]: wanted }, access);
    const now = performance.now();
    const settles = now + Math.min(now - began, SETTLES_MS);
    const written = { before, isAdded: wanted.length > before.length, settles };
    unsettled.set(foldCase(edgeId(values)), written);
    return true;
  }

  async function find(key: Values): Promise<RemoteObject[]> {
    const edges = await edgesOf(key);
    const found = edges.filter((edge) => same(edge.values[element.value], key[element.value]));
    const edge = foldCase(edgeId(key));
    const written = unsettled.get(edge);
    if (!written) return found;
    const isShown = found.length > 0 === written.isAdded;
    const current = edges.map(({ values }) => String(values[element.value]));
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
    throw new DelineaError('overwritten', `another run wrote the ${element.array} of ${carrier} at the same time`, {
      hint: 'Apply again.',
    });
  }

  return {
    resource,
    surface,
    wire,
    find,
    list: (scope) => edgesOf(scope ?? {}),
    firstPage: async () => ({ items: [], total: 0 }),
    async get(id) {
      const [kind, carrier, ...value] = id.split('/');
      const key = { [element.kindIn]: kind, [element.idIn]: carrier, [element.value]: value.join('/') };
      return (await find(key))[0];
    },
    async create(values) {
      const value = String(values[element.value]);
      if (await write(values, (current) => (has(current, value) ? current : [...current, value])))
        return edgeId(values);
      const carrier = `${kindOf(values)} ${idOf(values)}`;
      throw new DelineaError('not_found', `${carrier} does not exist, so its ${element.array} cannot be changed`);
    },
    async update() {
      throw new DelineaError('unserved', `${resource.type} cannot be changed, only created and removed`);
    },
    async remove({ values }) {
      await write(values, (current) => current.filter((name) => !same(name, values[element.value])));
    },
  };
}

import { DelineaError } from '../errors.js';
import type { Resource, Values } from '../resource.js';
import type { ConfiguredSurface } from '../settings.js';
import { arrayOf, type ElementOf, elementsOf, type Live, type Wire } from '../wire.js';
import type { Collection } from './collection.js';

/**
 * A kind that has no object of its own but is an element of an array on another (guide 000: `roles` of a user). Adding
 * and taking away read the array afresh and write it whole, so callers hold a lock on the carrier.
 */
export function elementCollection(
  resource: Resource,
  surface: ConfiguredSurface,
  wire: Wire,
  element: ElementOf,
  carriers: (kind: string) => Collection,
): Collection {
  const access = surface.serves[resource.type]?.writeAccess ?? 'write';
  const same = (left: unknown, right: unknown) => String(left).toLowerCase() === String(right).toLowerCase();
  const kindOf = (values: Values) => String(values[element.kindIn]);
  const idOf = (values: Values) => String(values[element.idIn]);

  const carrierOf = (values: Values) => carriers(kindOf(values)).get(idOf(values));

  async function heldBy(values: Values): Promise<Live[]> {
    const carrier = await carrierOf(values);
    return carrier ? elementsOf(element, kindOf(values), carrier) : [];
  }

  async function write(values: Values, carrier: Live, change: (held: readonly string[]) => readonly string[]) {
    const held = arrayOf(element, kindOf(values), carrier);
    const wanted = change(held);
    if (wanted.length === held.length) return;
    await carriers(kindOf(values)).update(carrier, { [element.array]: wanted }, access);
  }

  const find = async (key: Values) =>
    (await heldBy(key)).filter((edge) => same(edge.values[element.value], key[element.value]));

  return {
    resource,
    surface,
    wire,
    find,
    list: (scope) => heldBy(scope ?? {}),
    firstPage: async () => ({ items: [], total: 0 }),
    async get(id) {
      const [kind, carrier, ...value] = id.split('/');
      const key = { [element.kindIn]: kind, [element.idIn]: carrier, [element.value]: value.join('/') };
      return (await find(key))[0];
    },
    async create(values) {
      const value = String(values[element.value]);
      const carrier = await carrierOf(values);
      if (!carrier) {
        const who = `${kindOf(values)} ${idOf(values)}`;
        throw new DelineaError('not_found', `${who} is not there to change its ${element.array}`);
      }
      await write(values, carrier, (held) => (held.some((name) => same(name, value)) ? held : [...held, value]));
      return `${kindOf(values)}/${idOf(values)}/${value}`;
    },
    async update() {
      throw new DelineaError('unserved', `${resource.type} cannot be changed, only added and removed`);
    },
    async remove(live) {
      const carrier = await carrierOf(live.values);
      const others = (held: readonly string[]) => held.filter((name) => !same(name, live.values[element.value]));
      if (carrier) await write(live.values, carrier, others);
    },
  };
}

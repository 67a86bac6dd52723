import { foldCase } from '../model/fold-case.js';
import type { Resource } from '../model/resource.js';
import type { Values } from '../model/values.js';
import { elementsOf } from '../model/wire.js';
import { edgesInScope, withHomeIds } from './edges.js';
import type { LiveEdge, TenantReader } from './tenant-reader.js';

/** How much may be read where only the lists of all users and groups tell. */
export interface ReadBudget {
  /** Pages at most; unset: all. */
  readonly maxPages?: number;
  /** Whether each user and group may be read by itself, where a list leaves out what is asked for. */
  readonly perObject?: boolean;
}

/** Who holds what, and what of that could not be seen. */
export interface Holders {
  readonly edges: readonly LiveEdge[];
  /** For people: why there may be others. */
  readonly unread: readonly string[];
}

/** Every live edge of some containers or roles. What is beyond the effort is said to be unseen. */
export async function readHolders(
  planning: TenantReader,
  resource: Resource,
  scopes: readonly Values[],
  { maxPages = Number.POSITIVE_INFINITY, perObject = false }: ReadBudget = {},
): Promise<Holders> {
  const { wire, surface } = planning.tenant.collection(resource.type);
  if (!wire.element) {
    const places = new Map(scopes.map((values) => [String(values[wire.scope!]), values]));
    const edges = await Promise.all([...places.values()].map((values) => edgesInScope(planning, resource, values)));
    return { edges: edges.flat(), unread: [] };
  }
  const element = wire.element;
  const wanted = new Set(scopes.map((values) => foldCase(values[element.value])));
  const kinds = resource.attributes.find(({ name }) => name === element.idIn)?.refersTo ?? [];
  const lists = await Promise.all(
    kinds.map(async (kind): Promise<Holders> => {
      if (!(kind in surface.serves)) return { edges: [], unread: [] };
      const view = planning.snapshot.view(kind, surface.name);
      if (!view.complete && !(await view.listIfWithin(maxPages))) {
        return { edges: [], unread: [`only the declared ones of ${view.total ?? 'many'} ${kind}s were read`] };
      }
      const carriers = await view.all();
      if (perObject) await Promise.all(carriers.map((carrier) => view.filled(carrier, [element.array])));
      if (carriers.some(({ id }) => !Array.isArray(view.seen(id)?.values[element.array]))) {
        return { edges: [], unread: [`the list of ${kind}s leaves out their ${element.array}`] };
      }
      const edges = carriers.flatMap((carrier) => elementsOf(element, kind, view.seen(carrier.id) ?? carrier));
      const held = edges.filter(({ values }) => wanted.has(foldCase(values[element.value])));
      return { edges: await withHomeIds(planning, resource.type, held), unread: [] };
    }),
  );
  return { edges: lists.flatMap(({ edges }) => edges), unread: lists.flatMap(({ unread }) => unread) };
}

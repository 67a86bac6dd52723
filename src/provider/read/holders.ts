import { foldCase } from '../model/fold-case.js';
import type { EdgeResource } from '../model/resource.js';
import type { Values } from '../model/values.js';
import { carrierKinds, edgesIn, isListedByPrincipal } from '../resources/edge-words.js';
import { resourceOf } from '../resources/index.js';
import { edgesInScope, withHomeIds } from './edges.js';
import type { LiveEdge, TenantReader } from './tenant-reader.js';

/** Limits on reading the lists of all users and groups. */
export interface ReadBudget {
  /** Maximum pages per list. Unset: all. */
  readonly maxPages?: number;
  /** Maximum users, or groups, that may be read one by one if their list leaves out the edges. Unset: none. */
  readonly perObject?: number;
}

/** The holders of some scopes, and the lists that could not be read. */
export interface Holders {
  readonly edges: readonly LiveEdge[];
  /** Reasons why other holders may exist, as text. */
  readonly unread: readonly string[];
}

/** Reads every live edge of some containers, roles or groups. @param scopes values with the scope attribute */
export async function readHolders(
  reader: TenantReader,
  resource: EdgeResource,
  scopes: readonly Values[],
  budget: ReadBudget = {},
): Promise<Holders> {
  const { scope } = resource.edge;
  if (!isListedByPrincipal(resource)) {
    const distinct = new Map(scopes.map((values) => [String(values[scope]), values]));
    const edges = await Promise.all([...distinct.values()].map((values) => edgesInScope(reader, resource, values)));
    return { edges: edges.flat(), unread: [] };
  }
  const wanted = new Set(scopes.map((values) => foldCase(values[scope])));
  const isWanted = (values: Values) => wanted.has(foldCase(values[scope]));
  const lists = await Promise.all(
    carrierKinds(resource).map((kind) => readCarriers(reader, resource, kind, isWanted, budget)),
  );
  return { edges: lists.flatMap(({ edges }) => edges), unread: lists.flatMap(({ unread }) => unread) };
}

/** Reads the edges of every user, or of every group. */
async function readCarriers(
  reader: TenantReader,
  resource: EdgeResource,
  kind: string,
  isWanted: (values: Values) => boolean,
  { maxPages = Number.POSITIVE_INFINITY, perObject = 0 }: ReadBudget,
): Promise<Holders> {
  const { surface } = reader.tenant.collection(resource.type);
  const { array } = resource.edge.storedIn!;
  const { plural } = resourceOf(kind);
  if (!(kind in surface.serves)) return { edges: [], unread: [] };
  const view = reader.snapshot.view(kind, surface.name);
  if (!view.complete && !(await view.listIfWithin(maxPages))) {
    return { edges: [], unread: [`of ${view.total ?? 'many'} ${plural}, only the declared ones were read`] };
  }
  const seen = (await view.all()).map((carrier) => view.seen(carrier.id) ?? carrier);
  const known =
    seen.length <= perObject ? await Promise.all(seen.map((carrier) => view.withAttributes(carrier, [array]))) : seen;
  if (known.some(({ values }) => !Array.isArray(values[array]))) {
    return { edges: [], unread: [`the list of ${plural} leaves out their ${array}`] };
  }
  const { wire } = reader.tenant.collection(kind, surface.name);
  const edges = known
    .flatMap((carrier) => edgesIn(resource, kind, carrier, wire))
    .filter(({ values }) => isWanted(values));
  return { edges: await withHomeIds(reader, resource.type, edges), unread: [] };
}

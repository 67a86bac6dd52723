import type { Tenant } from '../api/tenant.js';
import { isEdge } from '../model/keys.js';
import type { Values } from '../model/values.js';
import type { RemoteObject } from '../model/wire.js';
import { carrierOf, edgesIn } from '../resources/edge-words.js';
import { View } from './view.js';

/** An object that will be read by the id that a surface has for it. */
export interface Lookup {
  readonly kind: string;
  /** Name of the surface. */
  readonly surface: string;
  readonly id: string;
}

/** Everything that one run has read of a tenant. Nothing is kept across runs. */
export class Snapshot {
  private readonly views = new Map<string, View>();

  constructor(
    readonly tenant: Tenant,
    private readonly origin?: Snapshot,
  ) {}

  /**
   * Returns an empty snapshot that reads objects one by one. It shares the kinds that no run removes: `wrote` records
   * objects that this run has created or renamed, and a creation looks again by itself.
   */
  fresh(): Snapshot {
    return new Snapshot(this.tenant, this);
  }

  /** Returns the view of one kind on its home surface, or on another. */
  view(kind: string, surface?: string): View {
    const collection = this.tenant.collection(kind, surface);
    const key = `${collection.surface.name}/${kind}`;
    let view = this.views.get(key);
    if (view) return view;
    const { removal } = collection.resource;
    const kept = removal === undefined || removal.verb === 'release' ? this.origin : undefined;
    view = kept?.view(kind, surface) ?? new View(collection, this.origin !== undefined);
    this.views.set(key, view);
    return view;
  }

  /** Returns the views of one kind that this run has used, on every surface. */
  viewsOf(kind: string): readonly View[] {
    return [...this.views].filter(([key]) => key.endsWith(`/${kind}`)).map(([, view]) => view);
  }

  /** Announces the objects that will be read by id, so that each view chooses between single reads and its list. */
  async prepare(lookups: readonly Lookup[]): Promise<void> {
    const ids = new Map<View, Set<string>>();
    for (const { kind, surface, id } of lookups) {
      const view = this.view(kind, surface);
      ids.set(view, (ids.get(view) ?? new Set()).add(id));
    }
    await Promise.all([...ids].map(([view, wanted]) => view.prepare(wanted.size)));
  }

  /** Records an object as read back after a write. Drops what other surfaces showed before under its keys. */
  wrote(kind: string, live: RemoteObject, before?: Values): void {
    const home = this.view(kind);
    const isNew = before === undefined && home.seen(live.id) === undefined;
    const isRenamed = home.keep(live, before);
    for (const [key, view] of this.views) {
      if (!key.endsWith(`/${kind}`) || view === home) continue;
      if (isRenamed) this.views.delete(key);
      else if (isNew) view.expect(live.values);
    }
  }

  /**
   * Reads the edges of one list: from the edges' own collection, or from the array of the object that carries them.
   * @param selector the attributes named by `listedBy`, with ids of the edges' surface
   */
  async edges(kind: string, selector: Values): Promise<readonly RemoteObject[]> {
    const { resource, surface } = this.tenant.collection(kind);
    const carrier = carrierOf(resource, selector);
    if (!isEdge(resource) || !carrier) return this.view(kind).within(selector);
    const view = this.view(carrier.kind, surface.name);
    const live = await view.byId(carrier.id);
    if (!live) return [];
    const { wire } = this.tenant.collection(carrier.kind, surface.name);
    return edgesIn(resource, carrier.kind, await view.withAttributes(live, [resource.edge.storedIn!.array]), wire);
  }
}

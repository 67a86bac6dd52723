import type { Tenant } from '../api/tenant.js';
import type { Values } from '../model/values.js';
import type { RemoteObject } from '../model/wire.js';
import { elementsOf } from '../model/wire.js';
import { View } from './view.js';

/** An object that will be read by the id that a surface has for it. */
export interface Lookup {
  readonly kind: string;
  /** Name of the surface. */
  readonly surface: string;
  readonly id: string;
}

/** What one run has read of a tenant. Lives for one run: nothing is remembered across. */
export class Snapshot {
  private readonly views = new Map<string, View>();

  constructor(
    readonly tenant: Tenant,
    private readonly origin?: Snapshot,
  ) {}

  /** One that has read nothing yet and lists nothing; kinds that no write of ours can change are those of this one. */
  fresh(): Snapshot {
    return new Snapshot(this.tenant, this);
  }

  /** One kind on its home surface or on another. */
  view(kind: string, surface?: string): View {
    const collection = this.tenant.collection(kind, surface);
    const key = `${collection.surface.name}/${kind}`;
    let view = this.views.get(key);
    if (view) return view;
    const settled = collection.resource.removal === undefined ? this.origin : undefined;
    view = settled?.view(kind, surface) ?? new View(collection, this.origin !== undefined);
    this.views.set(key, view);
    return view;
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

  /** An object of ours as it was read back: other surfaces may have been seen without it, or with its earlier name. */
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

  /** The edges of one kind in one scope: from the edge's own list, or from the object that carries it. */
  async edges(kind: string, scope: Values): Promise<readonly RemoteObject[]> {
    const { wire, surface } = this.tenant.collection(kind);
    if (!wire.element) return this.view(kind).within(scope);
    const carrierKind = String(scope[wire.element.kindIn]);
    const view = this.view(carrierKind, surface.name);
    const carrier = await view.byId(String(scope[wire.element.idIn]));
    return carrier ? elementsOf(wire.element, carrierKind, await view.filled(carrier, [wire.element.array])) : [];
  }
}

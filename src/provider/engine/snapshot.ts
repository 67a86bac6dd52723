import type { Collection } from '../api/collection.js';
import type { Page } from '../api/pages.js';
import type { Values } from '../resource.js';
import type { Tenant } from '../tenant.js';
import type { Live } from '../wire.js';
import { elementsOf } from '../wire.js';
import { keyText } from './diff.js';

/**
 * One kind on one surface as this run sees it: listed at most once, asked many times. How much is listed is decided by
 * cost: the first page gives the total; the rest is listed where that is cheaper than asking for each object, and at
 * the latest when as many single reads were spent as the list has pages, so never more than twice the cheaper way.
 */
export class View {
  /** Whether every object of the kind has been seen. */
  complete = false;
  /** What the service says the list holds; undefined until it was asked. */
  total: number | undefined;
  private readonly byIds = new Map<string, Live>();
  private readonly byKeys = new Map<string, Map<string, Live>>();
  private readonly scopes = new Map<string, Promise<readonly Live[]>>();
  private readonly lookups = new Map<string, Promise<readonly Live[]>>();
  private first: Promise<Page<Live>> | undefined;
  private whole: Promise<readonly Live[]> | undefined;
  private single = 0;

  constructor(private readonly collection: Collection) {}

  /** Says how many objects will be asked for, so that the cheaper way can be taken at once. */
  async prepare(lookups: number): Promise<void> {
    if (lookups > 0 && (await this.remainingPages()) <= lookups) await this.all();
  }

  /** Every object. @throws DelineaError when the list cannot be read to its end. */
  all(): Promise<readonly Live[]> {
    this.whole ??= (async () => {
      const items = await this.collection.list(undefined, await this.firstPage());
      for (const live of items) this.note(live);
      this.complete = true;
      return items;
    })();
    return this.whole;
  }

  /** Reads the whole list if no more than so many pages of it are still unread; says whether it did. */
  async listIfWithin(pages: number): Promise<boolean> {
    if (!this.complete && (await this.remainingPages()) <= pages) await this.all();
    return this.complete;
  }

  /** How many there are, as the service says. */
  async count(): Promise<number> {
    return (await this.firstPage()).total;
  }

  /** The objects of one scope, such as the permissions of one container. */
  within(scope: Values): Promise<readonly Live[]> {
    return memo(this.scopes, JSON.stringify(scope), () => this.collection.list(scope));
  }

  /** What has been read so far, without asking. */
  seen(id: string): Live | undefined {
    return this.byIds.get(id);
  }

  /** undefined: the service itself says there is no such object. An id that a list lacks is asked for before it counts as gone. */
  async byId(id: string): Promise<Live | undefined> {
    const known = this.byIds.get(id);
    if (known) return known;
    if (!this.complete) await this.spend();
    if (this.byIds.has(id)) return this.byIds.get(id);
    const found = await memo(this.lookups, `id:${id}`, async () => {
      const live = await this.collection.get(id);
      if (live) this.note(live);
      return live ? [live] : [];
    });
    return found[0];
  }

  /** All objects with this natural key: none, one, or several where the surface does not keep names unique. */
  async byKey(values: Values): Promise<readonly Live[]> {
    const { resource } = this.collection;
    const key = keyText(resource, values);
    const known = () => [...(this.byKeys.get(key)?.values() ?? [])];
    if (!this.complete && known().length === 0) await this.spend();
    if (this.complete || known().length > 0) return known();
    const wanted = Object.fromEntries(resource.key.map((name) => [name, values[name]]));
    await memo(this.lookups, `key:${key}`, async () => {
      const found = await (this.collection.find(wanted) ?? this.all());
      for (const live of found) this.note(live);
      return found;
    });
    return known();
  }

  /** A listed object with the attributes that its list left out; asks for it once. */
  async filled(live: Live, attributes: readonly string[]): Promise<Live> {
    if (!live.listed || attributes.every((name) => live.values[name] !== undefined && live.values[name] !== null))
      return live;
    const [full] = await memo(this.lookups, `full:${live.id}`, async () => {
      const read = await this.collection.get(live.id);
      if (read) this.note(read);
      return read ? [read] : [];
    });
    return full ?? live;
  }

  private async spend(): Promise<void> {
    if (this.single >= 2 && this.single >= (await this.remainingPages())) await this.all();
    else this.single++;
  }

  private async remainingPages(): Promise<number> {
    const { items, total } = await this.firstPage();
    return items.length === 0 ? 0 : Math.ceil((total - items.length) / items.length);
  }

  private firstPage(): Promise<Page<Live>> {
    this.first ??= this.collection.firstPage().then((page) => {
      for (const live of page.items) this.note(live);
      this.total = page.total;
      return page;
    });
    return this.first;
  }

  private note(live: Live): void {
    const known = this.byIds.get(live.id);
    if (known && live.listed && !known.listed) return;
    this.byIds.set(live.id, live);
    const key = keyText(this.collection.resource, live.values);
    const bucket = this.byKeys.get(key) ?? new Map<string, Live>();
    this.byKeys.set(key, bucket.set(live.id, live));
  }
}

/** What one run has read of a tenant. Lives for one run: nothing is remembered across. */
export class Snapshot {
  private readonly views = new Map<string, View>();

  constructor(readonly tenant: Tenant) {}

  /** One kind on its home surface or on another. */
  view(kind: string, surface?: string): View {
    const collection = this.tenant.collection(kind, surface);
    const key = `${collection.surface.name}/${kind}`;
    let view = this.views.get(key);
    if (view) return view;
    view = new View(collection);
    this.views.set(key, view);
    return view;
  }

  /** The edges of one kind in one scope: from the edge's own list, or from the object that carries it. */
  async edges(kind: string, scope: Values): Promise<readonly Live[]> {
    const { wire, surface } = this.tenant.collection(kind);
    if (!wire.element) return this.view(kind).within(scope);
    const carrierKind = String(scope[wire.element.kindIn]);
    const view = this.view(carrierKind, surface.name);
    const carrier = await view.byId(String(scope[wire.element.idIn]));
    return carrier ? elementsOf(wire.element, carrierKind, await view.filled(carrier, [wire.element.array])) : [];
  }
}

function memo<T>(cache: Map<string, Promise<T>>, key: string, make: () => Promise<T>): Promise<T> {
  let value = cache.get(key);
  if (value) return value;
  value = make();
  cache.set(key, value);
  return value;
}

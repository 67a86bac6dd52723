import { setTimeout as sleep } from 'node:timers/promises';
import type { Collection } from '../api/collection.js';
import type { Page } from '../api/pages.js';
import { keyText, nameText, ownNames } from '../model/keys.js';
import { pick, type Values } from '../model/values.js';
import { fieldOf, type RemoteObject } from '../model/wire.js';
import { singleFlight } from './single-flight.js';

/**
 * Batching interval in milliseconds. Terraform requests ten objects at once and does not announce how many will follow.
 */
const BATCH_MS = 5;

/** Maximum number of batching intervals that one read waits. */
const MAX_BATCH_ROUNDS = 10;

/** Up to this many single reads, the first page of the list is not requested to learn its length. */
const FEW = 2;

/**
 * The objects of one kind on one surface as this run has read them. The list is read at most once. The cost decides
 * between list and single reads: the first page shows the total, and the rest is listed if that takes fewer requests
 * than reading each object, at the latest after as many single reads as the list has pages. So the cost is at most twice
 * the cheaper way. Unless `prepare` announced the number of reads, those requested within a few milliseconds are decided
 * together.
 */
export class View {
  /** Whether the whole list has been read. */
  complete = false;
  /** The total that the service states; undefined until the first page was read. */
  total: number | undefined;
  private readonly byIds = new Map<string, RemoteObject>();
  /** The same objects in the order in which they were first read. */
  private readonly inOrder: RemoteObject[] = [];
  private readonly byKeys = new Map<string, Map<string, RemoteObject>>();
  private readonly scopes = new Map<string, Promise<readonly RemoteObject[]>>();
  private readonly lookups = new Map<string, Promise<readonly RemoteObject[]>>();
  private readonly first = new Map<string, Promise<Page<RemoteObject>>>();
  private readonly whole = new Map<string, Promise<readonly RemoteObject[]>>();
  /** The listed objects by the values of some attributes. */
  private readonly indexes = new Map<string, Map<string, RemoteObject[]>>();
  /** Keys of the single reads that were requested so far. */
  private readonly requested = new Set<string>();
  private prepared = false;
  /** Natural keys of objects that this run created on the home surface and that may not show here yet. */
  private readonly expected = new Set<string>();
  private readonly renamed = new Map<string, RemoteObject>();
  private batch: Promise<void> | undefined;

  /** @param direct whether each object is always read by itself */
  constructor(
    private readonly collection: Collection,
    private readonly direct = false,
  ) {}

  /** Announces how many objects will be read, so that the list is read at once if that is cheaper. */
  async prepare(lookups: number): Promise<void> {
    // A single read may be the first of many.
    if (this.direct || lookups <= 1) return;
    this.prepared = true;
    if ((await this.remainingPages()) <= lookups) await this.all();
  }

  /** Reads every object. @throws DelineaError if the list cannot be read to its end */
  all(): Promise<readonly RemoteObject[]> {
    return singleFlight(this.whole, '', async () => {
      const first = await this.firstPage();
      const items = await this.collection.list(undefined, first).catch((error: unknown) => {
        // A retry starts with a new first page, since the list may have changed.
        this.first.clear();
        throw error;
      });
      for (const live of items) this.add(live);
      this.complete = true;
      return items;
    });
  }

  /** Reads the whole list if at most this many pages of it are unread. Returns whether the list is complete. */
  async listIfWithin(pages: number): Promise<boolean> {
    if (!this.complete && (await this.remainingPages()) <= pages) await this.all();
    return this.complete;
  }

  /** Returns the total that the service states. */
  async count(): Promise<number> {
    return (await this.firstPage()).total;
  }

  /** Reads the objects that a filter selects, such as the permissions of one container. */
  within(scope: Values): Promise<readonly RemoteObject[]> {
    const key = JSON.stringify(scope);
    const { surface, resource } = this.collection;
    const listsAll = surface.serves[resource.type]?.listsAll;
    return singleFlight(this.scopes, key, async () => {
      if (listsAll && !this.complete) await this.beforeRead(`scope:${key}`);
      return this.complete ? this.withValues(scope) : this.collection.list(scope);
    });
  }

  /** Returns the objects that were read after the first `position` ones. Sends nothing. */
  readSince(position: number): readonly RemoteObject[] {
    return this.inOrder.slice(position);
  }

  /** Returns an object if it has been read. Sends nothing. */
  seen(id: string): RemoteObject | undefined {
    return this.byIds.get(id);
  }

  /**
   * Reads an object by id; undefined if the service returns 404. An id that the list lacks is read by itself before it
   * counts as missing.
   */
  async byId(id: string): Promise<RemoteObject | undefined> {
    const known = this.byIds.get(id);
    if (known) return known;
    if (!this.complete) await this.beforeRead(`id:${id}`);
    if (this.byIds.has(id)) return this.byIds.get(id);
    const found = await singleFlight(this.lookups, `id:${id}`, async () => {
      const live = await this.collection.get(id);
      if (live) this.add(live);
      return live ? [live] : [];
    });
    return found[0];
  }

  /**
   * Reads the objects with a natural key: none, one, or several if the surface allows equal names.
   * @param values the key in ids of this surface; without the parent, objects with the name in every parent are returned
   */
  async byKey(values: Values): Promise<readonly RemoteObject[]> {
    const { resource } = this.collection;
    const named = await this.byName(values);
    const { parent } = resource.namedBy ?? {};
    if (parent === undefined || values[parent] === undefined) return named;
    return named.filter((live) => keyText(resource, live.values) === keyText(resource, values));
  }

  private async byName(values: Values): Promise<readonly RemoteObject[]> {
    const { resource } = this.collection;
    const key = nameText(resource, values);
    const known = () => [...(this.byKeys.get(key)?.values() ?? [])];
    // Containers under different parents may have equal names, so one that was read may not be the only one.
    const isKnown = () => known().length > 0 && (this.complete || resource.namedBy?.parent === undefined);
    if (!this.complete && !isKnown()) await this.beforeRead(`key:${key}`);
    if ((this.complete && !this.expected.has(key)) || isKnown()) return known();
    const wanted = pick(values, ownNames(resource));
    await singleFlight(this.lookups, `key:${key}`, async () => {
      const found = await (this.collection.find(wanted) ?? this.all());
      for (const live of found) this.add(live);
      return found;
    });
    if (this.expected.has(key) && known().length === 0) this.lookups.delete(`key:${key}`);
    return known();
  }

  /** Drops the cached lookups of a key: an object with this key was created on the home surface. */
  expect(values: Values): void {
    const key = nameText(this.collection.resource, values);
    this.expected.add(key);
    this.lookups.delete(`key:${key}`);
  }

  /** Returns whether an id that was not read here cannot be of this kind. */
  get isClosed(): boolean {
    return this.complete && this.expected.size === 0;
  }

  /** Returns a listed object with attributes that its list left out. Reads the object at most once. */
  async withAttributes(live: RemoteObject, attributes: readonly string[]): Promise<RemoteObject> {
    const missing = attributes.filter((name) => (live.values[name] ?? null) === null);
    if (!live.listed || missing.length === 0) return live;
    const { wire } = this.collection;
    if (missing.every((name) => fieldOf(wire, name, live.values)?.from)) return this.withLists(live, missing);
    const [full] = await singleFlight(this.lookups, `full:${live.id}`, async () => {
      const read = await this.collection.get(live.id);
      if (read) this.add(read);
      return read ? [read] : [];
    });
    return full ?? live;
  }

  /** Returns a listed object with lists that are in collections of their own. Reads each at most once. */
  private async withLists(live: RemoteObject, names: readonly string[]): Promise<RemoteObject> {
    const reads = names.map((name) =>
      singleFlight(this.lookups, `${name}:${live.id}`, async () => [await this.collection.withLists(live, [name])]),
    );
    const read = (await Promise.all(reads)).flat();
    const values = Object.assign({}, live.values, ...read.map((each) => each.values));
    return { ...live, values, about: Object.assign({}, live.about, ...read.map((each) => each.about)) };
  }

  /**
   * Stores an object as read back after a write.
   * @param before its values before the write: this view may have read it only afterwards
   * @returns whether the write changed its name
   */
  keep(live: RemoteObject, before?: Values): boolean {
    const { resource } = this.collection;
    const now = nameText(resource, live.values);
    const names = [before, this.byIds.get(live.id)?.values]
      .filter((values) => values !== undefined)
      .map((values) => nameText(resource, values))
      .filter((name) => name !== now);
    for (const name of names) {
      this.byKeys.get(name)?.delete(live.id);
      this.renamed.set(name, live);
    }
    this.add(live);
    return names.length > 0;
  }

  /**
   * Returns the object that had this name until this run renamed it. Other surfaces may show the old name for a while.
   */
  renamedFrom(values: Values): RemoteObject | undefined {
    return this.renamed.get(nameText(this.collection.resource, values));
  }

  /** Returns the objects with these values. Indexes the list once for each set of attributes. */
  private withValues(wanted: Values): readonly RemoteObject[] {
    const names = Object.keys(wanted);
    const keyOf = (values: Values) => JSON.stringify(names.map((name) => values[name]));
    let index = this.indexes.get(names.join());
    if (!index) {
      index = new Map();
      for (const live of this.inOrder) {
        const key = keyOf(live.values);
        const same = index.get(key);
        if (same) same.push(live);
        else index.set(key, [live]);
      }
      this.indexes.set(names.join(), index);
    }
    return index.get(keyOf(wanted)) ?? [];
  }

  /** Reads the list before a single read if that is cheaper. @param lookup the key of the single read */
  private async beforeRead(lookup: string): Promise<void> {
    if (this.direct) return;
    if (this.lookups.has(lookup)) return;
    this.requested.add(lookup);
    if (this.prepared) return this.listIfDue(1);
    this.batch ??= this.batchComplete().then(() => {
      // Requests that arrive during the decision belong to the next batch.
      this.batch = undefined;
      return this.listIfDue(0);
    });
    return this.batch;
  }

  /** Waits until no more reads are requested: on a busy machine Terraform's ten requests arrive one by one. */
  private async batchComplete(): Promise<void> {
    for (let known = 0, round = 0; known < this.requested.size && round < MAX_BATCH_ROUNDS; round++) {
      known = this.requested.size;
      await sleep(BATCH_MS);
    }
  }

  /** Reads the list if the single reads so far cost as much. @param pending requested reads that have not been sent */
  private async listIfDue(pending: number): Promise<void> {
    if (this.requested.size > FEW && (await this.remainingPages()) <= this.requested.size - pending) await this.all();
  }

  private async remainingPages(): Promise<number> {
    const { items, total } = await this.firstPage();
    return items.length === 0 ? 0 : Math.ceil((total - items.length) / items.length);
  }

  private firstPage(): Promise<Page<RemoteObject>> {
    return singleFlight(this.first, '', async () => {
      const page = await this.collection.firstPage();
      for (const live of page.items) this.add(live);
      this.total = page.total;
      return page;
    });
  }

  private add(live: RemoteObject): void {
    const known = this.byIds.get(live.id);
    if (known && live.listed && !known.listed) return;
    if (!known) {
      this.inOrder.push(live);
      this.indexes.clear();
    }
    this.byIds.set(live.id, live);
    const key = nameText(this.collection.resource, live.values);
    const bucket = this.byKeys.get(key) ?? new Map<string, RemoteObject>();
    this.byKeys.set(key, bucket.set(live.id, live));
  }
}

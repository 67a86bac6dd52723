import { setTimeout as sleep } from 'node:timers/promises';
import type { Collection } from '../api/collection.js';
import type { Page } from '../api/pages.js';
import { keyText } from '../model/keys.js';
import type { Values } from '../model/values.js';
import type { RemoteObject } from '../model/wire.js';
import { singleFlight } from './single-flight.js';

/** Milliseconds. Terraform asks for ten objects at once and never says how many will follow. */
const GATHERING_MS = 5;

/** Waiting for what will be asked for costs a run this many of them at most. */
const MOST_GATHERINGS = 10;

/** So few single reads are not worth a page that tells how long the list is. */
const FEW = 2;

/**
 * One kind on one surface as this run sees it: listed at most once, asked many times. How much is listed is decided by
 * cost: the first page gives the total; the rest is listed where that is cheaper than asking for each object, and at
 * the latest when as many single reads were spent as the list has pages, so never more than twice the cheaper way.
 * Where nobody said how many objects will be asked for, what is asked within a few milliseconds is decided together.
 */
export class View {
  /** Whether every object of the kind has been seen. */
  complete = false;
  /** What the service says the list holds; undefined until it was asked. */
  total: number | undefined;
  private readonly byIds = new Map<string, RemoteObject>();
  private readonly byKeys = new Map<string, Map<string, RemoteObject>>();
  private readonly scopes = new Map<string, Promise<readonly RemoteObject[]>>();
  private readonly lookups = new Map<string, Promise<readonly RemoteObject[]>>();
  private readonly first = new Map<string, Promise<Page<RemoteObject>>>();
  private readonly whole = new Map<string, Promise<readonly RemoteObject[]>>();
  /** What single reads were or will be spent on. */
  private readonly asked = new Set<string>();
  private prepared = false;
  /** Natural keys of objects that were made at home since this surface was listed. */
  private readonly awaited = new Set<string>();
  private readonly formerly = new Map<string, RemoteObject>();
  private gathering: Promise<void> | undefined;

  /** @param direct asks for each object by itself, whatever the list would cost */
  constructor(
    private readonly collection: Collection,
    private readonly direct = false,
  ) {}

  /** Says how many objects will be asked for, so that the cheaper way can be taken at once. */
  async prepare(lookups: number): Promise<void> {
    // One alone says nothing about how many will follow.
    if (this.direct || lookups <= 1) return;
    this.prepared = true;
    if ((await this.remainingPages()) <= lookups) await this.all();
  }

  /** Every object. @throws DelineaError when the list cannot be read to its end. */
  all(): Promise<readonly RemoteObject[]> {
    return singleFlight(this.whole, '', async () => {
      const first = await this.firstPage();
      const items = await this.collection.list(undefined, first).catch((error: unknown) => {
        // Another attempt begins with a page of its own: the list may have changed since.
        this.first.clear();
        throw error;
      });
      for (const live of items) this.note(live);
      this.complete = true;
      return items;
    });
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
  within(scope: Values): Promise<readonly RemoteObject[]> {
    return singleFlight(this.scopes, JSON.stringify(scope), () => this.collection.list(scope));
  }

  /** What has been read so far, without asking. */
  seen(id: string): RemoteObject | undefined {
    return this.byIds.get(id);
  }

  /** undefined: the service itself says there is no such object. An id that a list lacks is asked for before it counts as gone. */
  async byId(id: string): Promise<RemoteObject | undefined> {
    const known = this.byIds.get(id);
    if (known) return known;
    if (!this.complete) await this.spend(`id:${id}`);
    if (this.byIds.has(id)) return this.byIds.get(id);
    const found = await singleFlight(this.lookups, `id:${id}`, async () => {
      const live = await this.collection.get(id);
      if (live) this.note(live);
      return live ? [live] : [];
    });
    return found[0];
  }

  /** All objects with this natural key: none, one, or several where the surface does not keep names unique. */
  async byKey(values: Values): Promise<readonly RemoteObject[]> {
    const { resource } = this.collection;
    const key = keyText(resource, values);
    const known = () => [...(this.byKeys.get(key)?.values() ?? [])];
    // What stands in several places has names that several may have: one that was seen is not all of them.
    const isKnown = () => known().length > 0 && (this.complete || resource.namedBy?.parent === undefined);
    if (!this.complete && !isKnown()) await this.spend(`key:${key}`);
    if ((this.complete && !this.awaited.has(key)) || isKnown()) return known();
    const wanted = Object.fromEntries(resource.key.map((name) => [name, values[name]]));
    await singleFlight(this.lookups, `key:${key}`, async () => {
      const found = await (this.collection.find(wanted) ?? this.all());
      for (const live of found) this.note(live);
      return found;
    });
    if (this.awaited.has(key) && known().length === 0) this.lookups.delete(`key:${key}`);
    return known();
  }

  /** Something was made at home: what was read here before says nothing of it. */
  expect(values: Values): void {
    const key = keyText(this.collection.resource, values);
    this.awaited.add(key);
    this.lookups.delete(`key:${key}`);
  }

  /** Whether an id that was not seen here is none of this kind. */
  get isClosed(): boolean {
    return this.complete && this.awaited.size === 0;
  }

  /** A listed object with the attributes that its list left out; asks for it once. */
  async withAttributes(live: RemoteObject, attributes: readonly string[]): Promise<RemoteObject> {
    if (!live.listed || attributes.every((name) => live.values[name] !== undefined && live.values[name] !== null))
      return live;
    const [full] = await singleFlight(this.lookups, `full:${live.id}`, async () => {
      const read = await this.collection.get(live.id);
      if (read) this.note(read);
      return read ? [read] : [];
    });
    return full ?? live;
  }

  /**
   * Takes what was just read back from a write for what lives.
   * @param before as it was known until then, where it was not read here
   * @returns whether it had another name until then
   */
  keep(live: RemoteObject, before?: Values): boolean {
    const { resource } = this.collection;
    const old = this.byIds.get(live.id)?.values ?? before;
    const was = old && keyText(resource, old);
    const isRenamed = was !== undefined && was !== keyText(resource, live.values);
    if (isRenamed) {
      this.byKeys.get(was)?.delete(live.id);
      this.formerly.set(was, live);
    }
    this.note(live);
    return isRenamed;
  }

  /** Whatever had this name until this run renamed it: other surfaces may show the old one for a while. */
  calledBefore(values: Values): RemoteObject | undefined {
    return this.formerly.get(keyText(this.collection.resource, values));
  }

  /** Before a single read: it, or the whole list where that is due. @param lookup tells single reads apart */
  private async spend(lookup: string): Promise<void> {
    if (this.direct) return;
    if (this.lookups.has(lookup)) return;
    this.asked.add(lookup);
    if (this.prepared) return this.listIfDue(1);
    this.gathering ??= this.quiet().then(() => {
      // Whatever comes while this is decided may still change it, or is decided next.
      this.gathering = undefined;
      return this.listIfDue(0);
    });
    return this.gathering;
  }

  /** Waits while more is asked for: on a busy machine Terraform's ten come one by one. */
  private async quiet(): Promise<void> {
    for (let known = 0, round = 0; known < this.asked.size && round < MOST_GATHERINGS; round++) {
      known = this.asked.size;
      await sleep(GATHERING_MS);
    }
  }

  /** @param unspent how many of the reads asked for do not count yet: the one that is about to be made */
  private async listIfDue(unspent: number): Promise<void> {
    if (this.asked.size > FEW && (await this.remainingPages()) <= this.asked.size - unspent) await this.all();
  }

  private async remainingPages(): Promise<number> {
    const { items, total } = await this.firstPage();
    return items.length === 0 ? 0 : Math.ceil((total - items.length) / items.length);
  }

  private firstPage(): Promise<Page<RemoteObject>> {
    return singleFlight(this.first, '', async () => {
      const page = await this.collection.firstPage();
      for (const live of page.items) this.note(live);
      this.total = page.total;
      return page;
    });
  }

  private note(live: RemoteObject): void {
    const known = this.byIds.get(live.id);
    if (known && live.listed && !known.listed) return;
    this.byIds.set(live.id, live);
    const key = keyText(this.collection.resource, live.values);
    const bucket = this.byKeys.get(key) ?? new Map<string, RemoteObject>();
    this.byKeys.set(key, bucket.set(live.id, live));
  }
}

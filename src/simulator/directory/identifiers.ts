import { createHash } from 'node:crypto';
import type { MemberType } from './records.js';

/**
 * Makes ids that are the same in every run with the same history, so that printed states can be compared. The hash
 * includes the name, so tenants with different data share no ids.
 */
export class Identifiers {
  #made = 0;

  uuid(kind: string, name: string): string {
    const hex = createHash('sha256')
      .update(`${kind}\0${name}\0${this.#made++}`)
      .digest('hex');
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
  }
}

/** Translates between the ids of the directory and those that a surface shows. */
export interface IdSpace {
  /** Returns this surface's id for an id of the directory. */
  show(platformId: string): string;
  /** Returns the directory's id for an id of this surface; `undefined` if this surface never returned it. */
  resolve(shownId: string): string | undefined;
}

/** The id spaces of a surface. */
export type IdSpaces = Readonly<Record<MemberType, IdSpace>>;

/** The directory's own ids. */
export const OWN_IDS: GrowingIds = { show: (id) => id, resolve: (id) => id, add: () => {}, closeRing: () => {} };

/**
 * Ids of the form of a UUID that differ from the directory's: its digits in reverse. A client that takes one for the other
 * finds nothing.
 */
export const RESHUFFLED_IDS: IdSpace = { show: reversed, resolve: reversed };

function reversed(id: string): string {
  const digits = [...id.replaceAll('-', '')].reverse().join('');
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** An id space that learns each object when it is created. */
export interface GrowingIds extends IdSpace {
  add(platformId: string): void;
  /** Ends seeding. */
  closeRing(): void;
}

/** Ids of one kind on one surface, numbered in order of creation, as in Secret Server. */
export class NumberedIds implements GrowingIds {
  readonly #shown = new Map<string, string>();
  readonly #resolved = new Map<string, string>();

  /** @param first the number of the first object */
  constructor(private readonly first: number) {}

  add(platformId: string): void {
    const number = String(this.first + this.#shown.size);
    this.#shown.set(platformId, number);
    this.#resolved.set(number, platformId);
  }

  closeRing(): void {}

  show(platformId: string): string {
    return this.#shown.get(platformId) ?? platformId;
  }

  resolve(shownId: string): string | undefined {
    return this.#resolved.get(shownId);
  }
}

/**
 * Ids of the connector that collide with the Platform's on purpose: each object has there the platform id of the object
 * created just before it, and the first seeded object that of the last one. Whether `user.value` is the Platform's id is
 * unpublished (fact sheet U7). A client that mixes the two changes the wrong user, which a test detects.
 */
export class ShiftedIds implements GrowingIds {
  readonly #shown = new Map<string, string>();
  readonly #platform = new Map<string, string>();
  readonly #fresh: (platformId: string) => string;
  #previous: string | undefined;
  #first: string | undefined;

  constructor(fresh: (platformId: string) => string) {
    this.#fresh = fresh;
  }

  add(platformId: string): void {
    this.#first ??= platformId;
    this.#link(platformId, this.#previous ?? this.#fresh(platformId));
    this.#previous = platformId;
  }

  /** Ends seeding: the first object gets the last one's id, so that every seeded id belongs to another object. */
  closeRing(): void {
    const [first, last] = [this.#first, this.#previous];
    if (!first || !last || first === last) return;
    this.#platform.delete(this.show(first));
    this.#link(first, last);
    this.#previous = undefined;
  }

  show(platformId: string): string {
    return this.#shown.get(platformId) ?? platformId;
  }

  resolve(shownId: string): string | undefined {
    return this.#platform.get(shownId);
  }

  #link(platformId: string, shownId: string): void {
    this.#shown.set(platformId, shownId);
    this.#platform.set(shownId, platformId);
  }
}

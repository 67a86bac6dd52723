import { createHash } from 'node:crypto';

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

/** Translates between the Platform's ids and those of another surface. */
export interface IdSpace {
  /** Returns this surface's id for a platform id. */
  show(platformId: string): string;
  /** Returns the platform id for an id of this surface; `undefined` if this surface never returned it. */
  resolve(shownId: string): string | undefined;
}

export const SHARED_IDS: IdSpace = { show: (id) => id, resolve: (id) => id };

/**
 * Ids of the connector that collide with the Platform's on purpose: each object has there the platform id of the object
 * created just before it, and the first seeded object that of the last one. Whether `user.value` is the Platform's id is
 * unpublished (fact sheet U7). A client that mixes the two changes the wrong user, which a test detects.
 */
export class ShiftedIds implements IdSpace {
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

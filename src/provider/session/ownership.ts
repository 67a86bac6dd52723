import type { OwnedObject } from '../model/owned-object.js';
import type { Values } from '../model/values.js';

/** Something that this run took away, and what it was before. */
export interface Removed {
  readonly owned: OwnedObject;
  /** As it lived; undefined: it was gone already. */
  readonly before: Values | undefined;
}

/**
 * Who in one run speaks for which object. Terraform removes and creates a renamed address at the same time: an object that
 * any address has made, taken over or changed in this run is never removed by another.
 * Keys are those of keyOfOwned: kind and id, edges by their ends.
 */
export class Ownership {
  /** What the states of this run speak of. */
  private readonly known = new Map<string, OwnedObject>();
  private readonly made = new Set<string>();
  private readonly failed = new Set<string>();
  private readonly leaving = new Map<string, OwnedObject>();
  private readonly taken = new Map<string, Removed>();
  /** In an apply: what the plan has told of another address's removals. */
  private readonly passed = new Set<string>();
  /** In a plan: what was answered as going, and cannot be called back. */
  private readonly going = new Set<string>();

  add(key: string, owned: OwnedObject): void {
    this.known.set(key, owned);
  }

  /** The entry of an object that some state of this run has, or that is on its way out. */
  entryOf(key: string): OwnedObject | undefined {
    return this.leaving.get(key) ?? this.known.get(key);
  }

  /** Another address declares it, which the removal that the plan asked of it does not know. */
  markRedeclared(key: string): void {
    this.passed.add(key);
  }

  isRedeclared(key: string): boolean {
    return this.passed.has(key);
  }

  markPlannedRemoval(key: string): void {
    this.going.add(key);
  }

  isPlannedRemoval(key: string): boolean {
    return this.going.has(key);
  }

  /** Declared at an address that could not make it its own. */
  markFailed(key: string): void {
    if (!this.made.has(key)) this.failed.add(key);
  }

  hasFailed(key: string): boolean {
    return this.failed.has(key);
  }

  markApplied(key: string): void {
    this.made.add(key);
    this.failed.delete(key);
    this.leaving.delete(key);
    this.taken.delete(key);
  }

  isApplied(key: string): boolean {
    return this.made.has(key);
  }

  markRemoving(key: string, owned: OwnedObject): void {
    if (!this.made.has(key)) this.leaving.set(key, owned);
  }

  markRemoved(key: string, owned: OwnedObject, before: Values | undefined): void {
    this.leaving.delete(key);
    this.taken.set(key, { owned, before });
  }

  keep(key: string): void {
    this.leaving.delete(key);
  }

  /** Whether this run removes it, or has done so. */
  isRemoved(key: string): boolean {
    return this.leaving.has(key) || this.taken.has(key);
  }

  removedEarlier(key: string): Removed | undefined {
    return this.taken.get(key);
  }
}

import type { OwnedObject } from '../engine/declaration.js';
import type { Values } from '../resource.js';

/** Something that this run took away, and what it was before. */
export interface Taken {
  readonly owned: OwnedObject;
  /** As it lived; undefined: it was gone already. */
  readonly before: Values | undefined;
}

/**
 * Who in one run speaks for which object. Terraform removes and creates a renamed address at the same time: an object that
 * any address has made, taken over or changed in this run is never removed by another.
 * Keys are those of keyOfOwned: kind and id, edges by their ends.
 */
export class Claims {
  /** What the states of this run speak of. */
  private readonly known = new Map<string, OwnedObject>();
  private readonly made = new Set<string>();
  private readonly failed = new Set<string>();
  private readonly leaving = new Map<string, OwnedObject>();
  private readonly taken = new Map<string, Taken>();
  /** In an apply: what the plan has told of another address's removals. */
  private readonly passed = new Set<string>();
  /** In a plan: what was answered as going, and cannot be called back. */
  private readonly going = new Set<string>();

  know(key: string, owned: OwnedObject): void {
    this.known.set(key, owned);
  }

  /** The entry of an object that some state of this run has, or that is on its way out. */
  stateOf(key: string): OwnedObject | undefined {
    return this.leaving.get(key) ?? this.known.get(key);
  }

  /** Another address declares it, which the removal that the plan asked of it does not know. */
  passOn(key: string): void {
    this.passed.add(key);
  }

  isPassedOn(key: string): boolean {
    return this.passed.has(key);
  }

  plannedAsGoing(key: string): void {
    this.going.add(key);
  }

  isPlannedAsGoing(key: string): boolean {
    return this.going.has(key);
  }

  /** Declared at an address that could not make it its own. */
  fail(key: string): void {
    if (!this.made.has(key)) this.failed.add(key);
  }

  hasFailed(key: string): boolean {
    return this.failed.has(key);
  }

  make(key: string): void {
    this.made.add(key);
    this.failed.delete(key);
    this.leaving.delete(key);
    this.taken.delete(key);
  }

  isMade(key: string): boolean {
    return this.made.has(key);
  }

  leave(key: string, owned: OwnedObject): void {
    if (!this.made.has(key)) this.leaving.set(key, owned);
  }

  take(key: string, owned: OwnedObject, before: Values | undefined): void {
    this.leaving.delete(key);
    this.taken.set(key, { owned, before });
  }

  stay(key: string): void {
    this.leaving.delete(key);
  }

  /** Whether this run removes it, or has done so. */
  isGoing(key: string): boolean {
    return this.leaving.has(key) || this.taken.has(key);
  }

  takenBefore(key: string): Taken | undefined {
    return this.taken.get(key);
  }
}

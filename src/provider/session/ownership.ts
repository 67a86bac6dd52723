import type { OwnedObject } from '../model/owned-object.js';
import type { Values } from '../model/values.js';

/** An object that this session removed. */
export interface Removed {
  readonly owned: OwnedObject;
  /** Its values before the removal; undefined if it was already deleted. */
  readonly before: Values | undefined;
}

/**
 * Tracks which address owns each object during a session. For a renamed resource, Terraform removes the old address and
 * creates the new one at the same time: an object that one address has created, adopted or changed is never removed by
 * another. Keys are those of `keyOfOwned`: kind and id; for an edge, principal and scope.
 */
export class Ownership {
  /** Objects in the states of this session. */
  private readonly known = new Map<string, OwnedObject>();
  private readonly applied = new Set<string>();
  private readonly failed = new Set<string>();
  private readonly removing = new Map<string, OwnedObject>();
  private readonly removed = new Map<string, Removed>();
  /** In an apply: objects that another address declares, so that their planned removal has no effect. */
  private readonly redeclared = new Set<string>();
  /** In a plan: objects whose removal has been planned. Terraform does not ask for that plan again. */
  private readonly plannedRemovals = new Set<string>();

  add(key: string, owned: OwnedObject): void {
    this.known.set(key, owned);
  }

  /** Returns the entry of an object that a state of this session has, or that is being removed. */
  entryOf(key: string): OwnedObject | undefined {
    return this.removing.get(key) ?? this.known.get(key);
  }

  /** Records that another address declares an object, which the plan of its removal did not know. */
  markRedeclared(key: string): void {
    this.redeclared.add(key);
  }

  isRedeclared(key: string): boolean {
    return this.redeclared.has(key);
  }

  markPlannedRemoval(key: string): void {
    this.plannedRemovals.add(key);
  }

  isPlannedRemoval(key: string): boolean {
    return this.plannedRemovals.has(key);
  }

  /** Records that the declaration of an object failed. */
  markFailed(key: string): void {
    if (!this.applied.has(key)) this.failed.add(key);
  }

  hasFailed(key: string): boolean {
    return this.failed.has(key);
  }

  markApplied(key: string): void {
    this.applied.add(key);
    this.failed.delete(key);
    this.removing.delete(key);
    this.removed.delete(key);
  }

  isApplied(key: string): boolean {
    return this.applied.has(key);
  }

  markRemoving(key: string, owned: OwnedObject): void {
    if (!this.applied.has(key)) this.removing.set(key, owned);
  }

  markRemoved(key: string, owned: OwnedObject, before: Values | undefined): void {
    this.removing.delete(key);
    this.removed.set(key, { owned, before });
  }

  /** Records that an object is not removed after all. */
  keep(key: string): void {
    this.removing.delete(key);
  }

  /** Returns whether this session removes an object, or has removed it. */
  isRemoved(key: string): boolean {
    return this.removing.has(key) || this.removed.has(key);
  }

  removedEarlier(key: string): Removed | undefined {
    return this.removed.get(key);
  }
}

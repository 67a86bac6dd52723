import { isReference } from '../model/declaration.js';
import { DelineaError } from '../model/errors.js';
import { foldCase } from '../model/fold-case.js';
import { isEdge, nameKey } from '../model/keys.js';
import type { Resource } from '../model/resource.js';
import type { Values } from '../model/values.js';

/** A conflict with an earlier declaration of the same object, edge or scope. */
export interface Duplicate<Declarant> {
  readonly other: Declarant;
  /**
   * Returns the error for one of the two declarations.
   * @param label the object that this declaration manages
   * @param other the address of the other declaration, if known: Terraform does not pass addresses to providers
   */
  error(label: string, other?: string): DelineaError;
}

/**
 * Finds declarations that would undo each other in every apply: one object or edge declared twice, or a scope with two
 * owners. The embedded engine adds all declarations and refuses both of a pair; a session adds them as Terraform sends
 * them and refuses the later one.
 */
export class DuplicateIndex<Declarant> {
  private readonly names = new Map<string, Declarant>();
  private readonly objects = new Map<string, Declarant>();
  private readonly authoritative = new Map<string, Declarant>();
  private readonly additive = new Map<string, Declarant>();

  /** Adds an object or an edge by its natural key. Names compare without case, references by their target. */
  addName(resource: Resource, key: Values, declarant: Declarant): Duplicate<Declarant> | undefined {
    return claim(this.names, nameKey(resource, comparable(key)), declarant, (label, other) =>
      declaredTwice(isEdge(resource) || resource.authoritativeFor ? label : `${resource.type} ${label}`, other),
    );
  }

  /** Adds the live object that a declaration refers to, under any name. @param key the key that `objectKey` returns */
  addObject(resource: Resource, key: string, declarant: Declarant): Duplicate<Declarant> | undefined {
    return claim(this.objects, key, declarant, (label, other) =>
      duplicate(
        `${resource.type} ${label}: two declarations refer to this object`,
        other,
        'Remove one of the two, or correct its previous names or import. To reuse a name, first apply the rename alone; declare the new object in the next apply.',
      ),
    );
  }

  /** Adds an authoritative resource or list, which owns its whole scope. @param edge the kind of its edges */
  addAuthoritative(edge: string, scope: unknown, declarant: Declarant): Duplicate<Declarant> | undefined {
    const key = scopeKey(edge, scope);
    const individual = this.additive.get(key);
    if (individual !== undefined) return { other: individual, error: managedBoth };
    return claim(this.authoritative, key, declarant, declaredTwice);
  }

  /** Adds the scope in which an edge is declared individually. */
  addAdditive(resource: Resource, key: Values, declarant: Declarant): Duplicate<Declarant> | undefined {
    if (!isEdge(resource)) return undefined;
    const scope = scopeKey(resource.type, key[resource.edge.scope]);
    const owner = this.authoritative.get(scope);
    if (owner !== undefined) return { other: owner, error: managedBoth };
    this.additive.set(scope, declarant);
    return undefined;
  }
}

function claim<Declarant>(
  claims: Map<string, Declarant>,
  key: string,
  declarant: Declarant,
  error: Duplicate<Declarant>['error'],
): Duplicate<Declarant> | undefined {
  const other = claims.get(key);
  if (other !== undefined) return { other, error };
  claims.set(key, declarant);
  return undefined;
}

function declaredTwice(label: string, other?: string): DelineaError {
  return duplicate(`${label} is declared twice`, other, 'Names are compared without case. Remove one of the two.');
}

function managedBoth(label: string, other?: string): DelineaError {
  return duplicate(
    `${label} is managed both by an authoritative resource and individually`,
    other,
    'Declare everything in the authoritative resource, or each permission, role binding or membership individually.',
  );
}

function duplicate(message: string, other: string | undefined, hint: string): DelineaError {
  const where = other === undefined ? '' : `; the other declaration is ${other}`;
  return new DelineaError('duplicate', message + where, { hint });
}

function scopeKey(kind: string, scope: unknown): string {
  return `${kind} ${foldCase(comparableValue(scope))}`;
}

/** Returns a key that compares unresolved references by their target. */
function comparable(key: Values): Values {
  return Object.fromEntries(Object.entries(key).map(([name, value]) => [name, comparableValue(value)]));
}

function comparableValue(value: unknown): unknown {
  return isReference(value) ? `\u0000${value.ref}.${value.attribute}` : value;
}

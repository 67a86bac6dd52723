import { DelineaError } from '../model/errors.js';
import { foldCase } from '../model/fold-case.js';
import { nameKey } from '../model/keys.js';
import type { Resource } from '../model/resource.js';
import type { Values } from '../model/values.js';
import { resourceOf, resources } from '../resources/index.js';

/** What is declared in one run, by name and by place: two declarations of one thing would undo each other for ever. */
export class Declared {
  private readonly names = new Map<string, string | undefined>();
  /** Places that a whole set owns. */
  private readonly owned = new Map<string, string>();
  /** Places in which single edges are declared. */
  private readonly shared = new Set<string>();
  private readonly objects = new Set<string>();

  /**
   * Notes an object or an edge.
   * @param key with references as ids
   * @param id of the state; undefined: it is to be created
   * @throws DelineaError `duplicate`
   */
  one(resource: Resource, key: Values, id: string | undefined, label: string): void {
    const name = nameKey(resource, key);
    const other = this.names.get(name);
    if (this.names.has(name))
      throw id === undefined && other !== undefined ? again(label, resource) : twice(label, resource);
    this.names.set(name, id);
    const scope = SCOPES.get(resource.type);
    if (scope === undefined) return;
    const place = placeOf(resource.type, key[scope]);
    if (this.owned.has(place)) throw mixed(label);
    this.shared.add(place);
  }

  /** Notes the living object that a declaration has in its state, or comes to by its name. @throws DelineaError `duplicate` */
  object(key: string, label: string): void {
    if (this.objects.has(key)) throw heldByTwo(label);
    this.objects.add(key);
  }

  /** Notes a whole set. @throws DelineaError `duplicate` */
  set({ authoritativeFor, type }: Resource, scope: string, label: string): void {
    const place = placeOf(authoritativeFor!.edge, scope);
    if (this.owned.has(place)) throw twice(label, resourceOf(type));
    if (this.shared.has(place)) throw mixed(label);
    this.owned.set(place, label);
  }
}

/** Of the edges that a whole set can own, the attribute that names the place. */
const SCOPES: ReadonlyMap<string, string> = new Map(
  resources.flatMap(({ authoritativeFor }) =>
    authoritativeFor ? [[authoritativeFor.edge, authoritativeFor.scope] as const] : [],
  ),
);

function placeOf(kind: string, scope: unknown): string {
  return `${kind} ${foldCase(scope)}`;
}

function twice(label: string, { title }: Resource): DelineaError {
  return new DelineaError('duplicate', `${label} is declared twice as a ${title}`, {
    hint: 'Names compare without case. Remove one of the two.',
  });
}

/** A second declaration, or a replacement that somebody asked for: a provider is told the same of both. */
function again(label: string, { title }: Resource): DelineaError {
  return new DelineaError('duplicate', `${label} is declared already as a ${title}, and is not replaced by itself`, {
    hint: 'Names compare without case: remove one of the two. For -replace or replace_triggered_by: take it away; what lives is changed in place.',
  });
}

function heldByTwo(label: string): DelineaError {
  return new DelineaError('duplicate', `${label}: two declarations have, or come to, one and the same object`, {
    hint: 'To hand a name on, rename the one and apply, then declare the other. Of two addresses in the state, take one out: terraform state rm ADDRESS.',
  });
}

function mixed(label: string): DelineaError {
  return new DelineaError('duplicate', `${label} is in a place that is declared as a whole and edge by edge`, {
    hint: 'Declare everything in the one whole set, or each edge for itself.',
  });
}

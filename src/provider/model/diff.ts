import type { Attribute } from './attribute.js';
import { isReference } from './declaration.js';
import { elementKeyIn, withExclusiveFlags } from './elements.js';
import { foldCase } from './fold-case.js';
import { snakeCase } from './names.js';
import type { Resource } from './resource.js';
import { isCleared, type Values } from './values.js';

export interface Difference {
  readonly attribute: string;
  readonly before: unknown;
  readonly after: unknown;
}

/**
 * Compares declared with live values; every comparison of the project uses this function. Attributes that are not
 * declared are not managed and never differ; neither do settings. References are compared as ids, so both sides must
 * hold ids of one id space. A reference to an object that does not exist yet always differs.
 */
export function diff(resource: Pick<Resource, 'attributes'>, desired: Values, live: Values): Difference[] {
  return resource.attributes.flatMap((attribute) => {
    const { name } = attribute;
    if (attribute.setting || attribute.computed || desired[name] === undefined) return [];
    if (sameValue(attribute, desired[name], live[name])) return [];
    return [{ attribute: name, before: live[name], after: desired[name] }];
  });
}

/** Returns the names of the attributes that differ, as messages spell them. */
export function differingNames(differences: readonly Difference[]): string {
  return differences.map(({ attribute }) => snakeCase(attribute)).join(', ');
}

/** Returns whether an object is as its kind defines inactive: a disabled account, an emptied group. */
export function isInactive({ attributes, removal }: Pick<Resource, 'attributes' | 'removal'>, live: Values): boolean {
  return removal?.verb === 'deactivate' && diff({ attributes }, removal.inactive, live).length === 0;
}

function sameValue(attribute: Attribute, desired: unknown, live: unknown): boolean {
  if (isCleared(desired) || isCleared(live) || live === undefined) {
    return isCleared(desired) && (live === undefined || isCleared(live));
  }
  if (isReference(desired)) return false;
  switch (attribute.type) {
    case 'strings':
      return sameSet(attribute, desired as readonly unknown[], live as readonly unknown[]);
    case 'objects':
      return sameElements(attribute, desired as readonly Values[], live as readonly Values[]);
    default:
      return attribute.caseless ? foldCase(desired) === foldCase(live) : desired === live;
  }
}

function sameSet(attribute: Attribute, desired: readonly unknown[], live: readonly unknown[]): boolean {
  if (desired.some(isReference)) return false;
  const fold = (value: unknown) => (attribute.caseless ? foldCase(value) : String(value));
  const left = new Set(desired.map(fold));
  const right = new Set(live.map(fold));
  return left.size === right.size && [...left].every((value) => right.has(value));
}

/**
 * Compares elements by their key and, of each, only the declared fields: services add fields of their own. An exclusive
 * flag on one element counts as false on all others.
 */
function sameElements(attribute: Attribute, desired: readonly Values[], live: readonly Values[]): boolean {
  const keyOf = elementKeyIn(attribute);
  const byKey = new Map(withExclusiveFlags(attribute, desired).map((element) => [keyOf(element), element]));
  if (byKey.size !== new Set(live.map(keyOf)).size) return false;
  // Every live element must match: a key that is there twice may match once and differ once.
  return live.every((other) => {
    const element = byKey.get(keyOf(other));
    return (
      element !== undefined &&
      attribute.fields.every((field) => {
        const wanted = element[field.name];
        return (
          wanted === undefined || sameValue(field, wanted, other[field.name] ?? (wanted === false ? false : undefined))
        );
      })
    );
  });
}

import type { Attribute } from './attribute.js';
import { isReference } from './declaration.js';
import { elementKeyIn, withExclusiveFlags } from './elements.js';
import { foldCase } from './fold-case.js';
import type { Resource } from './resource.js';
import { isCleared, type Values } from './values.js';

export interface Difference {
  readonly attribute: string;
  readonly before: unknown;
  readonly after: unknown;
}

/**
 * The only comparison there is. Attributes that are not declared are not managed and never differ; settings never do.
 * References are compared as ids, so both sides must speak of one id space.
 */
export function diff(resource: Pick<Resource, 'attributes'>, desired: Values, live: Values): Difference[] {
  return resource.attributes.flatMap((attribute) => {
    const { name } = attribute;
    if (attribute.setting || attribute.computed || desired[name] === undefined) return [];
    if (sameValue(attribute, desired[name], live[name])) return [];
    return [{ attribute: name, before: live[name], after: desired[name] }];
  });
}

/** Whether a declared value says the same as a live one. */
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
 * Elements are told apart by their key; of each only the declared fields count, since services add their own, and what
 * another element's being the only one says of it.
 */
function sameElements(attribute: Attribute, desired: readonly Values[], live: readonly Values[]): boolean {
  const fold = elementKeyIn(attribute);
  const byKey = new Map(withExclusiveFlags(attribute, desired).map((element) => [fold(element), element]));
  if (byKey.size !== new Set(live.map(fold)).size) return false;
  // All of them: what is there twice may be once as declared and once otherwise.
  return live.every((other) => {
    const element = byKey.get(fold(other));
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

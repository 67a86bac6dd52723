import { type Attribute, kindsMeant } from './attribute.js';
import { isReference } from './declaration.js';
import { objectKey } from './keys.js';
import type { Values } from './values.js';

/** An id in a value, and the kinds that it may be of: one, unless the attribute lists users and groups alike. */
export interface ObjectRef {
  readonly kinds: readonly string[];
  /** The id on the home surface; the name, if the kind is referred to by name. */
  readonly id: string;
}

/** Returns the objects to which values refer, in elements of sets too. Leaves out objects that do not exist yet. */
export function objectRefs(attributes: readonly Attribute[], values: Values): ObjectRef[] {
  return attributes.flatMap((attribute) => {
    const value = values[attribute.name];
    const items: readonly unknown[] = Array.isArray(value) ? value : [value];
    const kinds = kindsMeant(attribute, values);
    return items.flatMap((item) => {
      if (typeof item === 'string') return item === '' || kinds.length === 0 ? [] : [{ kinds, id: item }];
      if (typeof item !== 'object' || item === null || isReference(item)) return [];
      return objectRefs(attribute.fields, item as Values);
    });
  });
}

/** Returns the keys of the objects to which a reference may lead. */
export function refKeys({ kinds, id }: ObjectRef): string[] {
  return kinds.map((kind) => objectKey(kind, id));
}

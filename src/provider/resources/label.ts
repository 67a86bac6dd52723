import { kindsMeant } from '../model/attribute.js';
import { attributeOf } from '../model/resource.js';
import type { Values } from '../model/values.js';
import { resourceOf } from './index.js';

/**
 * Returns the display name of an object, with ids shown as names if they are known.
 * @param nameOf returns the text of one attribute; `kinds`: the kinds that an id in it may be of, empty if it has none
 */
export function labelOf(
  kind: string,
  values: Values,
  nameOf: (value: unknown, kinds: readonly string[], attribute: string) => string,
): string {
  const resource = resourceOf(kind);
  return resource.label.replace(/\{(\w+)\}/g, (_, name: string) =>
    nameOf(values[name], kindsMeant(attributeOf(resource, name), values), name),
  );
}

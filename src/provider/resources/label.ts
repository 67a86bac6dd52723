import type { Values } from '../model/values.js';
import { resourceOf } from './index.js';

/** Returns the display name of an object, with ids shown as names if they are known. */
export function labelOf(kind: string, values: Values, nameOf: (attribute: string, value: unknown) => string): string {
  return resourceOf(kind).label.replace(/\{(\w+)\}/g, (_, name: string) => nameOf(name, values[name]));
}

import { snakeCase } from '../../provider/index.js';
import type { Step } from '../protocol/messages.js';
import type { Type } from './type.js';

/**
 * Returns the steps to an attribute, as far as they exist in the type. Elements of a set have no index, so the path ends at
 * the set.
 * @param path attribute names, in camelCase or snake_case, and indexes
 */
export function stepsTo(type: Type, path: readonly PropertyKey[]): Step[] {
  const [first, ...rest] = path;
  if (first === undefined || typeof type === 'string' || type[0] === 'set') return [];
  if (type[0] === 'object') {
    const attributeName = snakeCase(String(first));
    const inner = Object.hasOwn(type[1], attributeName) ? type[1][attributeName] : undefined;
    return inner === undefined ? [] : [{ attributeName }, ...stepsTo(inner, rest)];
  }
  const elementKeyInt = Number(first);
  return Number.isSafeInteger(elementKeyInt) ? [{ elementKeyInt }, ...stepsTo(type[1], rest)] : [];
}

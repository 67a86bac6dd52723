import { quoted, resourceOf, type UnmanagedObject, visible } from '../../provider/index.js';
import { count } from './attributes.js';

/** Lists the objects of the tenant that are not in code. They are never changed. */
export function unmanagedText(unmanaged: readonly UnmanagedObject[]): string {
  const kinds = [...new Set(unmanaged.map(({ kind }) => kind))].sort();
  const sections = kinds.map((kind) => {
    const objects = unmanaged.filter((object) => object.kind === kind);
    const lines = objects.map(({ name, id }) => `    ${quoted(name)} (${visible(id)})`).sort();
    return [`  ${resourceOf(kind).plural}: ${objects.length}`, ...lines].join('\n');
  });
  return [`Not in code: ${count(unmanaged.length, 'object')}; not changed.`, ...sections].join('\n');
}

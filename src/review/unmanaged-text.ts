import { resourceOf, type UnmanagedObject } from '../provider/index.js';
import { count } from './attributes.js';
import { quoted, visible } from './visible.js';

/** What lives in the tenant and is declared nowhere; never touched. */
export function unmanagedText(unmanaged: readonly UnmanagedObject[]): string {
  const kinds = [...new Set(unmanaged.map(({ kind }) => kind))].sort();
  const sections = kinds.map((kind) => {
    const objects = unmanaged.filter((object) => object.kind === kind);
    const lines = objects.map(({ name, id }) => `    ${quoted(name)} (${visible(id)})`).sort();
    return [`  ${resourceOf(kind).plural}: ${objects.length}`, ...lines].join('\n');
  });
  return [`Declared nowhere: ${count(unmanaged.length, 'object')}; not touched.`, ...sections].join('\n');
}

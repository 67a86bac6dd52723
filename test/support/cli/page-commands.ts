import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../cdktf/synth-process.js';

/** Returns the fenced code blocks of one language in a page, in order. @param page path from the root */
export function blocksIn(page: string, language: string): string[] {
  const text = readFileSync(join(ROOT, page), 'utf8');
  return [...text.matchAll(/^```(\w*)\n(.*?)^```$/gms)].filter(([, of]) => of === language).map(([, , body]) => body!);
}

/** Returns the shell commands of a page, without comments and with `a && b` split. */
export function commandsIn(page: string): string[] {
  return blocksIn(page, 'sh')
    .flatMap((block) => block.split('\n'))
    .flatMap((line) => line.replace(/\s+#.*$/, '').split(' && '))
    .map((command) => command.trim())
    .filter((command) => command !== '');
}

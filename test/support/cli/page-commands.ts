import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../cdktf/synth-process.js';

/** Fenced blocks of one language in a page of ours, in order. */
export function blocksIn(page: string, language: string): string[] {
  const text = readFileSync(join(ROOT, page), 'utf8');
  return [...text.matchAll(/^```(\w*)\n(.*?)^```$/gms)].filter(([, of]) => of === language).map(([, , body]) => body!);
}

/** What a reader would type, one command each: without comments, `a && b` taken apart. */
export function commandsIn(page: string): string[] {
  return blocksIn(page, 'sh')
    .flatMap((block) => block.split('\n'))
    .flatMap((line) => line.replace(/\s+#.*$/, '').split(' && '))
    .map((command) => command.trim())
    .filter((command) => command !== '');
}

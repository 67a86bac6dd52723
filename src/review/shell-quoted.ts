import { quoted, visible } from '../provider/index.js';

/** Quotes a text for a shell. Double quotes would let the shell expand `$` and backticks in the name of an object. */
export function shellQuoted(text: string): string {
  return /[$`\\"!]/.test(text) ? `'${visible(text).replaceAll("'", "'\\''")}'` : quoted(text);
}

/** Returns a text as one word for a shell, in quotes if it needs them. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? visible(text) : shellQuoted(text);
}

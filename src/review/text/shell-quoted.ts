import { quoted, visible } from '../../provider/index.js';

/**
 * Quotes a text for a shell (bash, zsh), which reads exactly this text from it. Double quotes would let the shell expand
 * `$` and backticks in the name of an object.
 */
export function shellQuoted(text: string): string {
  const shown = visible(text);
  if (shown === text) return /[$`"!]/.test(text) ? `'${text.replaceAll("'", "'\\''")}'` : quoted(text);
  const escaped = shown.replace(/\\\\|\\u\{(\w+)\}|'/g, (found, code?: string) =>
    code ? `\\U${code.padStart(8, '0')}` : found === "'" ? "\\'" : found,
  );
  return `$'${escaped}'`;
}

/** Returns a text as one word for a shell, in quotes if it needs them. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) && visible(text) === text ? text : shellQuoted(text);
}

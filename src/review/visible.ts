/** Characters that could forge a line of a plan: controls, direction marks, line separators, lone surrogates. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/** Returns a text from tenant or code as one line, with control and invisible characters escaped (`\u001b`). */
export function visible(text: string): string {
  return text.replace(INVISIBLE, (character) => `\\u${character.codePointAt(0)!.toString(16).padStart(4, '0')}`);
}

/** Returns the same in quotes, as a plan shows values. */
export function quoted(text: string): string {
  return visible(JSON.stringify(text));
}

/** Controls, direction marks, invisible characters, line separators, halves of characters: what could forge a line of a plan. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/** Text from the tenant or the code as one honest line: what a terminal would act on is written out (`\u001b`). */
export function visible(text: string): string {
  return text.replace(UNSEEN, (character) => `\\u${character.codePointAt(0)!.toString(16).padStart(4, '0')}`);
}

/** The same in quotes, as values stand in a plan. */
export function quoted(text: string): string {
  return visible(JSON.stringify(text));
}

import { visible } from '../../provider/index.js';

/** Largest number of characters of a comment on GitHub. */
export const LONGEST_COMMENT = 65_536;
/** Room for the sentence that states how much is left out, without the place of the rest. */
const RESERVED = 100;

/** A part of a comment that is not cut. */
export interface Block {
  readonly text: string;
  /** The same without details, for a comment without room. */
  readonly summary?: string;
  /** Number of entries in it. */
  readonly entries: number;
}

/**
 * Returns the blocks that fit below a head, and the number of entries that do not fit whole. After the first block that
 * does not fit whole, only summaries are shown, so that the order stays.
 */
export function fitBlocks(
  head: readonly string[],
  blocks: readonly Block[],
  longest: number,
): { readonly shown: string[]; readonly leftOut: number } {
  const shown = [...head];
  let room = longest - RESERVED - joinBlocks(shown).length;
  let leftOut = 0;
  for (const { text, summary = text, entries: number } of blocks) {
    const chosen = leftOut === 0 && text.length + 2 <= room ? text : summary;
    const fits = chosen.length + 2 <= room;
    if (chosen !== text || !fits) leftOut += Math.max(1, number);
    if (fits) shown.push(chosen);
    // A block that can never fit, such as a name of 70,000 characters, does not hide those after it.
    if (fits) room -= chosen.length + 2;
  }
  return { shown, leftOut };
}

/** Joins blocks by blank lines, and items of one list by line breaks. */
export function joinBlocks(blocks: readonly string[]): string {
  const isItem = (line: string) => line.startsWith('- ');
  const parts = blocks.map((block, index) => {
    if (index === 0) return block;
    const last = blocks[index - 1]!;
    const isOneList = isItem(block) && isItem(last.slice(last.lastIndexOf('\n') + 1));
    return `${isOneList ? '\n' : '\n\n'}${block}`;
  });
  return parts.join('');
}

/** Returns a list as one block for each line, so that a long one is left out from its end. */
export function listBlocks(head: string, lines: readonly string[]): Block[] {
  if (lines.length === 0) return [];
  const [first, ...rest] = lines.map((line) => `- ${inlineCode(line)}`);
  return [{ text: `### ${head}\n\n${first}`, entries: 1 }, ...rest.map((text) => ({ text, entries: 1 }))];
}

/** Returns a text as inline code. In HTML code nothing is a mention; escaped, nothing is markup. */
export function inlineCode(text: string): string {
  return `<code>${escapedMarkup(visible(text))}</code>`;
}

/** Escapes every character that Markdown or HTML could read as more than itself. */
export function escapedMarkup(text: string): string {
  return text.replace(/[^\p{L}\p{N} ]/gu, (character) => `&#${character.codePointAt(0)};`);
}

/** A block with labels, such as `resource "delinea_user" "jane"`. */
export interface HclBlock {
  readonly type: string;
  readonly labels: readonly string[];
  /** Line of its first word, counted from 1. */
  readonly line: number;
}

/** Blank, comment, heredoc, string, word, or one character. */
const TOKEN =
  /(?<skip>[ \t\r]+|#[^\n]*|\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$))|<<-?(?<heredoc>[\p{L}_][\p{L}\p{N}_-]*)\r?\n|(?<word>[\p{L}_][\p{L}\p{N}_-]*)|(?<end>\n)|(?<other>[\s\S])/uy;

/**
 * Returns the blocks at the top of a file in Terraform's language, in linear time. Texts in strings, comments and heredocs
 * are not code. Returns the readable part of a file with mistakes.
 */
export function hclBlocks(text: string): HclBlock[] {
  const blocks: HclBlock[] = [];
  let at = 0;
  let line = 1;
  let depth = 0;
  /** The words and labels since the last line feed at the top. */
  let head: { readonly line: number; readonly words: string[] } | undefined;
  const skipTo = (next: number) => {
    for (; at < next; at++) if (text[at] === '\n') line++;
  };
  const add = (word: string) => {
    if (depth === 0) head = head ? { ...head, words: [...head.words, word] } : { line, words: [word] };
  };
  while (at < text.length) {
    if (text[at] === '"') {
      const end = stringEnd(text, at);
      add(text.slice(at + 1, end - 1));
      skipTo(end);
      continue;
    }
    TOKEN.lastIndex = at;
    const { groups = {}, 0: token } = TOKEN.exec(text)!;
    if (groups.heredoc !== undefined) {
      skipTo(heredocEnd(text, at + token.length, groups.heredoc));
      continue;
    }
    if (groups.word !== undefined) add(token);
    else if (token === '{') {
      if (depth === 0 && head) {
        const [type, ...labels] = head.words;
        blocks.push({ type: type!, labels, line: head.line });
      }
      depth++;
    } else if (token === '}') depth = Math.max(0, depth - 1);
    if (groups.skip === undefined && groups.word === undefined && depth === 0) head = undefined;
    skipTo(at + token.length);
  }
  return blocks;
}

/** Returns the position after a string. An interpolation in it may contain strings of its own. */
function stringEnd(text: string, start: number): number {
  const open: ('"' | '{')[] = ['"'];
  let at = start + 1;
  while (at < text.length && open.length > 0) {
    const character = text[at]!;
    const inString = open.at(-1) === '"';
    if (inString && character === '\\') at++;
    else if (inString && (character === '$' || character === '%') && text[at + 1] === '{') {
      // A doubled sign is text: "$${" begins no interpolation.
      if (text[at - 1] !== character) open.push('{');
      at++;
    } else if (character === '"') inString ? open.pop() : open.push('"');
    else if (!inString && character === '{') open.push('{');
    else if (!inString && character === '}') open.pop();
    at++;
  }
  return Math.min(at, text.length);
}

function heredocEnd(text: string, start: number, mark: string): number {
  let at = start;
  while (at < text.length) {
    const feed = text.indexOf('\n', at);
    const end = feed < 0 ? text.length : feed;
    if (text.slice(at, end).trim() === mark) return end;
    at = end + 1;
  }
  return text.length;
}

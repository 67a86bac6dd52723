import { DEEPEST_JSON, HEAVIEST_FILE, HEAVIEST_JSON, LONGEST_TEXT } from './limits.js';

/** Estimated bytes in memory for one punctuation mark of JSON: an empty object with its comma takes about 64. */
const MARK_BYTES = 32;

/** The size of a JSON text. */
export interface JsonSize {
  /** Levels of nested objects and arrays. */
  readonly depth: number;
  /** Estimated bytes in memory once it is parsed. */
  readonly weight: number;
  /** Characters of the longest string. */
  readonly longest: number;
}

/** Measures a JSON text without parsing it. The text need not be valid. Takes linear time. */
export function measureJson(text: string): JsonSize {
  let open = 0;
  let depth = 0;
  let marks = 0;
  let longest = 0;
  for (let at = 0; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case 0x22: {
        const end = endOfString(text, at);
        if (end - at - 1 > longest) longest = end - at - 1;
        at = end;
        break;
      }
      case 0x7b: // {
      case 0x5b: // [
        open++;
        marks++;
        if (open > depth) depth = open;
        break;
      case 0x7d: // }
      case 0x5d: // ]
        open--;
        break;
      case 0x2c: // ,
      case 0x3a: // :
        marks++;
        break;
    }
  }
  return { depth, weight: text.length + marks * MARK_BYTES, longest };
}

/**
 * Returns the reason why a JSON text is not parsed, as the end of a sentence; undefined if it may be.
 * @param heaviest most estimated bytes in memory
 */
export function jsonExcess({ depth, weight }: JsonSize, heaviest = HEAVIEST_JSON): string | undefined {
  if (depth > DEEPEST_JSON) return `is nested more than ${DEEPEST_JSON} levels deep`;
  if (weight > heaviest) return `has more values than fit in ${inMegabytes(heaviest)}`;
  return undefined;
}

/** Returns the reason why the JSON of a stack, ledger or state is not parsed; undefined if it may be. */
export function jsonFileExcess(text: string): string | undefined {
  const size = measureJson(text);
  if (size.longest > LONGEST_TEXT) return `has a text of more than ${LONGEST_TEXT} characters`;
  return jsonExcess(size, HEAVIEST_FILE);
}

/** Returns a number of bytes as text: `16 MB`. */
export function inMegabytes(bytes: number): string {
  return `${Math.round(bytes / 2 ** 20)} MB`;
}

/** Returns the offset of the quotation mark that ends a string; the end of the text if there is none. */
function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x22) return at;
    if (code === 0x5c) at++;
  }
  return text.length;
}

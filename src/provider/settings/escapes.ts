/** One element of a text: its bytes in UTF-8, and the offset after it. */
export interface Element {
  readonly bytes: readonly number[];
  readonly end: number;
}

/** A text of which elements are read. In a decoded text, each character is one byte. */
export interface Source {
  readonly text: string;
  readonly decoded: boolean;
}

/** HTML's names of characters that occur in secrets. */
const NAMES: ReadonlyMap<string, number> = new Map(
  Object.entries({
    excl: '!',
    quot: '"',
    num: '#',
    dollar: '$',
    percnt: '%',
    amp: '&',
    apos: "'",
    lpar: '(',
    rpar: ')',
    ast: '*',
    plus: '+',
    comma: ',',
    period: '.',
    sol: '/',
    colon: ':',
    semi: ';',
    lt: '<',
    equals: '=',
    gt: '>',
    quest: '?',
    commat: '@',
    lsqb: '[',
    lbrack: '[',
    bsol: '\\',
    rsqb: ']',
    rbrack: ']',
    hat: '^',
    lowbar: '_',
    grave: '`',
    lcub: '{',
    lbrace: '{',
    verbar: '|',
    vert: '|',
    rcub: '}',
    rbrace: '}',
  }).map(([name, sign]) => [name, sign.charCodeAt(0)]),
);

// The names of U+00A0 to U+00FF, in order.
const LATIN =
  `nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 sup3 acute micro para
  middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde Auml Aring AElig Ccedil Egrave Eacute
  Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash Ugrave Uacute Ucirc Uuml Yacute
  THORN szlig agrave aacute acirc atilde auml aring aelig ccedil egrave eacute ecirc euml igrave iacute icirc iuml eth ntilde
  ograve oacute ocirc otilde ouml divide oslash ugrave uacute ucirc uuml yacute thorn yuml`.split(/\s+/);

const LONGEST_NAME = 6;
const CONTROLS: Readonly<Record<string, number>> = { b: 8, f: 12, n: 10, r: 13, t: 9 };

/** Returns whether an escape may begin with a character. */
export function beginsEscape(code: number): boolean {
  return code === 0x25 || code === 0x26 || code === 0x5c;
}

/** Returns the element at an offset as it is written; undefined at the end. */
export function readRaw({ text, decoded }: Source, at: number): Element | undefined {
  if (at >= text.length) return undefined;
  const code = text.charCodeAt(at);
  if (code < 0x80 || decoded) return { bytes: [code], end: at + 1 };
  const point = text.codePointAt(at)!;
  return { bytes: utf8(point), end: at + (point > 0xffff ? 2 : 1) };
}

/**
 * Returns what an escape at an offset means: of a URL (`%2F`), of HTML (`&#47;`, `&sol;`), of JSON (`\/`, `\u002f`).
 * @param depth escapes inside each other: at 2, the characters of the escape may be escapes themselves
 */
export function readEscapes(source: Source, at: number, depth: number): Element[] {
  if (depth === 0) return [];
  const inner = readEscapes(source, at, depth - 1);
  const outer = readEscape((offset) => readCharacter(source, offset, depth - 1), at);
  return outer ? [...inner, outer] : inner;
}

interface Character {
  readonly sign: string;
  readonly end: number;
}
type ReadCharacter = (at: number) => Character | undefined;

/** Reads an ASCII character, which may be an escape itself. */
function readCharacter(source: Source, at: number, depth: number): Character | undefined {
  const element = (depth > 0 ? readEscapes(source, at, depth).at(-1) : undefined) ?? readRaw(source, at);
  if (element?.bytes.length !== 1) return undefined;
  return { sign: String.fromCharCode(element.bytes[0]!), end: element.end };
}

function readEscape(read: ReadCharacter, at: number): Element | undefined {
  const first = read(at);
  switch (first?.sign) {
    case '%':
      return readNumber(read, first.end, 2, (byte) => [byte]);
    case '&':
      return readEntity(read, first.end);
    case '\\':
      return readBackslash(read, first.end);
    default:
      return undefined;
  }
}

/** Reads hexadecimal digits. @param toBytes returns the bytes that the number means */
function readNumber(
  read: ReadCharacter,
  start: number,
  digits: number,
  toBytes: (value: number) => number[],
): Element | undefined {
  let value = 0;
  let at = start;
  for (let index = 0; index < digits; index++) {
    const next = read(at);
    const digit = next ? Number.parseInt(next.sign, 16) : Number.NaN;
    if (Number.isNaN(digit)) return undefined;
    value = value * 16 + digit;
    at = next!.end;
  }
  return { bytes: toBytes(value), end: at };
}

function readEntity(read: ReadCharacter, start: number): Element | undefined {
  let name = '';
  let at = start;
  // A number may have leading zeros.
  for (let next = read(at); next && name.length < 2 * LONGEST_NAME; next = read(at)) {
    at = next.end;
    if (next.sign === ';') {
      const point = codePointOf(name);
      return point === undefined ? undefined : { bytes: utf8(point), end: at };
    }
    if (!/[#0-9a-z]/i.test(next.sign)) return undefined;
    name += next.sign;
  }
  return undefined;
}

function codePointOf(name: string): number | undefined {
  const [, hex, decimal] = /^#(?:x([0-9a-f]+)|(\d+))$/i.exec(name) ?? [];
  const number = hex ? Number.parseInt(hex, 16) : decimal ? Number(decimal) : undefined;
  if (number !== undefined) return number <= 0x10ffff ? number : undefined;
  const latin = LATIN.includes(name) ? LATIN.indexOf(name) : LATIN.indexOf(name.toLowerCase());
  return NAMES.get(name.toLowerCase()) ?? (latin < 0 ? undefined : 0xa0 + latin);
}

function readBackslash(read: ReadCharacter, start: number): Element | undefined {
  const next = read(start);
  if (!next) return undefined;
  // In a text that was put in upper case, so were the letters of its escapes.
  const letter = next.sign.toLowerCase();
  if (letter === 'x') return readNumber(read, next.end, 2, utf8);
  if (letter === 'u') return readUnicode(read, next.end);
  const control = CONTROLS[letter];
  if (control !== undefined) return { bytes: [control], end: next.end };
  return /[a-z0-9]/i.test(next.sign) ? undefined : { bytes: [next.sign.charCodeAt(0)], end: next.end };
}

/** Reads `\uXXXX`, and a second one if the first is half of a character. */
function readUnicode(read: ReadCharacter, start: number): Element | undefined {
  let unit = 0;
  const first = readNumber(read, start, 4, (value) => {
    unit = value;
    return utf8(value);
  });
  if (!first || unit < 0xd800 || unit > 0xdbff) return first;
  const backslash = read(first.end);
  const letter = backslash?.sign === '\\' ? read(backslash.end) : undefined;
  if (letter?.sign.toLowerCase() !== 'u') return first;
  const pair = (low: number) => utf8(0x10000 + (unit - 0xd800) * 0x400 + (low - 0xdc00));
  return readNumber(read, letter.end, 4, pair) ?? first;
}

/** Returns the bytes of a character in UTF-8; of a half one, those of U+FFFD. */
function utf8(point: number): number[] {
  return point >= 0 && point <= 0x10ffff ? [...Buffer.from(String.fromCodePoint(point))] : [];
}

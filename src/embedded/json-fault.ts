const TOKEN =
  /(?<punctuation>[{}[\]:,])|(?<string>")|(?<literal>-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)/y;
/** Matched repeatedly: a single expression over megabytes of text exhausts the call stack. */
const INSIDE = /[^"\\\p{Cc}]+|[\u007f-\u009f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/uy;
const SPACE = /[ \t\r\n]*/y;

/** The token that may come next: a value, a key, a colon, or the token after a value. */
type Expected = 'value' | 'value or ]' | 'key' | 'key or }' | ':' | 'next';

/** Returns line and column, from 1, of the first JSON syntax error. Node 20 reports them only for some errors. */
export function jsonFault(text: string): { line: number; column: number } {
  return placeOf(text, faultOffset(text));
}

/** Returns line and column, from 1, of an offset. */
export function placeOf(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset).split('\n');
  return { line: before.length, column: before.at(-1)!.length + 1 };
}

function faultOffset(text: string): number {
  const open: string[] = [];
  let expected: Expected = 'value';
  let offset = 0;
  for (;;) {
    const start = skip(SPACE, text, offset);
    TOKEN.lastIndex = start;
    const match: RegExpExecArray | null = TOKEN.exec(text);
    const following: Expected | undefined = match ? step(expected, match.groups!, open) : undefined;
    if (!match || !following) return start;
    expected = following;
    offset = start + match[0].length;
    if (match.groups!.string === undefined) continue;
    offset = skip(INSIDE, text, offset);
    if (text[offset] !== '"') return offset;
    offset++;
  }
}

/** Returns the offset after all consecutive matches. */
function skip(pattern: RegExp, text: string, from: number): number {
  for (let offset = from; ; offset = pattern.lastIndex) {
    pattern.lastIndex = offset;
    if (!pattern.test(text) || pattern.lastIndex === offset) return offset;
  }
}

function step(expected: Expected, groups: Record<string, string | undefined>, open: string[]): Expected | undefined {
  const { punctuation, string } = groups;
  if (punctuation === undefined) {
    if (expected.startsWith('key')) return string === undefined ? undefined : ':';
    return expected.startsWith('value') ? 'next' : undefined;
  }
  if (punctuation === '{' || punctuation === '[') {
    if (!expected.startsWith('value')) return undefined;
    open.push(punctuation);
    return punctuation === '{' ? 'key or }' : 'value or ]';
  }
  if (punctuation === ':') return expected === ':' ? 'value' : undefined;
  if (punctuation === ',')
    return expected === 'next' && open.length > 0 ? (open.at(-1) === '{' ? 'key' : 'value') : undefined;
  const closes = punctuation === '}' ? '{' : '[';
  const empty = punctuation === '}' ? 'key or }' : 'value or ]';
  return (expected === 'next' || expected === empty) && open.pop() === closes ? 'next' : undefined;
}

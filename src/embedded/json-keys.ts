import { placeOf } from './json-fault.js';

/**
 * Finds what the parsed value of valid JSON no longer shows: a key that is there twice, of which two programs may read two
 * values, or a key that sets a prototype.
 * @returns the fault and its place as the end of a sentence; undefined if there is none
 */
export function jsonTrick(text: string): string | undefined {
  const open: (Set<string> | undefined)[] = [];
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === '{' || character === '[') open.push(character === '{' ? new Set() : undefined);
    else if (character === '}' || character === ']') open.pop();
    if (character !== '"') continue;
    const start = at++;
    while (text[at] !== '"' && at < text.length) at += text[at] === '\\' ? 2 : 1;
    const keys = open.at(-1);
    if (!keys || !isKey(text, at + 1)) continue;
    const key = JSON.parse(text.slice(start, at + 1)) as string;
    if (key === '__proto__') return `has the key "__proto__"${placed(text, start)}`;
    if (keys.has(key)) return `has the key ${JSON.stringify(key)} twice${placed(text, start)}`;
    keys.add(key);
  }
  return undefined;
}

function placed(text: string, offset: number): string {
  const { line, column } = placeOf(text, offset);
  return `: line ${line}, column ${column}`;
}

function isKey(text: string, after: number): boolean {
  let at = after;
  while (' \t\r\n'.includes(text[at] ?? ':')) at++;
  return text[at] === ':';
}

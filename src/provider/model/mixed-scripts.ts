import { skeletonOf } from './skeleton.js';

/** Scripts that UTS 39 recommends for names and that may share a word with Latin: "แผนกIT". */
const BESIDE_LATIN = [
  'Arabic',
  'Armenian',
  'Bengali',
  'Devanagari',
  'Ethiopic',
  'Georgian',
  'Gujarati',
  'Gurmukhi',
  'Hebrew',
  'Kannada',
  'Khmer',
  'Lao',
  'Malayalam',
  'Myanmar',
  'Oriya',
  'Sinhala',
  'Tamil',
  'Telugu',
  'Thaana',
  'Thai',
  'Tibetan',
];
const EAST_ASIAN = ['Han', 'Hiragana', 'Katakana', 'Bopomofo', 'Hangul'];
const ALONE = ['Cyrillic', 'Greek'];
const KNOWN = ['Latin', ...ALONE, ...EAST_ASIAN, ...BESIDE_LATIN];

const ANY = String.raw`\p{scx=Common}\p{scx=Inherited}`;
const classOf = (scripts: readonly string[]) => scripts.map((script) => `\\p{scx=${script}}`).join('');

/** Sets of scripts that one word may have: the level "moderately restrictive" of UTS 39, section 5.2. */
const ALLOWED = new RegExp(
  `^(?:${[
    ['Latin', 'Han', 'Hiragana', 'Katakana'],
    ['Latin', 'Han', 'Bopomofo'],
    ['Latin', 'Han', 'Hangul'],
    ...BESIDE_LATIN.map((script) => ['Latin', script]),
    ...ALONE.map((script) => [script]),
  ]
    .map((scripts) => `[${classOf(scripts)}${ANY}]*`)
    .join('|')})$`,
  'u',
);
const HAS_KNOWN = new RegExp(`[${classOf(KNOWN)}]`, 'u');
/** A letter or digit of a script that has look-alikes of Latin ones. */
const FOREIGN = new RegExp(`(?![${classOf(['Latin', ...EAST_ASIAN])}${ANY}])[\\p{L}\\p{N}]`, 'u');
const LATIN = /\p{scx=Latin}/u;

/**
 * Returns the characters of a name that a reader takes for letters of another script; none for an ordinary name. A name
 * of several words, such as "Отдел IT", may have words of several scripts. Suspicious are a word of scripts that no
 * language mixes, a look-alike inside a Latin word, and a word of look-alikes alone beside Latin words.
 */
export async function mixedScripts(name: string): Promise<string[]> {
  const words = name.normalize('NFC').match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];
  const found = new Set<string>();
  const others: { readonly letters: readonly string[]; readonly onlyLookAlikes: boolean }[] = [];
  for (const word of words) {
    const letters = [...word].filter((character) => FOREIGN.test(character));
    const lookAlikes: string[] = [];
    for (const letter of letters) if (await looksLatin(letter)) lookAlikes.push(letter);
    const isAllowed = ALLOWED.test(word) || !HAS_KNOWN.test(word);
    for (const letter of isAllowed && !LATIN.test(word) ? [] : isAllowed ? lookAlikes : letters) found.add(letter);
    if (!LATIN.test(word) && letters.length > 0)
      others.push({ letters, onlyLookAlikes: lookAlikes.length === letters.length });
  }
  if (words.some((word) => LATIN.test(word)) && others.every(({ onlyLookAlikes }) => onlyLookAlikes)) {
    for (const letter of others.flatMap(({ letters }) => letters)) found.add(letter);
  }
  return [...found];
}

const known = new Map<string, boolean>();

async function looksLatin(letter: string): Promise<boolean> {
  const before = known.get(letter);
  if (before !== undefined) return before;
  const looks = /^[a-z\d]{1,2}$/i.test(await skeletonOf(letter));
  known.set(letter, looks);
  return looks;
}

/** Returns the name of a character's script, as Unicode spells it. */
export function scriptOf(character: string): string {
  return KNOWN.find((script) => new RegExp(`\\p{sc=${script}}`, 'u').test(character)) ?? 'another script';
}

/**
 * Characters that a reader does not see or mistakes for an ordinary blank: controls, direction marks, default-ignorable,
 * private and unassigned characters, lone surrogates, separators, and two blank symbols (U+2800, U+1D159).
 */
const UNSEEN = String.raw`(?![ \n])[\p{C}\p{Z}\p{DI}\u2800\u{1D159}]`;

/**
 * Marks that cover what is printed before them: more than four in a row (UTS 39, section 5.4), and one without a letter.
 */
const COVERING = String.raw`(?<=[\p{Mn}\p{Me}]{4})[\p{Mn}\p{Me}]|(?<=^|["\p{C}\p{Z}\p{DI}])\p{M}`;

/**
 * First character of a text that the log of a CI runner takes as a command: `##[`, `##vso[` and `##teamcity[` anywhere,
 * `::` and the headings `---`, `+++`, `~~~`, `^^^` at the beginning of a line. Terraform wraps texts at blanks, so every
 * word may begin a line.
 */
const COMMAND = String.raw`#(?=#\w*\[)|(?<=^|\s):(?=:)|(?<=^|\s)([-+~^])(?=\1\1)`;

/** A blank after a blank is escaped, too: many of them would push the text after them to the next line. */
const IN_TEXT = new RegExp(`\\\\|(?<= ) |\n|${UNSEEN}|${COVERING}|${COMMAND}`, 'gu');
/** JSON has escaped its line feeds and backslashes; those that are left are not in a string. */
const IN_JSON = new RegExp(`${UNSEEN}|${COVERING}|${COMMAND}`, 'gu');

const SHORT: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/**
 * Returns a text from tenant, code or file system as one line in which nothing is hidden and nothing is a command:
 * other characters are escaped (`\u001b`, `\u{e0001}`), and so is the backslash, so that no name looks like an escape.
 */
export function visible(text: string): string {
  return text.replace(IN_TEXT, (character) => SHORT[character] ?? escaped(character));
}

/** Returns the same in quotes, as a plan shows values. */
export function quoted(text: string): string {
  return `"${visible(text).replace(/"/g, '\\"')}"`;
}

/** Returns a value of any type for a message, which `visible` escapes when it is printed. */
export function valueText(value: unknown): string {
  return typeof value === 'string' ? `"${value}"` : JSON.stringify(value);
}

/** Returns whether a program that prints a text as it is, in quotes or line by line, prints a command for a CI runner. */
export function printsCommand(text: string): boolean {
  return /##\w*\[|\n\s*::/.test(text);
}

/** Returns JSON that is safe to print and parses to the same value. */
export function visibleJson(json: string): string {
  return json.replace(IN_JSON, (character) => character.split('').map(unit).join(''));
}

function escaped(character: string): string {
  return character.length > 1 ? `\\u{${character.codePointAt(0)!.toString(16)}}` : unit(character);
}

function unit(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** The confusable characters of ASCII, as confusables.txt of UTS 39 maps them. */
const ASCII: Readonly<Record<string, string>> = {
  '0': 'O',
  '1': 'l',
  I: 'l',
  '|': 'l',
  m: 'rn',
  '"': "''",
  '`': "'",
};

/**
 * Returns the skeleton of a text (UTS 39, section 4): texts with equal skeletons look alike. The table of confusable
 * characters, which takes longer to load than the rest of a small plan, is loaded only for a text that is not ASCII.
 */
export async function skeletonOf(text: string): Promise<string> {
  if (isAscii(text)) return text.replace(/[01I|m"`]/g, (character) => ASCII[character]!);
  table ??= import('unhomoglyph');
  const { default: replaceConfusables } = await table;
  // Compatibility forms, such as 𝐚 or ａ, are decomposed first: the table of the library is older than some of them.
  const decomposed = text.normalize('NFKD').replace(/\p{DI}/gu, '');
  return replaceConfusables(decomposed).normalize('NFKD');
}

let table: Promise<typeof import('unhomoglyph')> | undefined;

export function isAscii(text: string): boolean {
  return /^[\0-\x7f]*$/.test(text);
}

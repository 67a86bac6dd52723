/** Case folding for names, by Unicode's rules and not a locale's. */
export function foldCase(value: unknown): string {
  return String(value).normalize('NFC').toLowerCase();
}

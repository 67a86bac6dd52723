/** Folds the case of a name and composes it (NFC), by Unicode's rules and not a locale's. */
export function foldCase(value: unknown): string {
  return String(value).normalize('NFC').toLowerCase();
}

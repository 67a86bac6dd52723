import { distance } from 'fastest-levenshtein';

/** Returns up to three names similar to one that was not found, quoted, the most similar first. */
export function nearestNames(wanted: string, names: readonly string[]): string[] {
  // All e-mail addresses of a tenant end alike, so only the part before the @ is compared.
  const local = (name: string) => name.toLowerCase().replace(/@.*/, '');
  const scored = [...new Set(names)].map((name) => ({ name, edits: distance(local(wanted), local(name)) }));
  const limit = Math.max(2, Math.ceil(local(wanted).length / 2.5));
  return scored
    .filter(({ edits }) => edits <= limit)
    .sort((left, right) => left.edits - right.edits)
    .slice(0, 3)
    .map(({ name }) => `"${name}"`);
}

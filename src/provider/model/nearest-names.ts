import { distance } from 'fastest-levenshtein';

/** Up to three names that look like the one that was not found. */
export function nearestNames(wanted: string, names: readonly string[]): string[] {
  // Everybody's address ends alike: only what stands before the @ tells people apart.
  const local = (name: string) => name.toLowerCase().replace(/@.*/, '');
  const scored = [...new Set(names)].map((name) => ({ name, far: distance(local(wanted), local(name)) }));
  const limit = Math.max(2, Math.ceil(local(wanted).length / 2.5));
  return scored
    .filter(({ far }) => far <= limit)
    .sort((left, right) => left.far - right.far)
    .slice(0, 3)
    .map(({ name }) => `"${name}"`);
}

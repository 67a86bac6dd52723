import { Refusal } from '../http/refusal.js';

/**
 * Reads the one filter the REST surface takes: `userName eq 'x'` (guide 000), single quotes. That a quote inside is
 * doubled, and that groups, roles and sessions filter alike, are assumptions.
 * @returns the value, or `undefined` without a filter
 * @throws {Refusal} 400 for any other filter
 */
export function restFilter(query: URLSearchParams, attribute: string): string | undefined {
  const filter = query.get('filter');
  if (filter === null) return undefined;
  const match = /^\s*(\w+)\s+eq\s+'((?:[^']|'')*)'\s*$/.exec(filter);
  if (match?.[1] !== attribute) {
    throw new Refusal(400, `Unsupported filter; supported: ${attribute} eq '…'.`, 'InvalidFilter');
  }
  return match[2]!.replaceAll("''", "'");
}

import { Refusal } from '../http/refusal.js';

/**
 * Reads the only filter of the REST surface: `userName eq 'x'` (guide 000), in single quotes. Assumptions: quotes inside
 * are doubled, and groups and roles have the same filter.
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

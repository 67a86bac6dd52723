import type { Table } from '../directory/table.js';
import type { Page } from '../http/paging.js';
import { Refusal } from '../http/refusal.js';
import { type FilterRules, passes, readFilter } from './scim-filter.js';

/**
 * Lists rows whose filterable attributes are string fields of the row. `eq` on the indexed name uses the index, any
 * other filter a scan.
 * @param indexed the attribute the table is indexed by
 */
export function findByName<Row extends { readonly id: string }>(
  table: Table<Row>,
  indexed: string,
  rules: FilterRules,
  query: URLSearchParams,
  { skip, take }: Page,
): { rows: Row[]; total: number } {
  const filter = query.get('filter');
  if (filter === null) return table.list(skip, take);
  const terms = readFilter(filter, rules);
  const key = terms.find(({ attribute, operator }) => attribute === indexed && operator === 'eq');
  const candidates = key ? table.seenByName(key.value) : table.seenAll();
  const rows = candidates.filter((row) => terms.every((term) => passes(term, fieldOf(row, term.attribute))));
  return { rows: rows.slice(skip, skip + take), total: rows.length };
}

function fieldOf(row: object, attribute: string): string | undefined {
  const value = (row as Record<string, unknown>)[attribute];
  return typeof value === 'string' ? value : undefined;
}

/** Returns the filter of a list that requires one (guide 002). @throws {Refusal} 400 invalidFilter */
export function requiredFilter(query: URLSearchParams, rules: FilterRules): string {
  const filter = query.get('filter')?.trim();
  if (filter) return filter;
  throw new Refusal(400, `A filter is required, by one of: ${Object.keys(rules).join(', ')}.`, 'invalidFilter');
}

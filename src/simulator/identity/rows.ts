import type { Tenant } from '../tenant.js';

export type Row = Readonly<Record<string, unknown>>;

/** Returns rows as a result, with keys in the case of this tenant, which differs from tenant to tenant (vendor's test). */
export function rowsResult({ options }: Tenant, rows: Row[]): object {
  const rename = { 'as-documented': (key: string) => key, lower: lowerCase, upper: upperCase }[options.rowKeys];
  const renamed = (row: Row) => Object.fromEntries(Object.entries(row).map(([key, value]) => [rename(key), value]));
  return { Results: rows.map((row) => ({ Row: renamed(row) })) };
}

const lowerCase = (key: string) => key.toLowerCase();
const upperCase = (key: string) => key.toUpperCase();

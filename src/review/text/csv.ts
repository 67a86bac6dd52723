import { visible } from '../../provider/index.js';

/** First characters by which a spreadsheet takes a cell for a formula. */
const FORMULA = /^[=+\-@]/;

/** Returns rows as CSV (RFC 4180), every cell in quotes. A cell that a spreadsheet would compute begins with an apostrophe. */
export function csv(rows: readonly (readonly string[])[]): string {
  return rows.map((cells) => `${cells.map(cell).join(',')}\r\n`).join('');
}

function cell(text: string): string {
  const shown = visible(text);
  return `"${(FORMULA.test(shown) ? `'${shown}` : shown).replaceAll('"', '""')}"`;
}

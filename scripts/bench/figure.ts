/** A measured figure and its limit. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly limit: number;
  /** The subject of the count or comparison. */
  readonly detail: string;
}

export function table(figures: readonly Figure[]): string {
  const rows = [
    ['figure', 'measured', 'limit', 'kept', 'how'],
    ...figures.map(({ name, value, limit, detail }) => [
      name,
      shown(value),
      shown(limit),
      value <= limit ? 'yes' : 'NO',
      detail,
    ]),
  ];
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column]!))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function shown(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toFixed(2);
}

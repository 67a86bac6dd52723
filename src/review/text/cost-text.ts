import type { Cost } from '../../provider/index.js';

/** Returns the cost of a run as one line. @param milliseconds duration of the run */
export function costText({ lists, gets, writes, waits }: Cost, milliseconds: number): string {
  const seconds = (milliseconds / 1000).toFixed(1);
  return `reads ${lists + gets} (lists ${lists}, gets ${gets}), writes ${writes}, waits ${waits}, ${seconds} s`;
}

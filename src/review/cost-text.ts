import type { Cost } from '../provider/index.js';

/** What a run cost: requests as the tenant counts them. @param milliseconds how long it took */
export function costText({ lists, gets, writes, waits }: Cost, milliseconds: number): string {
  const seconds = (milliseconds / 1000).toFixed(1);
  return `reads ${lists + gets} (lists ${lists}, gets ${gets}), writes ${writes}, waits ${waits}, ${seconds} s`;
}

import type { Cost } from '../model/cost.js';
import { DelineaError } from '../model/errors.js';

/** The counter to which a request is added. */
export type RequestType = 'lists' | 'gets' | 'writes' | 'tokens';

/** Returns counters at zero. */
export function newCost(): Cost {
  return { lists: 0, gets: 0, writes: 0, tokens: 0, waits: 0 };
}

/** Returns the error for a request beyond the run's limit, or undefined while requests are left. */
export function overBudget({ lists, gets, writes, tokens }: Cost, most: number | undefined): DelineaError | undefined {
  if (most === undefined || lists + gets + writes + tokens < most) return undefined;
  return new DelineaError('budget_spent', `the run needs more than the ${most} requests that max_requests allows`, {
    hint: 'Nothing more was sent. Use fewer resources in one run, or a higher limit.',
    remedy: { kind: 'raise', setting: 'maxRequests' },
  });
}

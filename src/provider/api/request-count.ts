import type { Cost } from '../model/cost.js';
import { DelineaError } from '../model/errors.js';

export type RequestType = 'lists' | 'gets' | 'writes' | 'tokens';

export function newCost(): Cost {
  return { lists: 0, gets: 0, writes: 0, tokens: 0, waits: 0 };
}

/** Why no further request may be sent, in the same words for each that is not; undefined where one may. */
export function overBudget({ lists, gets, writes, tokens }: Cost, most: number | undefined): DelineaError | undefined {
  if (most === undefined || lists + gets + writes + tokens < most) return undefined;
  return new DelineaError('budget_spent', `the run needs more than the ${most} requests that maxRequests allows it`, {
    hint: 'Nothing more was sent. Raise maxRequests (DELINEA_MAX_REQUESTS), or run on less.',
  });
}

import type { Allowance } from '../provider/index.js';

/** Options of commands that allow what the guards would refuse. */
export interface GuardOptions {
  readonly allowRemovals?: number;
  readonly allowMissing?: number;
  readonly allowPrincipal?: readonly string[];
  readonly allowOrphan?: readonly string[];
}

export function allowanceOf({ allowRemovals, allowMissing, allowPrincipal, allowOrphan }: GuardOptions): Allowance {
  return {
    source: 'the command line',
    removals: allowRemovals,
    missing: allowMissing,
    principals: allowPrincipal,
    orphans: allowOrphan,
  };
}

import type { Allowance } from '../provider/index.js';

/** Options of `apply` and `offboard` that allow what the guards would refuse. */
export interface GuardOptions {
  readonly allowRemovals?: number;
  readonly allowPrincipal?: readonly string[];
  readonly allowOrphan?: readonly string[];
}

export function allowanceOf({ allowRemovals, allowPrincipal, allowOrphan }: GuardOptions): Allowance {
  return { removals: allowRemovals, principals: allowPrincipal, orphans: allowOrphan };
}

import type { Allowance } from '../provider/index.js';

/** What the command line lets through of what the guards refuse. */
export interface AllowanceOptions {
  readonly allowRemovals?: number;
  readonly allowPrincipal?: readonly string[];
  readonly allowOrphan?: readonly string[];
}

export function allowanceOf({ allowRemovals, allowPrincipal, allowOrphan }: AllowanceOptions): Allowance {
  return { removals: allowRemovals, principals: allowPrincipal, orphans: allowOrphan };
}

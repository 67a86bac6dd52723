import type { Allowance } from '../model/allowance.js';
import type { Values } from '../model/values.js';

/** Returns the allowances among checked settings. */
export function allowanceOf(values: Values, source: string): Allowance {
  const { allowRemovals, allowMissing, allowPrincipals, allowOrphans } = values as Readonly<
    Record<'allowRemovals' | 'allowMissing', number | undefined> &
      Record<'allowPrincipals' | 'allowOrphans', readonly string[] | undefined>
  >;
  return { source, removals: allowRemovals, missing: allowMissing, principals: allowPrincipals, orphans: allowOrphans };
}

/** Returns the count that is allowed, with its source: the first that is set. The command line comes first. */
export function allowedCount(
  allowances: readonly Allowance[],
  name: 'removals' | 'missing',
): { readonly count: number; readonly source: string } | undefined {
  const first = allowances.find((allowance) => allowance[name] !== undefined);
  return first && { count: first[name]!, source: first.source };
}

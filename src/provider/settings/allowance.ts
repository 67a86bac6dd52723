import type { Values } from '../model/values.js';

/** Exceptions from the guards that a run is granted. */
export interface Allowance {
  /** The source of the allowance, for the plan: `the environment`. */
  readonly source: string;
  /** The exact number of objects, edges and members that the plan removes. */
  readonly removals?: number | undefined;
  /** The exact number of owned objects that may be missing. */
  readonly missing?: number | undefined;
  /** Names of protected accounts and groups that may lose access. */
  readonly principals?: readonly string[] | undefined;
  /** Names of containers and admin roles that may be left without an active holder. */
  readonly orphans?: readonly string[] | undefined;
}

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

import type { Allowance } from '../model/allowance.js';
import { DelineaError } from '../model/errors.js';
import { foldCase } from '../model/fold-case.js';
import type { Remedy } from '../model/remedy.js';
import { allowedCount } from '../settings/allowance.js';
import type { PlanMarks } from './private-state.js';

type Allowances = readonly Allowance[];

const LISTS = [
  ['principals', 'allowPrincipals'],
  ['orphans', 'allowOrphans'],
] as const;

/** Returns the allowances of a plan that guards of its apply need again; undefined if it has none. */
export function allowancesForApply(allowances: Allowances): PlanMarks['allowances'] {
  const removals = allowedCount(allowances, 'removals')?.count;
  const [principals, orphans] = LISTS.map(([list]) => namesIn(allowances, list));
  const isEmpty = removals === undefined && principals!.length + orphans!.length === 0;
  return isEmpty ? undefined : { removals, principals, orphans };
}

/**
 * Refuses a change that reduces access if its plan had an allowance that the apply lacks. The guards of an apply learn of
 * its removals one by one, so without this the first ones would be made. An allowance in the plan lifts nothing, because
 * nothing proves who wrote a saved plan.
 * @throws DelineaError `refused_by_guard`
 */
export function refuseMissingAllowances(label: string, planned: PlanMarks['allowances'] = {}, given: Allowances): void {
  const { removals: count } = planned;
  const remedy: Remedy[] = [];
  if (count !== undefined && (allowedCount(given, 'removals')?.count ?? -1) < count)
    remedy.push({ kind: 'allowRemovals', count });
  for (const [list, kind] of LISTS) {
    const names = planned[list] ?? [];
    const known = new Set(namesIn(given, list).map(foldCase));
    if (!names.every((name) => known.has(foldCase(name)))) remedy.push({ kind, names });
  }
  if (remedy.length === 0) return;
  throw new DelineaError(
    'refused_by_guard',
    `${label}: the plan was made with an allowance that this apply does not have, so the apply removes no access`,
    {
      hint: 'Plan again, and give the allowance to the plan and to its apply: a plan of Terraform does not pass it on.',
      remedy,
    },
  );
}

function namesIn(allowances: Allowances, list: (typeof LISTS)[number][0]): string[] {
  return allowances.flatMap((allowance) => allowance[list] ?? []);
}

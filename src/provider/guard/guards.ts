import { DelineaError } from '../model/errors.js';
import { foldCase } from '../model/fold-case.js';
import { type Plan, type Step, stepsOf } from '../model/plan.js';
import type { Remedy } from '../model/remedy.js';
import type { Allowance, Settings } from '../settings/settings.js';
import { massRemovals } from './mass-removal.js';
import { protectedLosses } from './protected-principals.js';
import { removedMembers, removes } from './reductions.js';
import type { GuardInput, Refusal } from './refusal.js';

/** The settings that limit a plan. */
export type GuardSettings = Pick<Settings, 'protectedPrincipals' | 'allowance'>;

/** Returns the input of the guards from a plan. */
export function guardInputOf(plan: Plan): GuardInput {
  return { steps: stepsOf(plan), evidence: plan.delinea.evidence, names: plan.delinea.names };
}

/** Counts everything that the steps remove: objects disabled or deleted, edges revoked, members removed from groups. */
export function countRemovals(steps: readonly Step[]): number {
  return steps.reduce((sum, step) => sum + (removes(step) ? 1 : 0) + removedMembers(step).length, 0);
}

/**
 * Checks the whole plan before its first write. An empty source and a stack emptied by mistake look like any other plan:
 * only the counts reveal them.
 */
export function checkGuards(input: GuardInput, protectedNames: readonly string[]): Refusal[] {
  return [...massRemovals(input), ...protectedLosses(input, protectedNames), ...orphans(input)];
}

/**
 * Returns the refusals that no allowance covers. A count must match exactly. The allowance of the run comes first; the
 * settings add their names, and their count if the run gives none.
 */
export function openRefusals(input: GuardInput, settings: GuardSettings, allowance: Allowance = {}): Refusal[] {
  const { protectedPrincipals, allowance: standing } = settings;
  const removals = allowance.removals ?? standing.removals;
  const counted = countRemovals(input.steps);
  const lifted: Readonly<Record<Refusal['guard'], (name: string | undefined) => boolean>> = {
    'mass removal': () => removals === counted,
    'protected principal': among(standing.principals, allowance.principals),
    orphan: among(standing.orphans, allowance.orphans),
  };
  return checkGuards(input, protectedPrincipals).filter(({ guard, name }) => !lifted[guard](name));
}

/** Returns the allowances that let exactly these refusals through. @param soFar whether the count may still grow */
export function remediesFor(refusals: readonly Refusal[], steps: readonly Step[], soFar = false): Remedy[] {
  const namesOf = (guard: Refusal['guard']) => [
    ...new Set(refusals.flatMap((refusal) => (refusal.guard === guard ? (refusal.name ?? []) : []))),
  ];
  const isMassRemoval = refusals.some(({ guard }) => guard === 'mass removal');
  const principals = namesOf('protected principal');
  const unheld = namesOf('orphan');
  return [
    ...(isMassRemoval ? [{ kind: 'allowRemovals', count: countRemovals(steps), soFar } as const] : []),
    ...(principals.length > 0 ? [{ kind: 'allowPrincipals', names: principals } as const] : []),
    ...(unheld.length > 0 ? [{ kind: 'allowOrphans', names: unheld } as const] : []),
  ];
}

/**
 * Refuses a plan with any refusal that neither the settings nor the allowance cover, and lists all of them.
 * @throws DelineaError `refused_by_guard`
 */
export function enforceGuards(input: GuardInput, settings: GuardSettings, allowance: Allowance): void {
  const open = openRefusals(input, settings, allowance);
  if (open.length === 0) return;
  throw new DelineaError(
    'refused_by_guard',
    `refused before the first write: ${open.map(({ message }) => message).join('; ')}`,
    { remedy: remediesFor(open, input.steps) },
  );
}

/**
 * Refuses to leave a container without an active Owner, or an admin role without an active holder: only the vendor can
 * repair that.
 */
function orphans({ evidence }: GuardInput): Refusal[] {
  return evidence.orphans.map(({ kind, name, lacks, doubt }) => ({
    guard: 'orphan',
    name,
    message: `${kind} ${name} would be left without an ${lacks}${doubt === undefined ? '' : ` that is visible (${doubt})`}`,
  }));
}

function among(...lists: readonly (readonly string[] | undefined)[]): (name: string | undefined) => boolean {
  const folded = new Set(lists.flatMap((names = []) => names.map(foldCase)));
  return (name) => folded.has(foldCase(name));
}

import { DelineaError } from '../model/errors.js';
import { foldCase } from '../model/fold-case.js';
import type { Plan, Step } from '../model/plan.js';
import { stepsOf } from '../model/plan.js';
import { principalOf } from '../resources/edges.js';
import { resourceOf } from '../resources/index.js';
import type { Allowance, Settings } from '../settings/settings.js';
import { membersBefore, reducesRight, removedMembers, removes } from './reductions.js';

/** What of the settings decides about a plan. */
export type GuardSettings = Pick<Settings, 'protectedPrincipals' | 'allowance'>;

/** One reason to refuse a plan, with what was counted. */
export interface Refusal {
  readonly guard: 'mass removal' | 'protected principal' | 'orphan';
  readonly message: string;
  /** What must be named to let it through: the principal, the container or the role. */
  readonly name?: string;
}

/** A plan may remove this many of anything without being asked, or this share if that is more. */
const FEW = 5;
const SHARE = 0.1;

export function isMass(removed: number, managed: number): boolean {
  return removed > Math.max(FEW, managed * SHARE);
}

/** A member here and a member there is a mass as well; where one group loses them all, its own count tells. */
const SCATTERED = 'all members';

/** Everything that a plan takes away: objects disabled or deleted, edges revoked, members taken out of groups. */
export function countRemovals(plan: Plan): number {
  return stepsOf(plan).reduce((sum, step) => sum + (removes(step) ? 1 : 0) + removedMembers(step).length, 0);
}

/**
 * Counts over the whole plan, before its first write, what it would take away. A source that came back empty and a
 * stack that was emptied by accident look like any other plan: this is what tells them apart.
 */
export function checkGuards(plan: Plan, protectedNames: readonly string[]): Refusal[] {
  return [...massRemovals(plan), ...protectedLosses(plan, protectedNames), ...orphans(plan)];
}

/**
 * What is left of that when the allowance names exactly what the plan does. The settings allow what they name beside
 * it, and their count where it has none.
 */
export function openRefusals(plan: Plan, settings: GuardSettings, allowance: Allowance = {}): Refusal[] {
  const { protectedPrincipals, allowance: standing } = settings;
  const removals = allowance.removals ?? standing.removals;
  const counted = countRemovals(plan);
  const lifted: Readonly<Record<Refusal['guard'], (name: string | undefined) => boolean>> = {
    'mass removal': () => removals === counted,
    'protected principal': among(standing.principals, allowance.principals),
    orphan: among(standing.orphans, allowance.orphans),
  };
  return checkGuards(plan, protectedPrincipals).filter(({ guard, name }) => !lifted[guard](name));
}

/** @throws DelineaError `refused_by_guard`, listing everything counted that neither settings nor allowance let through */
export function enforceGuards(plan: Plan, settings: GuardSettings, allowance: Allowance): void {
  const open = openRefusals(plan, settings, allowance);
  if (open.length === 0) return;
  const removals = countRemovals(plan);
  const flags: Readonly<Record<Refusal['guard'], (name: string | undefined) => string>> = {
    'mass removal': () => `--allow-removals ${removals}`,
    'protected principal': (name) => `--allow-principal ${JSON.stringify(name)}`,
    orphan: (name) => `--allow-orphan ${JSON.stringify(name)}`,
  };
  const lifts = [...new Set(open.map(({ guard, name }) => flags[guard](name)))];
  throw new DelineaError(
    'refused_by_guard',
    `refused before the first write: ${open.map(({ message }) => message).join('; ')}`,
    {
      hint: `If that is meant, say so: ${lifts.join(' ')}.`,
    },
  );
}

function massRemovals(plan: Plan): Refusal[] {
  const counts = new Map<string, { what: string; removed: number; managed: number; steps: number }>();
  const count = (key: string, what: string, removed: number, managed: number) => {
    const entry = counts.get(key) ?? { what, removed: 0, managed: 0, steps: 0 };
    const steps = entry.steps + (removed > 0 ? 1 : 0);
    counts.set(key, { what, removed: entry.removed + removed, managed: entry.managed + managed, steps });
  };
  for (const step of stepsOf(plan)) {
    if (step.operation === 'create') continue;
    const resource = resourceOf(step.kind);
    const removed = removes(step) ? 1 : 0;
    count(step.kind, resource.plural, removed, 1);
    const scope = Object.values(resource.wire).find((wire) => wire.scope !== undefined)?.scope;
    if (scope !== undefined) {
      const id = String(step.before[scope]);
      count(`${step.kind} ${id}`, `${resource.plural} on ${plan.delinea.known[id]?.name ?? id}`, removed, 1);
    }
    const members = membersBefore(step).length;
    if (members === 0) continue;
    const leaving = removedMembers(step).length;
    count(`members ${step.key}`, `members of ${step.label}`, leaving, members);
    count(`${SCATTERED} ${step.kind}`, `members of all ${resource.plural}`, leaving, members);
  }
  return [...counts]
    .filter(([key, { steps }]) => steps > 1 || !key.startsWith(SCATTERED))
    .map(([, counted]) => counted)
    .filter(({ removed, managed }) => isMass(removed, managed))
    .map(({ what, removed, managed }) => ({
      guard: 'mass removal',
      message: `${removed} of ${managed} ${what} would be removed`,
    }));
}

/**
 * The account that the run logs in as, and whoever is named in the settings, lose nothing without being named again,
 * neither of their own nor through a group.
 */
function protectedLosses(plan: Plan, protectedNames: readonly string[]): Refusal[] {
  const names = new Map(protectedNames.map((name) => [foldCase(name), name]));
  const hit = (id: string) => names.get(foldCase(plan.delinea.known[id]?.name));
  const refusals = (id: string, what: string): Refusal[] => {
    const own = hit(id);
    const inside = (plan.delinea.evidence.protectedInside[id] ?? []).map((name) => ({
      name,
      message: `${name} ${what} (through ${plan.delinea.known[id]?.name ?? id})`,
    }));
    return [...(own === undefined ? [] : [{ name: own, message: `${own} ${what}` }]), ...inside].map((refusal) => ({
      guard: 'protected principal',
      ...refusal,
    }));
  };
  return stepsOf(plan).flatMap((step) => {
    const left = removedMembers(step).flatMap((id) => refusals(id, `would leave ${step.label}`));
    const principal = principalOf(step.kind, step.before);
    if (principal) return reducesRight(step) ? refusals(principal.id, `would lose ${step.label}`) : [];
    // A step that renames as it disables is called by the new name.
    const called = [step.label, ...resourceOf(step.kind).key.map((name) => step.before[name])];
    const own = called.map((name) => names.get(foldCase(name))).find((name) => name !== undefined);
    const loses = lossOf(step);
    if (loses === undefined || own === undefined) return left;
    return [...left, { guard: 'protected principal', name: own, message: `${own} would be ${loses}` }];
  });
}

/** What an object would lose; a new name too, since protection goes by the name. */
function lossOf(step: Step): string | undefined {
  if (removes(step)) return 'disabled or removed';
  const renamed = step.operation === 'update' && resourceOf(step.kind).key.some((name) => step.changed.includes(name));
  return renamed ? 'renamed' : undefined;
}

/** A container without an active Owner can be helped by nobody but the vendor; a role that nobody holds, likewise. */
function orphans(plan: Plan): Refusal[] {
  return plan.delinea.evidence.orphans.map(({ kind, name, lacks, doubt }) => ({
    guard: 'orphan',
    name,
    message: `${kind} ${name} would be left without an ${lacks}${doubt === undefined ? '' : ` that can be seen (${doubt})`}`,
  }));
}

function among(...lists: readonly (readonly string[] | undefined)[]): (name: string | undefined) => boolean {
  const folded = new Set(lists.flatMap((names = []) => names.map(foldCase)));
  return (name) => folded.has(foldCase(name));
}

import { DelineaError } from '../model/errors.js';
import { foldCase } from '../model/fold-case.js';
import { isEdge } from '../model/keys.js';
import { type GuardEvidence, type ObjectName, type Plan, type Step, stepsOf } from '../model/plan.js';
import type { Remedy } from '../model/remedy.js';
import { isListedByPrincipal, principalOf } from '../resources/edges.js';
import { resourceOf } from '../resources/index.js';
import type { Allowance, Settings } from '../settings/settings.js';
import { membersBefore, reducesRight, removedMembers, removes } from './reductions.js';

/** The settings that limit a plan. */
export type GuardSettings = Pick<Settings, 'protectedPrincipals' | 'allowance'>;

/**
 * The input of the guards: the steps of a plan, with each edge as its own step, and the evidence read from the tenant.
 */
export interface GuardInput {
  readonly steps: readonly Step[];
  readonly evidence: GuardEvidence;
  /** Names of the ids in the steps, by id. */
  readonly names: Readonly<Record<string, ObjectName>>;
}

/** Returns the input of the guards from a plan. */
export function guardInputOf(plan: Plan): GuardInput {
  return { steps: stepsOf(plan), evidence: plan.delinea.evidence, names: plan.delinea.names };
}

/** One reason to refuse a plan. */
export interface Refusal {
  readonly guard: 'mass removal' | 'protected principal' | 'orphan';
  readonly message: string;
  /** The principal, container or role whose name an allowance needs. */
  readonly name?: string;
}

/** Removals of one kind that need no allowance: up to this many, or up to this share of the kind if that is more. */
const FEW = 5;
const SHARE = 0.1;

/** Refuses to remove too large a share of the managed objects. @param what the objects' name in plural */
export function refuseMass(what: string, removed: number, managed: number): Refusal[] {
  if (removed <= Math.max(FEW, managed * SHARE)) return [];
  return [{ guard: 'mass removal', message: `${removed} of ${managed} ${what} would be removed` }];
}

/**
 * Prefix of the count of members over all groups: removing one member from each of many groups is a mass removal too.
 */
const SCATTERED = 'all members';

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

function massRemovals({ steps, names }: GuardInput): Refusal[] {
  const counts = new Map<string, { what: string; removed: number; managed: number; steps: number }>();
  const count = (key: string, what: string, removed: number, managed: number) => {
    const entry = counts.get(key) ?? { what, removed: 0, managed: 0, steps: 0 };
    const steps = entry.steps + (removed > 0 ? 1 : 0);
    counts.set(key, { what, removed: entry.removed + removed, managed: entry.managed + managed, steps });
  };
  for (const step of steps) {
    if (step.operation === 'create') continue;
    const resource = resourceOf(step.kind);
    const removed = removes(step) ? 1 : 0;
    count(step.kind, resource.plural, removed, 1);
    if (isEdge(resource) && !isListedByPrincipal(resource)) {
      const id = String(step.before[resource.edge.scope]);
      count(`${step.kind} ${id}`, `${resource.plural} on ${names[id]?.name ?? id}`, removed, 1);
    }
    const members = membersBefore(step).length;
    if (members === 0) continue;
    const leaving = removedMembers(step).length;
    count(`members ${step.key}`, `members of ${step.label}`, leaving, members);
    count(`${SCATTERED} ${step.kind}`, `members of all ${resource.plural}`, leaving, members);
  }
  return [...counts]
    .filter(([key, { steps }]) => steps > 1 || !key.startsWith(SCATTERED))
    .flatMap(([, { what, removed, managed }]) => refuseMass(what, removed, managed));
}

/**
 * Refuses steps by which the account of this run or a protected principal would lose access, directly or through a
 * group, unless the allowance names it.
 */
function protectedLosses({ steps, evidence, names }: GuardInput, protectedNames: readonly string[]): Refusal[] {
  const guarded = new Map(protectedNames.map((name) => [foldCase(name), name]));
  const protectedName = (id: string) => guarded.get(foldCase(names[id]?.name));
  const refusals = (id: string, what: string): Refusal[] => {
    const own = protectedName(id);
    const inside = (evidence.protectedInside[id] ?? []).map((name) => ({
      name,
      message: `${name} ${what} (through ${names[id]?.name ?? id})`,
    }));
    return [...(own === undefined ? [] : [{ name: own, message: `${own} ${what}` }]), ...inside].map((refusal) => ({
      guard: 'protected principal',
      ...refusal,
    }));
  };
  return steps.flatMap((step) => {
    const left = removedMembers(step).flatMap((id) => refusals(id, `would leave ${step.label}`));
    const principal = principalOf(step.kind, step.before);
    if (principal) return reducesRight(step) ? refusals(principal.id, `would lose ${step.label}`) : [];
    // If a step also renames the object, its label is the new name: check the old one as well.
    const called = [step.label, ...resourceOf(step.kind).key.map((name) => step.before[name])];
    const own = called.map((name) => guarded.get(foldCase(name))).find((name) => name !== undefined);
    const loss = lossOf(step);
    if (loss === undefined || own === undefined) return left;
    return [...left, { guard: 'protected principal', name: own, message: `${own} would be ${loss}` }];
  });
}

/** Returns the loss of an object, as text. A rename counts, because the settings protect objects by name. */
function lossOf(step: Step): string | undefined {
  if (removes(step)) return 'disabled or removed';
  const renamed = step.operation === 'update' && resourceOf(step.kind).key.some((name) => step.changed.includes(name));
  return renamed ? 'renamed' : undefined;
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

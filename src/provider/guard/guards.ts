import type { Allowance } from '../model/allowance.js';
import { DelineaError } from '../model/errors.js';
import { foldCase } from '../model/fold-case.js';
import type { Holding } from '../model/holding.js';
import { objectKey } from '../model/keys.js';
import { type Plan, type Step, stepsOf } from '../model/plan.js';
import type { Remedy } from '../model/remedy.js';
import { allowedCount } from '../settings/allowance.js';
import type { Settings } from '../settings/settings.js';
import { holdingsOf, lossesOf } from './losses.js';
import { massRemovals } from './mass-removal.js';
import { protectedLosses } from './protected-principals.js';
import { BY_RETIREMENT, type GuardInput, type Refusal, refusalTexts } from './refusal.js';

/** The settings that limit a plan. */
export type GuardSettings = Pick<Settings, 'protectedPrincipals' | 'allowances'>;

/** Returns the input of the guards from a plan. */
export function guardInputOf(plan: Plan): GuardInput {
  const { evidence, names, limits } = plan.delinea;
  return { steps: stepsOf(plan), evidence, names, limits };
}

/** Counts everything that the steps take away: objects disabled or deleted, edges revoked or lowered, members removed. */
export function countRemovals(steps: readonly Step[]): number {
  return holdingsOf(steps).filter(({ isLost }) => isLost).length;
}

/**
 * Returns the losses of a run that later runs of the day count. Those that an allowance let through do not count, nor those
 * of a plan without limits.
 */
export function lossesToRemember(input: GuardInput, settings: GuardSettings): Holding[] {
  const isAllowed = judge(input, settings).lifted.some(
    ({ guard, permittedBy }) => guard === 'mass removal' && permittedBy === undefined,
  );
  return isAllowed || input.limits === false ? [] : lossesOf(input.steps, input.evidence, input.names);
}

/**
 * Checks the whole plan before its first write. An empty source and a stack emptied by mistake look like any other plan:
 * only the counts reveal them.
 */
export function checkGuards(input: GuardInput, protectedNames: readonly string[]): Refusal[] {
  const mass = input.limits === false ? [] : massRemovals(input);
  return [...mass, ...protectedLosses(input, protectedNames), ...orphans(input)];
}

/** A refusal that an allowance lifts. */
export interface Lifted extends Refusal {
  /** The source of the allowance. */
  readonly source: string;
}

/** Returns the refusals that no allowance covers, and the others with their allowance. A count must match exactly. */
export function judge(
  input: GuardInput,
  { protectedPrincipals, allowances }: GuardSettings,
): { readonly open: Refusal[]; readonly lifted: Lifted[] } {
  const counted = countRemovals(input.steps);
  const removals = allowedCount(allowances, 'removals');
  const sourceOf: Readonly<Record<Refusal['guard'], (name: string | undefined) => string | undefined>> = {
    'mass removal': () => (removals?.count === counted ? removals.source : undefined),
    'protected principal': naming(allowances, 'principals'),
    orphan: naming(allowances, 'orphans'),
  };
  const open: Refusal[] = [];
  const lifted: Lifted[] = [];
  for (const refusal of checkGuards(input, protectedPrincipals)) {
    const source = refusal.permittedBy ?? sourceOf[refusal.guard](refusal.name);
    if (source === undefined) open.push(refusal);
    else lifted.push({ ...refusal, source });
  }
  return { open, lifted };
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
 * Refuses a plan with any refusal that no allowance covers, and lists all of them.
 * @throws DelineaError `refused_by_guard`
 */
export function enforceGuards(input: GuardInput, settings: GuardSettings): void {
  const { open } = judge(input, settings);
  if (open.length === 0) return;
  throw new DelineaError('refused_by_guard', `refused before the first write: ${refusalTexts(open).join('; ')}`, {
    remedy: remediesFor(open, input.steps),
  });
}

/**
 * Refuses to end the sessions of the account of this run or of a protected principal, unless an allowance names it. No step
 * shows that: the account may be disabled already, or the service may have no call that disables it.
 * @throws DelineaError `refused_by_guard`
 */
export function enforceEndSessions(account: string, { protectedPrincipals, allowances }: GuardSettings): void {
  const name = protectedPrincipals.find((each) => foldCase(each) === foldCase(account));
  if (name === undefined || naming(allowances, 'principals')(name) !== undefined) return;
  throw new DelineaError('refused_by_guard', `refused before the first write: the sessions of ${name} would end`, {
    remedy: [{ kind: 'allowPrincipals', names: [name] }],
  });
}

/**
 * Refuses to leave a container without an active Owner, or an admin role without an active holder: only the vendor can
 * repair that. The rarer kind comes first, because long lists are cut.
 */
function orphans({ evidence }: GuardInput): Refusal[] {
  const kinds = [...new Set(evidence.orphans.map(({ kind }) => kind))];
  const rarestFirst = kinds
    .map((kind) => evidence.orphans.filter((orphan) => orphan.kind === kind))
    .sort((left, right) => left.length - right.length)
    .flat();
  return rarestFirst.map(({ kind, id, name, lacks, doubt, steps }) => ({
    guard: 'orphan',
    steps,
    name,
    ...(evidence.retired?.includes(objectKey(kind, id)) ? { permittedBy: BY_RETIREMENT } : {}),
    message: `${kind} ${name} would be left without an ${lacks}${doubt === undefined ? '' : ` that is visible (${doubt})`}`,
  }));
}

/** Returns a function that returns the source of the first allowance that names a text. */
function naming(allowances: readonly Allowance[], list: 'principals' | 'orphans') {
  const sources = new Map<string, string>();
  for (const { source, [list]: names = [] } of [...allowances].reverse())
    for (const name of names) sources.set(foldCase(name), source);
  return (name: string | undefined) => sources.get(foldCase(name));
}

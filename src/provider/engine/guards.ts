import { DelineaError } from '../errors.js';
import { isCleared, type Values } from '../resource.js';
import { resourceOf } from '../resources/index.js';
import { foldCase } from './diff.js';
import type { Plan, Step } from './format.js';

/** What the person who runs an apply lets through. */
export interface Allowance {
  /** Exactly how many objects, edges and members the plan may remove. */
  readonly removals?: number | undefined;
  /** Names of accounts and groups that may lose something although they are protected. */
  readonly principals?: readonly string[] | undefined;
}

/** One reason to refuse a plan, with what was counted. */
export interface Refusal {
  readonly guard: 'mass removal' | 'protected principal';
  readonly message: string;
  /** The protected principal, by name. */
  readonly principal?: string;
}

/** A plan may remove this many of anything without being asked, or this share if that is more. */
const FEW = 5;
const SHARE = 0.1;

/** Everything that a plan takes away: objects disabled or deleted, edges revoked, members taken out of groups. */
export function countRemovals(plan: Plan): number {
  return steps(plan).reduce((sum, step) => sum + (takesAway(step) ? 1 : 0) + removedMembers(step).length, 0);
}

/**
 * Counts over the whole plan, before its first write, what it would take away. A source that came back empty and a
 * stack that was emptied by accident look like any other plan: this is what tells them apart.
 */
export function checkGuards(plan: Plan, protectedNames: readonly string[]): Refusal[] {
  return [...massRemovals(plan), ...protectedLosses(plan, protectedNames)];
}

/**
 * @throws DelineaError `refused_by_guard`, listing everything counted, unless the allowance names exactly what the plan
 * does
 */
export function enforceGuards(plan: Plan, protectedNames: readonly string[], allowance: Allowance): void {
  const named = new Set((allowance.principals ?? []).map(foldCase));
  const removals = countRemovals(plan);
  const open = checkGuards(plan, protectedNames).filter(({ guard, principal }) =>
    guard === 'mass removal' ? allowance.removals !== removals : !named.has(foldCase(principal)),
  );
  if (open.length === 0) return;
  const mass = open.some(({ guard }) => guard === 'mass removal');
  const principals = [...new Set(open.flatMap(({ principal }) => principal ?? []))];
  const lifts = [
    ...(mass ? [`--allow-removals ${removals}`] : []),
    ...principals.map((name) => `--allow-principal ${JSON.stringify(name)}`),
  ];
  throw new DelineaError(
    'refused_by_guard',
    `refused before the first write: ${open.map(({ message }) => message).join('; ')}`,
    {
      hint: `If that is meant, say so: ${lifts.join(' ')}.`,
    },
  );
}

function massRemovals(plan: Plan): Refusal[] {
  const counts = new Map<string, { what: string; removed: number; managed: number }>();
  const count = (key: string, what: string, removed: number, managed: number) => {
    const entry = counts.get(key) ?? { what, removed: 0, managed: 0 };
    counts.set(key, { what, removed: entry.removed + removed, managed: entry.managed + managed });
  };
  for (const step of steps(plan)) {
    if (step.operation === 'create') continue;
    const resource = resourceOf(step.kind);
    const removed = takesAway(step) ? 1 : 0;
    count(step.kind, resource.plural, removed, 1);
    const scope = Object.values(resource.wire).find((wire) => wire.scope !== undefined)?.scope;
    if (scope !== undefined) {
      const id = String(step.before[scope]);
      count(`${step.kind} ${id}`, `${resource.plural} on ${plan.delinea.known[id]?.name ?? id}`, removed, 1);
    }
    const members = membersBefore(step).length;
    if (members > 0) count(`members ${step.key}`, `members of ${step.label}`, removedMembers(step).length, members);
  }
  return [...counts.values()]
    .filter(({ removed, managed }) => removed > Math.max(FEW, managed * SHARE))
    .map(({ what, removed, managed }) => ({
      guard: 'mass removal',
      message: `${removed} of ${managed} ${what} would be removed`,
    }));
}

/** The account that the run logs in as, and whoever is named in the settings, lose nothing without being named again. */
function protectedLosses(plan: Plan, protectedNames: readonly string[]): Refusal[] {
  const names = new Map(protectedNames.map((name) => [foldCase(name), name]));
  const nameOf = (id: unknown) => plan.delinea.known[String(id)]?.name ?? '';
  const refusal = (loser: string, what: string): Refusal[] => {
    const principal = names.get(foldCase(loser));
    return principal === undefined
      ? []
      : [{ guard: 'protected principal', principal, message: `${principal} ${what}` }];
  };
  return steps(plan).flatMap((step) => {
    const resource = resourceOf(step.kind);
    if (!step.operation.match(/^(update|regrant|deactivate|delete|revoke)$/)) return [];
    const left = removedMembers(step).flatMap((id) => refusal(nameOf(id), `would leave ${step.label}`));
    const ends = resource.attributes.filter(({ refersBy }) => refersBy !== undefined);
    if (ends.length === 0)
      return takesAway(step) ? [...left, ...refusal(step.label, 'would be disabled or removed')] : left;
    const loses = takesAway(step) || step.operation === 'regrant';
    return loses ? ends.flatMap(({ name }) => refusal(nameOf(step.before[name]), `would lose ${step.label}`)) : left;
  });
}

function steps(plan: Plan): Step[] {
  return plan.resource_changes.map(({ delinea }) => delinea);
}

/** Disabling by declaration is disabling all the same. */
function takesAway(step: Step): boolean {
  if (step.operation === 'deactivate' || step.operation === 'delete' || step.operation === 'revoke') return true;
  const { removal } = resourceOf(step.kind);
  if (step.operation !== 'update' || removal?.verb !== 'deactivate') return false;
  return Object.entries(removal.to).every(
    ([name, value]) => step.changed.includes(name) && same(step.desired[name], value),
  );
}

function same(desired: unknown, value: unknown): boolean {
  return desired === value || (isCleared(desired) && isCleared(value));
}

function membersBefore({ kind, before }: Step): readonly string[] {
  return memberAttributes(kind).flatMap((name) => (before[name] as readonly string[] | undefined) ?? []);
}

function removedMembers(step: Step): readonly string[] {
  const { removal } = resourceOf(step.kind);
  const after: Values = step.operation === 'deactivate' && removal?.verb === 'deactivate' ? removal.to : step.desired;
  return memberAttributes(step.kind).flatMap((name) => {
    if (!(name in after) || !['update', 'deactivate'].includes(step.operation)) return [];
    const kept = new Set(after[name] as readonly unknown[]);
    return ((step.before[name] as readonly string[] | undefined) ?? []).filter((id) => !kept.has(id));
  });
}

/** The lists of ids that a kind holds. */
function memberAttributes(kind: string): string[] {
  return resourceOf(kind).attributes.flatMap(({ name, type, refersTo }) =>
    type === 'strings' && refersTo.length > 0 ? [name] : [],
  );
}

import { isDeepStrictEqual } from 'node:util';
import type { Finding, Plan } from '../model/plan.js';
import { acts, plain } from './reviewed-steps.js';

/** A refusal of the guards and the same one under an allowance: the apply may have other allowances than the plan. */
const BY_GUARD: readonly string[] = ['refused_by_guard', 'let_through'];

/**
 * Returns what a reviewed plan keeps from its readers: findings and evidence of the plan that is made now that it lacks,
 * and flags that contradict its own changes and findings. It may have more of them, because a part may be done.
 * @param isPartlyDone whether steps are left out as done, so that the guards count fewer
 */
export function hiddenByReviewed(reviewed: Plan, now: Plan, isPartlyDone: boolean): string[] {
  // The apply reports these refusals itself, and they may be newer than the file.
  if (now.delinea.findings.some(({ code }) => code === 'refused_by_guard')) return [];
  const { findings, evidence } = reviewed.delinea;
  const acting = new Set(reviewed.resource_changes.filter(acts).map(({ address }) => address));
  const concerns = ({ level, code, address }: Finding) =>
    level !== 'note' &&
    !(isPartlyDone && code === 'let_through') &&
    (level === 'error' || address === undefined || acting.has(address));
  const shown = new Set(findings.map(identity));
  const lacking = now.delinea.findings.filter((finding) => concerns(finding) && !shown.has(identity(finding)));
  const flags = {
    applyable: reviewed.resource_changes.some((change) => change.delinea.operation !== 'none'),
    complete: findings.every(({ level }) => level !== 'error'),
    errored: now.errored,
  };
  const names = Object.keys(flags) as (keyof typeof flags)[];
  return [
    ...names.filter((name) => reviewed[name] !== flags[name]).map((name) => `${name} contradicts the rest of the file`),
    ...lacking.map(({ level, message }) => `the file lacks ${level === 'error' ? 'an' : 'a'} ${level}: ${message}`),
    ...(contains(evidence, plain(now.delinea.evidence)) ? [] : ['the file lacks evidence that the guards use']),
  ];
}

function identity({ level, code, address, edge, message }: Finding): string {
  const isOfGuard = BY_GUARD.includes(code);
  const refusal = isOfGuard ? String(message).replace(/^(apply will refuse|allowed by .*?): /, '') : message;
  return JSON.stringify([level, isOfGuard ? 'guard' : code, address, edge, refusal]);
}

/** Returns whether a value has everything of another one: its elements in any order, its fields, its text. */
function contains(whole: unknown, part: unknown): boolean {
  if (Array.isArray(part))
    return Array.isArray(whole) && part.every((inner) => whole.some((other) => contains(other, inner)));
  if (typeof part !== 'object' || part === null) return isDeepStrictEqual(whole, part);
  if (typeof whole !== 'object' || whole === null) return false;
  return Object.entries(part).every(
    ([name, inner]) => Object.hasOwn(whole, name) && contains((whole as Record<string, unknown>)[name], inner),
  );
}

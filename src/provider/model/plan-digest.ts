import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { Plan } from './plan.js';

/** Returns the text of a consent that the command line gave to a plan. */
export function commandLineConsent(timestamp: string): string {
  return `command line, ${timestamp}`;
}

/**
 * Returns the SHA-256 of everything in a plan except its time, its cost and its signature, in hex. Two plans of one state
 * have one digest, however their JSON is formatted.
 */
export function planDigest(plan: Plan): string {
  return createHash('sha256').update(digestInput(plan)).digest('hex');
}

/** Returns the plan with its HMAC-SHA-256. @param key of the environment; unset: the plan is left unsigned */
export function signPlan(plan: Plan, key: string | undefined): Plan {
  if (key === undefined) return plan;
  const signature = createHmac('sha256', key).update(digestInput(plan)).digest('hex');
  return { ...plan, delinea: { ...plan.delinea, signature } };
}

/** Returns whether a plan has the signature that `signPlan` gives it. */
export function hasSignature(plan: Plan, key: string): boolean {
  const expected = Buffer.from(signPlan(plan, key).delinea.signature!);
  const given = Buffer.from(String(plan.delinea.signature ?? ''));
  return given.length === expected.length && timingSafeEqual(given, expected);
}

/** Returns a plan as canonical JSON. A consent of the command line has the time of the plan, which does not count. */
function digestInput({ timestamp, delinea: { cost, signature, ...delinea }, ...plan }: Plan): string {
  const consent = commandLineConsent(timestamp);
  return JSON.stringify({ ...plan, delinea }, (name, value: unknown) =>
    name === 'reactivated' && value === consent ? true : sorted(value),
  );
}

/** Returns an object with its names in order: equal objects may have been built or written in another order. */
function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1)));
}

import { createHash } from 'node:crypto';
import { principalKey, type Step } from '../../provider/index.js';
import type { Review } from './review-schema.js';
import type { ReviewedPlan } from './reviewed-plan.js';

/** The effect of a step. Its other parts depend on the run: account, order, texts. */
const EFFECT = [
  'key',
  'kind',
  'surface',
  'operation',
  'id',
  'desired',
  'before',
  'settingChanges',
  'settings',
  'onRemoval',
] as const satisfies readonly (keyof Step)[];

/**
 * Returns the SHA-256 of the effects of a plan: tenant, steps, and who gains or loses which right. Unlike `planDigest`, it
 * is the same for two accounts that see the same, so that the review of a pull request can be compared with the plan of
 * the account that applies.
 */
export function effectsDigest({ tenant, steps, unknown }: ReviewedPlan, { entries, complete, unread }: Review): string {
  const written = steps.filter(({ operation }) => operation !== 'none');
  const effects = {
    tenant,
    complete,
    unknown: [...unknown].sort(),
    unread: [...unread].sort(),
    steps: written.map((step) => canonical(EFFECT.map((name) => step[name]))).sort(),
    access: entries
      .flatMap(({ change, right, people, scopes }) =>
        people.flatMap((person) =>
          scopes.map((scope) => canonical([change, right, principalKey(person), principalKey(scope)])),
        ),
      )
      .sort(),
  };
  return createHash('sha256').update(canonical(effects)).digest('hex');
}

/** Returns JSON with the names of each object in order. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([left], [right]) => (left < right ? -1 : 1)))
      : part,
  );
}

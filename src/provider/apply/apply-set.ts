import pLimit from 'p-limit';
import { reducesRight } from '../guard/reductions.js';
import { DelineaError } from '../model/errors.js';
import type { Step } from '../model/plan.js';
import type { AbortPolicy } from './abort-policy.js';
import type { ApplyContext } from './apply-context.js';

/** Edges that one error names beside the first. */
const NAMED = 5;

interface Failed {
  readonly label: string;
  readonly error: DelineaError;
}

/**
 * Carries out the edges of a set: what is given first, and only if all of that went well what is taken away, so that a
 * failure leaves somebody too much and nobody too little.
 * @param one carries out one edge
 * @throws DelineaError naming the edges that failed
 */
export async function applySet(
  { tenant, io }: ApplyContext,
  parts: readonly Step[],
  end: AbortPolicy,
  one: (part: Step) => Promise<void>,
): Promise<void> {
  const acting = parts.filter(({ operation }) => operation !== 'none');
  const limit = pLimit(tenant.settings.concurrency);
  const attempt = async (part: Step): Promise<Failed[]> => {
    try {
      if (io.signal?.aborted) throw new DelineaError('cancelled', 'not attempted: the run was stopped');
      if (end.reason) throw end.reason;
      await one(part);
      end.done();
      return [];
    } catch (error) {
      if (!(error instanceof DelineaError)) throw error;
      end.failed(error);
      return [{ label: part.label, error }];
    }
  };
  for (const phase of [acting.filter((part) => !reducesRight(part)), acting.filter(reducesRight)]) {
    // All of them: whoever gives back the locks must know that nothing runs.
    const outcomes = await Promise.allSettled(phase.map((part) => limit(() => attempt(part))));
    const failed = outcomes.flatMap((outcome) => {
      if (outcome.status === 'rejected') throw outcome.reason;
      return outcome.value;
    });
    if (failed.length > 0) throw notWhole(failed);
  }
}

/** Worst first: access lost, then what failed, then what was not attempted for it. */
const WEIGHT: Readonly<Record<string, number>> = { half_done: 0, cancelled: 2, skipped: 3 };

function notWhole(failed: readonly Failed[]): DelineaError {
  const weight = ({ error }: Failed) => WEIGHT[error.code] ?? 1;
  const [first, ...others] = [...failed].sort((left, right) => weight(left) - weight(right)) as [Failed, ...Failed[]];
  const { error, label } = first;
  const said = error.message.startsWith(label) ? error.message : `${label}: ${error.message}`;
  const named = others.slice(0, NAMED).map((other) => other.label);
  const more = others.length > NAMED ? ` and ${others.length - NAMED} more` : '';
  const also = named.length === 0 ? '' : `; neither done: ${named.join(', ')}${more}`;
  return new DelineaError(error.code, said + also, {
    hint: error.hint,
    status: error.status,
    uncertain: failed.some((each) => each.error.uncertain),
    cause: error,
  });
}

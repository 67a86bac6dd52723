import pLimit from 'p-limit';
import { reducesRight } from '../guard/reductions.js';
import { DelineaError } from '../model/errors.js';
import { joinFirst } from '../model/join-first.js';
import type { Step } from '../model/plan.js';
import type { AbortPolicy } from './abort-policy.js';
import type { ApplyContext } from './apply-context.js';

/** Failed edges that the error names after the first. */
const NAMED = 5;

interface FailedEdge {
  readonly label: string;
  readonly error: DelineaError;
}

/**
 * Applies the edges of an authoritative resource. Removals start only after all grants have succeeded: a failure must
 * leave a principal with too much access rather than with too little.
 * @param applyEdge applies one edge
 * @throws DelineaError naming the edges that failed
 */
export async function applySet(
  { tenant, io }: Pick<ApplyContext, 'tenant' | 'io'>,
  edgeSteps: readonly Step[],
  abort: AbortPolicy,
  applyEdge: (step: Step) => Promise<void>,
): Promise<void> {
  const acting = edgeSteps.filter(({ operation }) => operation !== 'none');
  const limit = pLimit(tenant.settings.concurrency);
  const attempt = async (step: Step): Promise<FailedEdge[]> => {
    try {
      abort.check(io.signal);
      await applyEdge(step);
      abort.done();
      return [];
    } catch (error) {
      if (!(error instanceof DelineaError)) throw error;
      abort.failed(error);
      return [{ label: step.label, error }];
    }
  };
  for (const phase of [acting.filter((step) => !reducesRight(step)), acting.filter(reducesRight)]) {
    // Wait for all edges even if one throws: the caller releases locks, so nothing may still be running.
    const outcomes = await Promise.allSettled(phase.map((step) => limit(() => attempt(step))));
    const failed = outcomes.flatMap((outcome) => {
      if (outcome.status === 'rejected') throw outcome.reason;
      return outcome.value;
    });
    if (failed.length > 0) throw asOneError(failed);
  }
}

/** Order of errors, worst first: access lost, then failed, then not attempted. */
const SEVERITY: Readonly<Record<string, number>> = { half_done: 0, cancelled: 2, skipped: 3 };

function asOneError(failed: readonly FailedEdge[]): DelineaError {
  const severity = ({ error }: FailedEdge) => SEVERITY[error.code] ?? 1;
  const [worst, ...others] = [...failed].sort((left, right) => severity(left) - severity(right)) as [
    FailedEdge,
    ...FailedEdge[],
  ];
  const { error, label } = worst;
  const message = error.message.startsWith(label) ? error.message : `${label}: ${error.message}`;
  const labels = others.map((other) => other.label);
  const also = labels.length === 0 ? '' : `; also not done: ${joinFirst(labels, NAMED)}`;
  return new DelineaError(error.code, message + also, {
    hint: error.hint,
    remedy: error.remedy,
    status: error.status,
    uncertain: failed.some((edge) => edge.error.uncertain),
    cause: error,
  });
}

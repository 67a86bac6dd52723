import type { Fault } from '../../../src/simulator/index.js';
import { stepsOf } from '../assert/facts.js';
import { lostIn, notAsClean, takenAwayBy, unplannedIn, untrueIn } from './outcome.js';
import type { CleanRun } from './reference-run.js';
import { HASTY, PATIENT, type TenantRun, TenantRuns } from './tenant-runs.js';

/** Everything of a run that a fault may fault: grants of tokens, reads, writes. */
const ANY_REQUEST = '^/(api|scim|identity)/';

export const FAULTS: Readonly<Record<string, Pick<Fault, 'kind' | 'status' | 'retryAfter'>>> = {
  '429': { kind: 'throttle', retryAfter: 0 },
  '500': { kind: 'status', status: 500 },
  '503': { kind: 'status', status: 503 },
  'timeout before commit': { kind: 'timeoutBefore' },
  'timeout after commit': { kind: 'timeoutAfter' },
  'reset before commit': { kind: 'resetBefore' },
  'reset after commit': { kind: 'resetAfter' },
  '401': { kind: 'status', status: 401 },
  'expired token': { kind: 'expired403' },
  'HTML 502': { kind: 'html502' },
  'truncated JSON': { kind: 'truncate' },
};

/** So many requests in a row that a run never makes more. */
export const OUTAGE = 1_000;

/** One run with a fault at one place of it. */
export interface FaultCase {
  readonly clean: CleanRun;
  readonly fault: string;
  /** Which request it faults first, from 1. */
  readonly at: number;
  /** How many requests in a row. */
  readonly length: number;
}

export interface Verdict {
  /** Whether the fault struck; a run that ends before it proves nothing. */
  readonly struck: boolean;
  /** Empty: the case held. */
  readonly problems: readonly string[];
}

export function nameOf({ clean, fault, at, length }: FaultCase): string {
  const times = length === OUTAGE ? 'from' : length > 1 ? `${length} times from` : 'at';
  return `${clean.scenario.name} (${clean.profile.name}), ${fault} ${times} request ${at} of ${clean.requests}`;
}

/** Makes the run with its fault and, without, the one after it. */
export async function judge({ clean, fault, at, length }: FaultCase): Promise<Verdict> {
  const { scenario, profile, owned } = clean;
  const runs = await TenantRuns.open(scenario, profile, owned);
  const { sim, ledger } = runs;
  try {
    const struckAt = Array.from({ length }, (_, index) => at + index);
    sim.faults.set({ faults: [{ ...FAULTS[fault]!, path: ANY_REQUEST, at: struckAt }] });
    const first = await runs.run(scenario.target, HASTY);
    await runs.settled();
    const hit = sim.log.filter(({ faults }) => faults.length > 0);
    const problems = afterFault(clean, first, runs);
    sim.faults.clear();
    const next = await runs.run(scenario.target, PATIENT);
    problems.push(
      ...next.errors.map((error) => `the next run fails: ${error}`),
      ...notAsClean(sim.state(), ledger.objects(), clean).map((what) => `after the next run: ${what}`),
    );
    const last = first.errors.length === 0 ? next.plan : await runs.plan(scenario.target, PATIENT);
    problems.push(...(last ? stepsOf(last) : []).map((step) => `a plan after success still wants: ${step}`));
    const what = hit.slice(0, 3).map(({ method, path }) => `${method} ${path}`);
    const told = `[struck ${what.join(', ')}; ${first.errors.join(', ') || 'success'}]`;
    return { struck: hit.length > 0, problems: problems.map((problem) => `${problem} ${told}`) };
  } finally {
    await runs.close();
  }
}

/** What is wrong right after the run that met a fault. */
function afterFault(clean: CleanRun, { plan, errors, bugs }: TenantRun, { sim, ledger }: TenantRuns): string[] {
  const state = sim.state();
  const leaving = plan && errors.length > 0 ? takenAwayBy(plan) : [];
  const unseen = new Set([...leaving].filter((address) => errors.some((error) => error.startsWith(`${address} `))));
  const problems = [...bugs, ...unplannedIn(state, clean), ...untrueIn(ledger.objects(), state, unseen)];
  if (plan) problems.push(...lostIn(state, plan, errors));
  if (!plan && sim.requests.writes > 0) problems.push(`planning wrote ${sim.requests.writes} times`);
  if (errors.length > 0) return problems;
  return [...problems, ...notAsClean(state, ledger.objects(), clean).map((what) => `after success: ${what}`)];
}

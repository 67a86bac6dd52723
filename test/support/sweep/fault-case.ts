import type { Fault } from '../../../src/simulator/index.js';
import { stepsOf } from '../assert/facts.js';
import { addressesRemovedBy, danglingEntries, differencesFrom, unplannedChanges, unreportedLosses } from './outcome.js';
import type { ReferenceRun } from './reference-run.js';
import { LONG_WAITS, SHORT_WAITS, type TenantRun, TenantRuns } from './tenant-runs.js';

/** Requests that a fault may hit: tokens, reads and writes. */
const ANY_REQUEST = '^/(api|scim|identity|SecretServer)/';

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

/** A number of consecutive requests that no run exceeds. */
export const OUTAGE = 1_000;

/** One run with a fault at one of its requests. */
export interface FaultCase {
  readonly reference: ReferenceRun;
  readonly fault: string;
  /** The first request hit, from 1. */
  readonly at: number;
  /** The number of consecutive requests hit. */
  readonly length: number;
}

export interface FaultOutcome {
  /** Whether the fault hit a request; a run that ends before proves nothing. */
  readonly struck: boolean;
  /** Empty when the case passed. */
  readonly problems: readonly string[];
}

export function nameOf({ reference, fault, at, length }: FaultCase): string {
  const times = length === OUTAGE ? 'from' : length > 1 ? `${length} times from` : 'at';
  return `${reference.scenario.name} (${reference.profile.name}), ${fault} ${times} request ${at} of ${reference.requests}`;
}

/** Runs once with the fault and once more without it, and returns the problems found. */
export async function runFaultCase({ reference, fault, at, length }: FaultCase): Promise<FaultOutcome> {
  const { scenario, profile, owned } = reference;
  const runs = await TenantRuns.open(scenario, profile, owned);
  const { sim, ledger } = runs;
  try {
    const struckAt = Array.from({ length }, (_, index) => at + index);
    sim.faults.set({ faults: [{ ...FAULTS[fault]!, path: ANY_REQUEST, at: struckAt }] });
    const first = await runs.run(scenario.target, SHORT_WAITS);
    await runs.idle();
    const hit = sim.log.filter(({ faults }) => faults.length > 0);
    const problems = afterFault(reference, first, runs);
    sim.faults.clear();
    const next = await runs.run(scenario.target, LONG_WAITS);
    problems.push(
      ...next.errors.map((error) => `the next run fails: ${error}`),
      ...differencesFrom(sim.state(), ledger.objects(), reference).map((what) => `after the next run: ${what}`),
    );
    const last = first.errors.length === 0 ? next.plan : await runs.plan(scenario.target, LONG_WAITS);
    problems.push(...(last ? stepsOf(last) : []).map((step) => `a plan after success still wants: ${step}`));
    const what = hit.slice(0, 3).map(({ method, path }) => `${method} ${path}`);
    const context = `[struck ${what.join(', ')}; ${first.errors.join(', ') || 'success'}]`;
    return { struck: hit.length > 0, problems: problems.map((problem) => `${problem} ${context}`) };
  } finally {
    await runs.close();
  }
}

/** Returns the problems right after the run with the fault. */
function afterFault(reference: ReferenceRun, { plan, errors, bugs }: TenantRun, { sim, ledger }: TenantRuns): string[] {
  const state = sim.state();
  const leaving = plan && errors.length > 0 ? addressesRemovedBy(plan) : [];
  const unseen = new Set([...leaving].filter((address) => errors.some((error) => error.startsWith(`${address} `))));
  const problems = [
    ...bugs,
    ...unplannedChanges(state, reference),
    ...danglingEntries(ledger.objects(), state, unseen),
  ];
  if (plan) problems.push(...unreportedLosses(state, plan, errors));
  if (!plan && sim.requests.writes > 0) problems.push(`planning wrote ${sim.requests.writes} times`);
  if (errors.length > 0) return problems;
  return [...problems, ...differencesFrom(state, ledger.objects(), reference).map((what) => `after success: ${what}`)];
}

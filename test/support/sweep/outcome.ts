import type { OwnedObject, Plan } from '../../../src/provider/index.js';
import type { SimulatorState } from '../../../src/simulator/index.js';
import type { ReferenceRun } from './reference-run.js';
import {
  allFactsOf,
  difference,
  duplicatesIn,
  ledgerLines,
  nameOfEntry,
  rightIn,
  withNamesFrom,
} from './tenant-facts.js';

/** Returns changes that neither the plan nor the declarations explain, which no interrupted run may leave. */
export function unplannedChanges(state: SimulatorState, reference: ReferenceRun): string[] {
  // Planned renames count as done, so that a run with only some of the renames is valid.
  const facts = (of: SimulatorState) => allFactsOf(withNamesFrom(of, reference.end));
  const [start, end, now] = [facts(reference.start), facts(reference.end), facts(state)];
  const kept = start.filter((fact) => end.includes(fact));
  return [
    ...duplicatesIn(state).map((key) => `twice: ${key}`),
    ...difference(kept, now).map((fact) => `removed without a plan: ${fact}`),
    ...difference(now, [...start, ...end]).map((fact) => `neither existed before nor declared: ${fact}`),
  ];
}

/**
 * Returns ledger entries without an object in the tenant. Those of `leaving` are allowed: the ledger forgets an object
 * only after its removal is confirmed, which an interrupted run may not reach.
 */
export function danglingEntries(ledger: readonly OwnedObject[], state: SimulatorState, leaving: ReadonlySet<string>) {
  return ledger
    .filter((entry) => nameOfEntry(entry, state) === undefined && !leaving.has(entry.address))
    .map(({ address, id }) => `the ledger has a missing object: ${address} ${id}`);
}

/** Returns the addresses whose object a plan removes or replaces. */
export function addressesRemovedBy(plan: Plan): Set<string> {
  const taking = new Set(['revoke', 'replace', 'delete']);
  const changes = plan.resource_changes.filter(({ delinea }) => taking.has(delinea.operation));
  return new Set(changes.map(({ address }) => address));
}

/** Returns rights that a failed change has removed without an error that reports it. */
export function unreportedLosses(state: SimulatorState, plan: Plan, errors: readonly string[]): string[] {
  return plan.resource_changes
    .filter(({ delinea }) => delinea.operation === 'replace' && !rightIn(state, delinea.before))
    .filter(({ address }) => !errors.includes(`${address} half_done`))
    .map(({ address }) => `the loss of all access is not reported: ${address}`);
}

/** Returns the differences of tenant and ledger from those after the reference run. */
export function differencesFrom(
  state: SimulatorState,
  ledger: readonly OwnedObject[],
  reference: ReferenceRun,
): string[] {
  const [end, now] = [allFactsOf(reference.end), allFactsOf(state)];
  const lines = ledgerLines(ledger, state);
  return [
    ...difference(end, now).map((fact) => `missing: ${fact}`),
    ...difference(now, end).map((fact) => `unexpected: ${fact}`),
    ...duplicatesIn(state).map((key) => `twice: ${key}`),
    ...difference(reference.ledger, lines).map((line) => `missing in the ledger: ${line}`),
    ...difference(lines, reference.ledger).map((line) => `unexpected in the ledger: ${line}`),
  ];
}

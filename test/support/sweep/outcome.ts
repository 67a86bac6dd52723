import type { OwnedObject, Plan } from '../../../src/provider/index.js';
import type { SimulatorState } from '../../../src/simulator/index.js';
import type { CleanRun } from './reference-run.js';
import { difference, duplicatesIn, everyFactOf, ledgerLines, meantBy, namedAs, rightIn } from './tenant-facts.js';

/** What a tenant may never show after a run that was cut short, whatever its faults. */
export function unplannedIn(state: SimulatorState, clean: CleanRun): string[] {
  // A name that was to change counts as changed, so that half of two renames is no third state.
  const facts = (of: SimulatorState) => everyFactOf(namedAs(of, clean.end));
  const [start, end, now] = [facts(clean.start), facts(clean.end), facts(state)];
  const kept = start.filter((fact) => end.includes(fact));
  return [
    ...duplicatesIn(state).map((key) => `twice: ${key}`),
    ...difference(kept, now).map((fact) => `taken away and not planned: ${fact}`),
    ...difference(now, [...start, ...end]).map((fact) => `neither live before nor declared: ${fact}`),
  ];
}

/**
 * Entries of a ledger that name nothing. Those of `leaving` may: the ledger lets go of an object when it is known to be
 * gone, not before, and a run that was cut short may not have seen that.
 */
export function untrueIn(ledger: readonly OwnedObject[], state: SimulatorState, leaving: ReadonlySet<string>) {
  return ledger
    .filter((entry) => meantBy(entry, state) === undefined && !leaving.has(entry.address))
    .map(({ address, id }) => `the ledger names what is not there: ${address} ${id}`);
}

/** Addresses whose object a plan takes away, for good or to give it anew. */
export function takenAwayBy(plan: Plan): Set<string> {
  const taking = new Set(['revoke', 'replace', 'delete']);
  const changes = plan.resource_changes.filter(({ delinea }) => taking.has(delinea.operation));
  return new Set(changes.map(({ address }) => address));
}

/** Rights that were to change and are gone, where no error says so. */
export function lostIn(state: SimulatorState, plan: Plan, errors: readonly string[]): string[] {
  return plan.resource_changes
    .filter(({ delinea }) => delinea.operation === 'replace' && !rightIn(state, delinea.before))
    .filter(({ address }) => !errors.includes(`${address} half_done`))
    .map(({ address }) => `nobody is told that there is no access at all: ${address}`);
}

/** What is not as after a clean run, in the tenant and in the ledger. */
export function notAsClean(state: SimulatorState, ledger: readonly OwnedObject[], clean: CleanRun): string[] {
  const [end, now] = [everyFactOf(clean.end), everyFactOf(state)];
  const lines = ledgerLines(ledger, state);
  return [
    ...difference(end, now).map((fact) => `missing: ${fact}`),
    ...difference(now, end).map((fact) => `too much: ${fact}`),
    ...duplicatesIn(state).map((key) => `twice: ${key}`),
    ...difference(clean.ledger, lines).map((line) => `not in the ledger: ${line}`),
    ...difference(lines, clean.ledger).map((line) => `too much in the ledger: ${line}`),
  ];
}

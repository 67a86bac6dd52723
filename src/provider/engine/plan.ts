import { DelineaError } from '../errors.js';
import { foldCase } from '../fold-case.js';
import { kindsMeant } from '../resource.js';
import { resourceOf } from '../resources/index.js';
import type { Settings } from '../settings.js';
import type { Tenant } from '../tenant.js';
import { accessOf } from './access.js';
import { checkDeclarations, type Declaration, isReference, referencesIn } from './declaration.js';
import { liveDirectory } from './directory.js';
import { foldSets } from './fold-sets.js';
import type { Finding, GuardEvidence, Plan, ResourceChange, Step } from './format.js';
import { openRefusals } from './guards.js';
import { findUndeclared, findUnmanaged } from './holders.js';
import { gatherEvidence, isGift, lossesInNeed } from './keepers.js';
import { stepsOf } from './losses.js';
import { movedOwned } from './match.js';
import { faultsIn, openPlanning, planChanges } from './plan-changes.js';
import { plannedDirectory } from './planned.js';
import type { PlanInput, Planning } from './planning.js';
import { openReading } from './reading.js';
import { inlineLiterals } from './resolve.js';
import { checkSight } from './sight.js';

/**
 * Compares what is declared with what is live and says what an apply would do. Writes nothing. A fault of one object
 * leaves that object out and is reported in the plan.
 * @throws DelineaError, DelineaErrors for faults that concern everything: bad declarations, what cannot be read.
 */
export async function makePlan(tenant: Tenant, input: PlanInput): Promise<Plan> {
  const declarations = inlineLiterals(checkDeclarations(input.declarations));
  const owned = movedOwned({ input });
  const planning = openPlanning(openReading(tenant), input, declarations, owned);
  checkAsked(declarations, input);
  if (input.owned === undefined) {
    const message =
      'there is no ledger yet (apply --init-ledger begins one): what was removed from code cannot be seen, and what is equal already is listed as found, not ours';
    planning.findings.push({ level: 'warning', code: 'no_ledger', message });
  }
  await planChanges(planning, owned, () => checkSight(planning, owned));
  await findUndeclared(planning);
  foldSets(planning);
  const unmanaged = input.unmanaged ? await findUnmanaged(planning) : undefined;
  const evidence = await weigh(planning);
  const changes = order(planning.changes, planning);
  const findings = [...planning.findings, ...faultsIn(planning)].sort(byAddress);
  const plan: Plan = {
    format_version: '1.2',
    timestamp: planning.timestamp,
    applyable: changes.some(({ delinea }) => delinea.operation !== 'none'),
    complete: findings.every(({ level }) => level !== 'error'),
    errored: false,
    resource_changes: changes,
    delinea: {
      stack: input.stack,
      tenant: tenant.settings.url,
      ledger: input.owned !== undefined,
      findings,
      evidence,
      known: planning.identity.remembered(await namedIds(planning, changes)),
      ...(unmanaged ? { unmanaged } : {}),
      cost: { ...tenant.cost },
    },
  };
  return withRefusals(plan, tenant.settings);
}

/** Looks at the whole: what comes alive with accounts that are enabled again, and what the guards must know. */
async function weigh(planning: Planning): Promise<GuardEvidence> {
  const steps = stepsOf({ resource_changes: planning.changes });
  const before = liveDirectory(planning);
  const after = plannedDirectory(before, steps, planning.identity);
  const notSeen = (message: string, address?: string) =>
    planning.findings.push({ level: 'warning', code: 'not_seen', address, message });
  for (const [index, change] of planning.changes.entries()) {
    const { operation, kind, id, label } = change.delinea;
    if (operation !== 'reactivate' || id === undefined) continue;
    const { paths, unseen } = await accessOf(planning, { kind, id }, after, steps);
    planning.changes[index] = { ...change, delinea: { ...change.delinea, revives: paths } };
    for (const what of unseen) notSeen(`what comes alive with ${label} was not seen whole: ${what}`, change.address);
  }
  const evidence = await gatherEvidence(planning, steps, before);
  holdBack(planning, steps, await lossesInNeed(planning, steps, evidence, before));
  for (const message of evidence.unseen) notSeen(message);
  return evidence;
}

/** Lets what takes away wait for everything that the plan gives, without which it must not happen. */
function holdBack(planning: Planning, steps: readonly Step[], losses: ReadonlySet<string>): void {
  if (losses.size === 0) return;
  const gives = new Set(steps.filter(isGift).map(({ key }) => key));
  const keysOf = ({ delinea }: ResourceChange) => (delinea.parts ?? [delinea]).map(({ key }) => key);
  const giving = planning.changes.filter((change) => keysOf(change).some((key) => gives.has(key)));
  for (const [index, change] of planning.changes.entries()) {
    if (!keysOf(change).some((key) => losses.has(key))) continue;
    // A set gives before it takes, and what another gives is elsewhere: two of them would wait for each other.
    const needs = giving
      .filter((other) => other !== change && !(change.delinea.parts && other.delinea.parts))
      .map(({ delinea }) => delinea.key);
    planning.changes[index] = { ...change, delinea: { ...change.delinea, needs: needs.sort() } };
  }
}

/** What an apply of this plan would be refused for stands in the plan, so that a reviewer sees it first. */
function withRefusals(plan: Plan, settings: Settings): Plan {
  const refusals = openRefusals(plan, settings).map(
    ({ message }): Finding => ({
      level: 'warning',
      code: 'refused_by_guard',
      message: `apply will refuse: ${message}`,
    }),
  );
  if (refusals.length === 0) return plan;
  return { ...plan, delinea: { ...plan.delinea, findings: [...refusals, ...plan.delinea.findings] } };
}

/** A consent for somebody whom nobody declares is a slip of the pen. */
function checkAsked(declarations: readonly Declaration[], { reactivate = [] }: PlanInput): void {
  const names = new Set(
    declarations
      .filter(({ kind }) => resourceOf(kind).account)
      .map(({ kind, values }) => foldCase(values[resourceOf(kind).key[0]!])),
  );
  for (const name of reactivate) {
    if (names.has(foldCase(name))) continue;
    throw new DelineaError('unknown_name', `--reactivate ${name}: no account of that name is declared`, {
      hint: 'Correct the name, or declare the account.',
    });
  }
}

function byAddress(left: Finding, right: Finding): number {
  return (left.address ?? '').localeCompare(right.address ?? '') || left.message.localeCompare(right.message);
}

/** Adds to every step which others come first, in both directions: references before referrers, referrers' ends before what they let go. */
function order(changes: readonly ResourceChange[], planning: Planning): ResourceChange[] {
  const acting = changes.filter(
    ({ delinea }) => !['none', 'record', 'take over', 'forget'].includes(delinea.operation),
  );
  const keys = new Map(acting.map(({ address, deposed, delinea }) => [deposed ? delinea.key : address, delinea.key]));
  const sets = new Map(planning.sets.map((match) => [match.declaration.address, match]));
  const holding = new Map<string, string[]>();
  for (const { delinea } of acting) {
    for (const id of idsIn(delinea.before)) holding.set(id, [...(holding.get(id) ?? []), delinea.key]);
  }
  const sorted = [...changes].sort(
    (left, right) => left.address.localeCompare(right.address) || left.delinea.key.localeCompare(right.delinea.key),
  );
  return sorted.map((change) => {
    const { delinea } = change;
    const { declaration } = planning.matches.get(change.address) ?? sets.get(change.address) ?? {};
    const removal = change.change.actions.includes('delete');
    const wanted = removal
      ? (resourceOf(delinea.kind).setOf ? [] : (holding.get(delinea.id ?? '') ?? [])).filter(
          (key) => key !== delinea.key,
        )
      : [...referencesIn(declaration?.values).map(({ ref }) => ref), ...(declaration?.dependsOn ?? [])].flatMap(
          (address) => keys.get(address) ?? [],
        );
    return { ...change, delinea: { ...delinea, after: [...new Set([...wanted, ...(delinea.needs ?? [])])].sort() } };
  });
}

function idsIn(values: unknown): string[] {
  if (typeof values === 'string') return values === '' ? [] : [values];
  if (Array.isArray(values)) return values.flatMap(idsIn);
  if (isReference(values)) return [];
  return typeof values === 'object' && values !== null ? Object.values(values).flatMap(idsIn) : [];
}

/** The ids that changes speak of; those without a name yet are looked up, since people review names. */
async function namedIds(planning: Planning, changes: readonly ResourceChange[]): Promise<string[]> {
  const ids = new Set<string>();
  for (const delinea of changes.flatMap(({ delinea: step }) => [step, ...(step.parts ?? [])])) {
    if (delinea.operation === 'none' || delinea.operation === 'record') continue;
    for (const attribute of resourceOf(delinea.kind).attributes) {
      if (attribute.refersTo.length === 0) continue;
      const kinds = kindsMeant(attribute, { ...delinea.before, ...delinea.desired });
      for (const id of [...idsIn(delinea.before[attribute.name]), ...idsIn(delinea.desired[attribute.name])]) {
        ids.add(id);
        await planning.identity.learn(kinds, id);
      }
    }
  }
  return [...ids];
}

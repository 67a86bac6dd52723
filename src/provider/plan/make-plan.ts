import type { Tenant } from '../api/tenant.js';
import { gatherEvidence, grantsAccess, reductionsNeedingGrants } from '../guard/evidence.js';
import { guardInputOf, openRefusals } from '../guard/guards.js';
import { projectView } from '../guard/projected-access.js';
import { kindsMeant } from '../model/attribute.js';
import { type Declaration, isReference, referencesIn } from '../model/declaration.js';
import { DelineaError } from '../model/errors.js';
import { foldCase } from '../model/fold-case.js';
import type { Finding, GuardEvidence, Plan, ResourceChange, Step } from '../model/plan.js';
import { stepsOf } from '../model/plan.js';
import { accessPaths } from '../read/access-paths.js';
import { liveDirectory } from '../read/directory.js';
import { openReader } from '../read/tenant-reader.js';
import { resourceOf } from '../resources/index.js';
import type { Settings } from '../settings/settings.js';
import { checkDeclarations } from './check-declarations.js';
import { collapseSets } from './collapse-sets.js';
import { findUndeclaredHolders, findUnmanaged } from './drift.js';
import { movedOwned } from './match-objects.js';
import { errorFindings, openPlanContext, planChanges } from './plan-changes.js';
import type { PlanContext, PlanInput } from './plan-context.js';
import { inlineLiterals } from './resolve-references.js';
import { checkVisibility } from './visibility.js';

/**
 * Compares what is declared with what is live and says what an apply would do. Writes nothing. A fault of one object
 * leaves that object out and is reported in the plan.
 * @throws DelineaError, DelineaErrors for faults that concern everything: bad declarations, what cannot be read.
 */
export async function makePlan(tenant: Tenant, input: PlanInput): Promise<Plan> {
  const declarations = inlineLiterals(checkDeclarations(input.declarations));
  const owned = movedOwned({ input });
  const planning = openPlanContext(openReader(tenant), input, declarations, owned);
  checkReactivations(declarations, input);
  if (input.owned === undefined) {
    const message =
      'there is no ledger yet (apply --init-ledger begins one): what was removed from code cannot be seen, and what is equal already is listed as found, not ours';
    planning.findings.push({ level: 'warning', code: 'no_ledger', message });
  }
  await planChanges(planning, owned, () => checkVisibility(planning, owned));
  await findUndeclaredHolders(planning);
  collapseSets(planning);
  const unmanaged = input.unmanaged ? await findUnmanaged(planning) : undefined;
  const evidence = await assess(planning);
  const changes = orderSteps(planning.changes, planning);
  const findings = [...planning.findings, ...errorFindings(planning)].sort(byAddress);
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
      names: planning.translator.export(await namedIds(planning, changes)),
      ...(unmanaged ? { unmanaged } : {}),
      cost: { ...tenant.cost },
    },
  };
  return withRefusals(plan, tenant.settings);
}

/** Looks at the whole: what comes alive with accounts that are enabled again, and what the guards must know. */
async function assess(planning: PlanContext): Promise<GuardEvidence> {
  const steps = stepsOf({ resource_changes: planning.changes });
  const before = liveDirectory(planning);
  const after = projectView(planning, before, steps);
  const notSeen = (message: string, address?: string) =>
    planning.findings.push({ level: 'warning', code: 'not_seen', address, message });
  for (const [index, change] of planning.changes.entries()) {
    const { operation, kind, id, label } = change.delinea;
    if (operation !== 'reactivate' || id === undefined) continue;
    const { paths, unread } = await accessPaths(planning, { kind, id }, after);
    planning.changes[index] = { ...change, delinea: { ...change.delinea, regains: paths } };
    for (const what of unread) notSeen(`what comes alive with ${label} was not seen whole: ${what}`, change.address);
  }
  const evidence = await gatherEvidence(planning, steps, before);
  deferReductions(planning, steps, await reductionsNeedingGrants(planning, steps, evidence, before));
  for (const message of evidence.unread) notSeen(message);
  return evidence;
}

/** Lets what takes away wait for everything that the plan gives, without which it must not happen. */
function deferReductions(planning: PlanContext, steps: readonly Step[], losses: ReadonlySet<string>): void {
  if (losses.size === 0) return;
  const gives = new Set(steps.filter(grantsAccess).map(({ key }) => key));
  const keysOf = ({ delinea }: ResourceChange) => (delinea.edgeSteps ?? [delinea]).map(({ key }) => key);
  const giving = planning.changes.filter((change) => keysOf(change).some((key) => gives.has(key)));
  for (const [index, change] of planning.changes.entries()) {
    if (!keysOf(change).some((key) => losses.has(key))) continue;
    // A set gives before it takes, and what another gives is elsewhere: two of them would wait for each other.
    const needs = giving
      .filter((other) => other !== change && !(change.delinea.edgeSteps && other.delinea.edgeSteps))
      .map(({ delinea }) => delinea.key);
    planning.changes[index] = { ...change, delinea: { ...change.delinea, needs: needs.sort() } };
  }
}

/** What an apply of this plan would be refused for stands in the plan, so that a reviewer sees it first. */
function withRefusals(plan: Plan, settings: Settings): Plan {
  const refusals = openRefusals(guardInputOf(plan), settings).map(
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
function checkReactivations(declarations: readonly Declaration[], { reactivate = [] }: PlanInput): void {
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
function orderSteps(changes: readonly ResourceChange[], planning: PlanContext): ResourceChange[] {
  const acting = changes.filter(({ delinea }) => !['none', 'record', 'adopt', 'forget'].includes(delinea.operation));
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
      ? (resourceOf(delinea.kind).authoritativeFor ? [] : (holding.get(delinea.id ?? '') ?? [])).filter(
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
async function namedIds(planning: PlanContext, changes: readonly ResourceChange[]): Promise<string[]> {
  const ids = new Set<string>();
  for (const delinea of changes.flatMap(({ delinea: step }) => [step, ...(step.edgeSteps ?? [])])) {
    if (delinea.operation === 'none' || delinea.operation === 'record') continue;
    for (const attribute of resourceOf(delinea.kind).attributes) {
      if (attribute.refersTo.length === 0) continue;
      const kinds = kindsMeant(attribute, { ...delinea.before, ...delinea.desired });
      for (const id of [...idsIn(delinea.before[attribute.name]), ...idsIn(delinea.desired[attribute.name])]) {
        ids.add(id);
        await planning.translator.load(kinds, id);
      }
    }
  }
  return [...ids];
}

import type { Tenant } from '../api/tenant.js';
import { gatherEvidence, grantsAccess, reductionsNeedingGrants } from '../guard/evidence.js';
import { guardInputOf, judge } from '../guard/guards.js';
import { findUnknownNames } from '../guard/known-names.js';
import { refusalTexts } from '../guard/refusal.js';
import { regainedAccess } from '../guard/regained-access.js';
import { type Declaration, referencesIn } from '../model/declaration.js';
import { DelineaError, DelineaErrors } from '../model/errors.js';
import { foldCase } from '../model/fold-case.js';
import { nameKey, objectKey } from '../model/keys.js';
import type { ObjectNames } from '../model/object-names.js';
import { objectRefs, refKeys } from '../model/object-refs.js';
import {
  type Finding,
  type GuardEvidence,
  letThrough,
  type Plan,
  type ResourceChange,
  type Step,
  stepsOf,
  WITHOUT_WRITE,
} from '../model/plan.js';
import { isCleared } from '../model/values.js';
import { liveDirectory } from '../read/directory.js';
import { openReader } from '../read/tenant-reader.js';
import { resourceOf } from '../resources/index.js';
import { retiredScopes } from './authoritative-sets.js';
import { checkDeclarations } from './check-declarations.js';
import { collapseSets } from './collapse-sets.js';
import { findLookAlikes } from './look-alikes.js';
import { movedOwned } from './match-objects.js';
import { errorFindings, openPlanContext, planChanges } from './plan-changes.js';
import { type PlanContext, type PlanInput, subjectOf } from './plan-context.js';
import { noteUnrecordedSettings } from './recorded-settings.js';
import { inlineLiterals } from './resolve-references.js';
import { confirmReviewed, leaveOutUnreviewed, refuseOtherSubject } from './reviewed.js';
import { stepRefs } from './step-refs.js';
import { findUndeclaredHolders } from './undeclared-holders.js';
import { findUnmanaged } from './unmanaged-objects.js';
import { checkVisibility } from './visibility.js';

/**
 * Compares the declarations with the tenant and returns the changes that an apply would make. Writes nothing. An object
 * with an error of its own is left out and reported in the plan.
 * @throws DelineaError, DelineaErrors for errors that concern the whole plan: invalid declarations, unreadable lists;
 * `stale_plan` when a reviewed plan has a step that this plan does not have
 */
export async function makePlan(tenant: Tenant, input: PlanInput): Promise<Plan> {
  refuseOtherSubject(subjectOf(tenant, input), input.reviewed);
  const declarations = inlineLiterals(checkDeclarations(input.declarations));
  checkReactivations(declarations, input);
  const owned = movedOwned({ input });
  const context = openPlanContext(openReader(tenant), input, declarations, owned);
  context.findings.push(...(input.findings ?? []));
  if (input.owned === undefined) {
    context.findings.push({
      level: 'warning',
      code: 'no_ledger',
      message:
        'there is no ledger yet: this is the plan for an empty one, and objects removed from code cannot be found',
      remedy: [{ kind: 'initLedger' }],
    });
  }
  await planChanges(context, owned, () => checkVisibility(context, owned));
  await refuseUnknownNames(context, declarations);
  await findUndeclaredHolders(context);
  leaveOutUnreviewed(context);
  collapseSets(context);
  leaveOutUnreviewed(context);
  noteUnrecordedSettings(context);
  const unmanaged = input.unmanaged ? await findUnmanaged(context) : undefined;
  const evidence = await assess(context);
  const changes = orderSteps(context);
  const names = await namesOf(context, changes);
  context.findings.push(...errorFindings(context), ...(await findLookAlikes(context, names)));
  context.findings.sort(byAddress);
  const plan = buildPlan(context, changes, evidence, names);
  const { open, lifted } = judge(guardInputOf(plan), tenant.settings);
  const findings = [
    ...refusalTexts(open).map(
      (text): Finding => ({ level: 'warning', code: 'refused_by_guard', message: `apply will refuse: ${text}` }),
    ),
    ...lifted.map(({ message, source }) => letThrough(message, source)),
    ...plan.delinea.findings,
  ];
  const notes = await confirmReviewed(context, { ...plan, delinea: { ...plan.delinea, findings } });
  return {
    ...plan,
    delinea: { ...plan.delinea, findings: [...findings, ...notes], ...(unmanaged ? { unmanaged } : {}) },
  };
}

/** Builds a plan of these changes and of the findings of the context. @param names names of the objects in the changes */
export function buildPlan(
  { input, tenant, timestamp, findings }: PlanContext,
  changes: readonly ResourceChange[],
  evidence: GuardEvidence,
  names: ObjectNames,
): Plan {
  return {
    format_version: '1.2',
    timestamp,
    applyable: changes.some(({ delinea }) => delinea.operation !== 'none'),
    complete: findings.every(({ level }) => level !== 'error'),
    errored: false,
    resource_changes: changes,
    delinea: {
      ...subjectOf(tenant, input),
      ...allowancesOf(tenant),
      findings,
      evidence,
      names,
      cost: { ...tenant.cost },
    },
  };
}

/** Returns the allowances of a run that allow something. */
function allowancesOf({ settings }: Tenant): Pick<Plan['delinea'], 'allowances'> {
  const isSet = (value: unknown) => value !== undefined && !isCleared(value);
  const allowances = settings.allowances.filter(({ source, ...allowed }) => Object.values(allowed).some(isSet));
  return allowances.length > 0 ? { allowances } : {};
}

/** Adds to the changes the access that enabled accounts regain, and gathers the evidence for the guards. */
async function assess(context: PlanContext): Promise<GuardEvidence> {
  const steps = stepsOf({ resource_changes: context.changes });
  const before = liveDirectory(context);
  const regained = await regainedAccess(context, steps);
  const notChecked = (message: string, address?: string) =>
    context.findings.push({ level: 'warning', code: 'not_checked', address, message });
  for (const [index, change] of context.changes.entries()) {
    const { key, label } = change.delinea;
    const access = regained.get(key);
    if (!access) continue;
    context.changes[index] = { ...change, delinea: { ...change.delinea, regains: access.paths } };
    for (const reason of access.unread)
      notChecked(`the access that ${label} regains was not fully read: ${reason}`, change.address);
  }
  const evidence = await gatherEvidence(context, steps, before, knownEvidence(context));
  deferReductions(context, steps, await reductionsNeedingGrants(context, steps, evidence, before));
  for (const message of evidence.unread) notChecked(message);
  return evidence;
}

/** Returns the evidence that does not come from the tenant; empty lists are left out. */
function knownEvidence(context: PlanContext): Pick<GuardEvidence, 'retired' | 'earlier'> {
  const retired = retiredScopes(context);
  const { earlier = [] } = context.input;
  return { ...(retired.length > 0 ? { retired } : {}), ...(earlier.length > 0 ? { earlier } : {}) };
}

/** Makes reductions that are safe only after a grant of the same plan wait for all of its grants. */
function deferReductions({ changes }: PlanContext, steps: readonly Step[], reductions: ReadonlySet<string>): void {
  if (reductions.size === 0) return;
  const grants = new Set(steps.filter(grantsAccess).map(({ key }) => key));
  const hasStepIn = ({ delinea }: ResourceChange, keys: ReadonlySet<string>) =>
    (delinea.edgeSteps ?? [delinea]).some(({ key }) => keys.has(key));
  const granting = changes.filter((change) => hasStepIn(change, grants));
  for (const [index, change] of changes.entries()) {
    if (!hasStepIn(change, reductions)) continue;
    // A set grants before it revokes, and two sets have different scopes: if they waited for each other, neither would
    // start.
    const needs = granting
      .filter((other) => other !== change && !(change.delinea.edgeSteps && other.delinea.edgeSteps))
      .map(({ delinea }) => delinea.key);
    changes[index] = { ...change, delinea: { ...change.delinea, needs: needs.sort() } };
  }
}

/**
 * Refuses a consent for an account that is not declared, because its name is probably misspelt.
 * @throws DelineaError `unknown_name`
 */
function checkReactivations(declarations: readonly Declaration[], { reactivate = [] }: PlanInput): void {
  const accounts = declarations.filter(({ kind }) => resourceOf(kind).account);
  const names = new Set(accounts.map(({ kind, values }) => foldCase(values[resourceOf(kind).key[0]!])));
  const unknown = reactivate.find((name) => !names.has(foldCase(name)));
  if (unknown === undefined) return;
  throw new DelineaError('unknown_name', `no account named "${unknown}" is declared, so none can be enabled again`, {
    hint: 'Correct the name, or declare the account.',
  });
}

/**
 * Refuses a name in a setting of the guards that no live or declared object has.
 * @throws DelineaErrors `unknown_name`
 */
async function refuseUnknownNames(context: PlanContext, declarations: readonly Declaration[]): Promise<void> {
  const declared = new Set(
    declarations.filter(({ lookup }) => !lookup).map(({ kind, values }) => nameKey(resourceOf(kind), values)),
  );
  const { unknown, unread } = await findUnknownNames(context, (key) => declared.has(key));
  if (unknown.length > 0) throw new DelineaErrors(unknown.map(({ error }) => error));
  for (const message of unread) context.findings.push({ level: 'warning', code: 'not_checked', message });
}

function byAddress(left: Finding, right: Finding): number {
  return (left.address ?? '').localeCompare(right.address ?? '') || left.message.localeCompare(right.message);
}

/**
 * Sorts the changes and records the predecessors of each: referenced objects come before their referrers, and
 * references are removed before the objects that they refer to.
 */
function orderSteps({ changes, matches, sets }: PlanContext): ResourceChange[] {
  const acting = changes.filter(({ delinea }) => !WITHOUT_WRITE.has(delinea.operation));
  const keys = new Map(acting.map(({ address, deposed, delinea }) => [deposed ? delinea.key : address, delinea.key]));
  const declarationOf = (address: string) =>
    (matches.get(address) ?? sets.find(({ declaration }) => declaration.address === address))?.declaration;
  const referencesTo = (address: string) =>
    referencesIn(declarationOf(address)?.values).flatMap(({ ref }) => keys.get(ref) ?? []);
  const created = new Set(acting.flatMap(({ delinea }) => (delinea.operation === 'create' ? [delinea.key] : [])));
  // A grant that a reduction needs waits for objects that do not exist yet, and for no other: a group that loses a member
  // may itself wait for the grant to that group.
  const needed = new Set(acting.flatMap(({ delinea }) => delinea.needs ?? []));
  for (const address of needed) for (const key of referencesTo(address)) if (created.has(key)) needed.add(key);
  const referrers = new Map<string, string[]>();
  for (const { delinea } of acting) {
    const { attributes } = resourceOf(delinea.kind);
    for (const key of objectRefs(attributes, delinea.before).flatMap(refKeys))
      referrers.set(key, [...(referrers.get(key) ?? []), delinea.key]);
  }
  const predecessorsOf = ({ address, change, delinea }: ResourceChange): string[] => {
    if (change.actions.includes('delete')) {
      const isSet = resourceOf(delinea.kind).authoritativeFor !== undefined;
      const own = objectKey(delinea.kind, delinea.id ?? '');
      return isSet ? [] : (referrers.get(own) ?? []).filter((key) => key !== delinea.key);
    }
    const declaration = declarationOf(address);
    const references = referencesTo(address).filter((key) => !needed.has(delinea.key) || created.has(key));
    return [...references, ...(declaration?.dependsOn ?? []).flatMap((other) => keys.get(other) ?? [])];
  };
  return [...changes]
    .sort(
      (left, right) => left.address.localeCompare(right.address) || left.delinea.key.localeCompare(right.delinea.key),
    )
    .map((entry) => {
      const after = new Set([...predecessorsOf(entry), ...(entry.delinea.needs ?? [])]);
      return { ...entry, delinea: { ...entry.delinea, after: [...after].sort() } };
    });
}

/** Returns the names of the objects that the changes refer to. Loads missing names, because reviewers need them. */
async function namesOf({ translator }: PlanContext, changes: readonly ResourceChange[]): Promise<ObjectNames> {
  const steps = changes.flatMap(({ delinea }) => [delinea, ...(delinea.edgeSteps ?? [])]);
  const isShown = ({ operation }: Step) => !['none', 'record', 'configure'].includes(operation);
  const refs = steps.filter(isShown).flatMap(stepRefs);
  for (const ref of refs) await translator.load(ref);
  return translator.export(refs);
}

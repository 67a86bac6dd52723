import { isDeepStrictEqual } from 'node:util';
import { diff, isInactive } from '../model/diff.js';
import { DelineaError, DelineaErrors } from '../model/errors.js';
import { isEdge, ownedKey } from '../model/keys.js';
import {
  ACTION_OF,
  type Finding,
  type Plan,
  type ResourceChange,
  type Step,
  stepsOf,
  WITHOUT_WRITE,
} from '../model/plan.js';
import { withoutCreateOnly } from '../model/wire.js';
import { edgesWithKey } from '../read/edges.js';
import { homeValues } from '../read/home-values.js';
import { loadWithActiveState } from '../read/load-object.js';
import { principalOf } from '../resources/edge-words.js';
import { resourceOf } from '../resources/index.js';
import { buildEntry } from './build-entry.js';
import type { PlanContext, PlanSubject } from './plan-context.js';
import { hiddenByReviewed } from './reviewed-findings.js';
import {
  actingSteps,
  acts,
  contradiction,
  differingFields,
  differingIdentity,
  plain,
  withIds,
} from './reviewed-steps.js';

const PLAN_AGAIN = 'Plan again and review what changed.';

/** Differences that are reported. A file with more is another plan, and looking for them all takes requests. */
const MOST_FAULTS = 20;

const REMOVALS = new Set(['deactivate', 'delete', 'revoke', 'forget']);

/**
 * Refuses a plan that was made for another stack or tenant, or by another account, before any request.
 * @throws DelineaError `stale_plan`
 */
export function refuseOtherSubject(subject: PlanSubject, reviewed: Plan | undefined): void {
  if (!reviewed) return;
  const fields = Object.keys(subject) as (keyof PlanSubject)[];
  const other = fields.find((name) => !isDeepStrictEqual(reviewed.delinea[name], subject[name]));
  if (other === undefined) return;
  const was = String(reviewed.delinea[other]);
  throw stale(undefined, `the plan was made for ${other} ${was}, not for ${String(subject[other])}`);
}

/**
 * Leaves out the changes that the reviewed plan does not have, before guards and readers see the plan. Their objects still
 * count as managed. It runs on edges before they are collapsed to sets, and on the sets for their settings.
 */
export function leaveOutUnreviewed({ input, changes, matches, findings }: PlanContext): void {
  if (!input.reviewed) return;
  const steps = input.reviewed.resource_changes.flatMap(({ delinea }) => [delinea, ...(delinea.edgeSteps ?? [])]);
  const known = new Set(steps.map(({ key }) => key));
  const acting = new Set(steps.filter(({ operation }) => operation !== 'none').map(({ key }) => key));
  const left = changes.flatMap((change): ResourceChange[] => {
    const { delinea: step, address } = change;
    // An object that was unchanged and now has a change without a write is compared, and refused.
    const kept = ACTION_OF[step.operation] === 'no-op' ? known : acting;
    if (step.operation === 'none' || kept.has(step.key)) return [change];
    if (step.operation !== 'record') {
      findings.push({
        level: 'note',
        code: 'not_reviewed',
        address: matches.get(address)?.declaration.setAddress ?? address,
        message: 'a change that the saved plan does not have is not applied',
        hint: 'Plan again to review it.',
      });
    }
    if (step.operation === 'create') return [];
    const { key, kind, surface, id, unmanaged, label, before } = step;
    const edgeSteps = step.edgeSteps?.filter(({ operation }) => operation === 'none');
    const idle = { key, kind, surface, id, unmanaged, label, before, edgeSteps, operation: 'none' as const };
    return [buildEntry(address, idle, { before: null, after: null })];
  });
  changes.splice(0, changes.length, ...left);
}

/**
 * Compares every step of the reviewed plan with the plan that was made now from stack, ledger and tenant.
 * @returns notes about the steps that are already done; none without a reviewed plan
 * @throws DelineaErrors `stale_plan` for the first steps that the new plan does not have in the same form
 */
export async function confirmReviewed(context: PlanContext, now: Plan): Promise<Finding[]> {
  const { reviewed } = context.input;
  if (!reviewed) return [];
  const planned = new Map(stepsOf(now).map((step) => [step.key, step]));
  const done = new Set<string>();
  const notes: Finding[] = [];
  const name = contradiction(reviewed, now);
  const faults = name === undefined ? [] : [stale(undefined, `a name was changed since the plan was made: ${name}`)];
  for (const change of reviewed.resource_changes.map((saved) => withIds(saved, planned))) {
    const { address } = change;
    for (const step of actingSteps(change)) {
      if (faults.length >= MOST_FAULTS) break;
      const current = planned.get(step.key);
      if (current?.operation === step.operation) continue;
      if (!(await isDone(context, step, current))) faults.push(notPlanned(now, address, step, current));
      else {
        done.add(step.key);
        if (!WITHOUT_WRITE.has(step.operation))
          notes.push({
            level: 'note',
            code: 'already_done',
            address,
            message: 'already done as the saved plan wants it',
          });
      }
    }
  }
  const changes = new Map(now.resource_changes.map((change) => [change.delinea.key, change]));
  const leftOut = new Set(context.findings.flatMap(({ code, address }) => (code === 'not_reviewed' ? address : [])));
  const faulty = new Set(faults.map(({ path }) => path));
  for (const change of reviewed.resource_changes) {
    if (faults.length >= MOST_FAULTS) break;
    const current = changes.get(change.delinea.key);
    if (faulty.has(change.address) || isSettled(change, current, done)) continue;
    const isIdle = !acts(change) && change.change.actions.every((action) => action === 'no-op');
    // It was deleted since, or has an error of its own.
    if (!current && isIdle && isKnown(context, change)) continue;
    // A change that is left out has only the fields that identify its object.
    const compare = isIdle && leftOut.has(change.address) ? differingIdentity : differingFields;
    const fields = current ? compare(change, current, planned, done) : ['operation'];
    if (fields.length > 0)
      faults.push(
        stale(change.address, `${change.delinea.label} was changed since the plan was made: ${fields.join(', ')}`),
      );
  }
  if (faults.length === 0) {
    const hidden = hiddenByReviewed(reviewed, now, done.size > 0);
    faults.push(...hidden.slice(0, MOST_FAULTS).map((what) => stale(undefined, what)));
  }
  if (faults.length > 0) throw new DelineaErrors(faults);
  return notes;
}

/** Returns whether an address is in the code or in the ledger. */
function isKnown({ matches, sets, ownedByAddress }: PlanContext, { address, delinea }: ResourceChange): boolean {
  const isSet = sets.some(({ declaration }) => declaration.address === address);
  return delinea.key === address && (isSet || matches.has(address) || ownedByAddress.has(address));
}

/** Returns whether nothing of a reviewed change is left to compare: all of it is done. */
function isSettled(
  { delinea }: ResourceChange,
  current: ResourceChange | undefined,
  done: ReadonlySet<string>,
): boolean {
  const steps = (delinea.edgeSteps ?? [delinea]).filter(({ operation }) => operation !== 'none');
  // A set whose edges are done may still have settings to record.
  const isSettledNow = (current?.delinea.operation ?? 'none') === 'none';
  return steps.length > 0 && steps.every(({ key }) => done.has(key)) && (isSettledNow || !delinea.edgeSteps);
}

/** Returns whether the live object already is as a step of the reviewed plan wants it. */
async function isDone(context: PlanContext, step: Step, current: Step | undefined): Promise<boolean> {
  if (current && !WITHOUT_WRITE.has(current.operation)) return false;
  if (REMOVALS.has(step.operation)) return isRemoved(context, step);
  const live = context.matches.get(step.key)?.live;
  if (!current || !live || !recordsTheSame(step, current)) return false;
  const { resource, wire } = context.tenant.collection(step.kind);
  const values = isEdge(resource) ? live.values : await homeValues(context, step.kind, live);
  return diff(resource, withoutCreateOnly(wire, step.desired), values).length === 0;
}

/** Returns whether the ledger would get the settings that were reviewed, if it still gets any. */
function recordsTheSame(step: Step, current: Step): boolean {
  if (current.operation === 'none') return true;
  const recorded = ({ onRemoval, settings, settingChanges }: Step) => plain({ onRemoval, settings, settingChanges });
  return isDeepStrictEqual(recorded(step), recorded(current));
}

/** Returns whether nothing is left of what a removal removes, or of its entry in the ledger for a `forget`. */
async function isRemoved(context: PlanContext, { kind, id = '', operation, before }: Step): Promise<boolean> {
  const resource = resourceOf(kind);
  if (operation === 'forget') return !context.ownedById.has(ownedKey(resource, id, before));
  if (isEdge(resource)) {
    const principal = principalOf(kind, before);
    // The edges of a deleted account cannot be read.
    if (principal && !(await context.snapshot.view(principal.kind).byId(principal.id))) return true;
    return (await edgesWithKey(context, resource, before)).length === 0;
  }
  const found = await context.snapshot.view(kind).byId(id);
  const { removal } = resource;
  if (!found || operation === 'delete' || removal?.verb !== 'deactivate') return !found;
  const live = await loadWithActiveState(context, resource, found, Object.keys(removal.inactive));
  return isInactive(resource, await homeValues(context, kind, live));
}

function notPlanned(now: Plan, address: string, step: Step, current: Step | undefined): DelineaError {
  const wording = (operation: string | undefined) =>
    operation === undefined || operation === 'none' ? 'no change' : operation;
  const reasons = now.delinea.findings.filter(
    (finding) => finding.address === address && (finding.level === 'error' || finding.level === 'drift'),
  );
  const why = reasons.map(({ message }) => ` (${message})`).join('');
  return stale(
    address,
    `${step.label}: the plan has ${step.operation}, and stack, ledger and tenant now give ${wording(current?.operation)}${why}`,
    reasons.flatMap(({ remedy }) => remedy ?? []),
  );
}

function stale(path: string | undefined, message: string, remedy: DelineaError['remedy'] = []): DelineaError {
  return new DelineaError('stale_plan', message, { path, hint: PLAN_AGAIN, remedy });
}

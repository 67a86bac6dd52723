import { lossesOf } from '../guard/losses.js';
import { regainedAccess } from '../guard/regained-access.js';
import { foldCase } from '../model/fold-case.js';
import { joinFirst } from '../model/join-first.js';
import { isEdge } from '../model/keys.js';
import { snakeCase } from '../model/names.js';
import { letThrough, type ResourceChange, type Step, stepsOf, WITHOUT_WRITE } from '../model/plan.js';
import type { Remedy } from '../model/remedy.js';
import { isCleared } from '../model/values.js';
import { printsCommand, valueText } from '../model/visible.js';
import { stepObjects } from '../plan/step-refs.js';
import { resourceOf } from '../resources/index.js';
import type { ResourceInstance } from './instance.js';
import type { InstancePlan } from './plan-in-isolation.js';
import { renamedAdvice } from './renamed-principals.js';
import type { SessionContext } from './session-context.js';
import { isRename, reducesAnyAccess } from './session-guard.js';
import { UNLESS_DECLARED, type Warning } from './warnings.js';

/** Replaced values, or losses, that one warning names. */
const NAMED = 10;

/** Returns the findings of a plan as warnings. Terraform folds warnings with equal summaries, so each names its object. */
export function findingWarnings({ change, findings }: InstancePlan): Warning[] {
  const { label } = change.delinea;
  return findings
    .filter(({ level }) => level === 'drift' || level === 'warning')
    .map(({ message, hint, remedy }) => ({
      message: message.includes(label) ? message : `${label}: ${message}`,
      hint,
      remedy,
    }));
}

/**
 * Warns of the effect of a removal: Terraform shows every removal as "will be destroyed".
 * @param isGone whether there is nothing left to remove
 * @param isComplete whether Terraform has sent every request; otherwise another address may still declare the object
 * @param renamed removals of the users and groups of its edges that are declared again at other addresses
 */
export function removalWarning(
  instance: ResourceInstance,
  change: ResourceChange,
  {
    isGone,
    isComplete,
    renamed,
  }: { readonly isGone: boolean; readonly isComplete: boolean; readonly renamed: readonly Step[] },
): Warning {
  const { label } = change.delinea;
  const unless = isComplete ? '' : UNLESS_DECLARED;
  const effect = effectOf(instance, change, isGone) + unless;
  return {
    message: instance.resource.authoritativeFor ? `${label}: ${effect}` : `${label} ${effect}`,
    groupMessage: effect,
    ...renamedAdvice(renamed),
  };
}

const EFFECTS: Readonly<Record<string, string>> = {
  revoke: 'will be revoked',
  delete: 'will be DELETED permanently',
};

function effectOf({ resource, state = {} }: ResourceInstance, { delinea }: ResourceChange, isGone: boolean): string {
  const { operation, edgeSteps } = delinea;
  if (resource.authoritativeFor) {
    const steps = (edgeSteps ?? []).filter((step) => step.operation !== 'none');
    const revoked = steps.filter((step) => step.operation === 'revoke').length;
    return `${revoked} will be revoked, ${steps.length - revoked} left unchanged`;
  }
  const { removal } = resource;
  if (operation === 'deactivate' && removal?.verb === 'deactivate') return `will be ${removal.effect}`;
  const effect = EFFECTS[operation];
  if (effect !== undefined) return effect;
  if (removal?.verb === 'release' && !isGone) return 'will no longer be managed and stays in the tenant';
  if (state.onRemoval === 'retain') return 'will be left unchanged (on_removal = "retain")';
  return `is already ${isGone ? 'deleted' : 'inactive'} and is only removed from the state`;
}

/**
 * Warns of the adoption of a live object, which Terraform shows as created.
 * @param replaces the values and members that the adoption takes away or replaces
 */
export function adoptionWarnings(
  { resource, state, declared, unknown = [] }: ResourceInstance,
  { change, live }: InstancePlan,
  replaces: readonly string[],
): Warning[] {
  const { operation, label } = change.delinea;
  // An edge that exists as declared needs no warning; a change of its right is a finding of the plan.
  if (!declared || state || !live || isEdge(resource)) return [];
  const effect = operation === 'adopt' ? 'nothing is written' : 'it is changed to the declared values';
  const known =
    unknown.length === 0 ? effect : `as far as known, ${effect} (not known yet: ${unknown.map(snakeCase).join(', ')})`;
  const lost = replaces.length === 0 ? '' : `, instead of ${joinFirst(replaces, NAMED)}`;
  const [key = ''] = resource.key;
  const isRenamed = foldCase(live.values[key]) !== foldCase(declared[key]);
  const what = isRenamed
    ? `${live.values[key]} is renamed to ${label} and adopted`
    : `${label} exists already and will be adopted`;
  return [
    {
      message: `${what}; ${known}${lost}`,
      groupMessage: `exists already and will be adopted; ${known}`,
      hint: 'Terraform shows it as added.',
      remedy: [{ kind: 'import', resource: resource.type, id: live.id }],
    },
  ];
}

/**
 * Warns of the access that an account regains when it is enabled again, in the tenant as the changes planned so far
 * leave it.
 */
export async function regainedWarnings(
  { shared, changes, barrier }: SessionContext,
  { delinea }: ResourceChange,
): Promise<Warning[]> {
  if (delinea.operation !== 'reactivate') return [];
  await barrier.afterReads();
  const { paths = [], unread = [] } = (await regainedAccess(shared, changes.steps())).get(delinea.key) ?? {};
  const access = paths.map(({ label, through }) =>
    through.length > 0 ? `${label} (through ${through.join(', ')})` : label,
  );
  return [
    {
      message: `${delinea.label} will be enabled again and regains ${access.sort().join('; ') || 'no other access'}`,
      hint: unread.length > 0 ? `Could not be read: ${unread.join('; ')}` : undefined,
    },
  ];
}

/** Warns of what the guards would refuse without an allowance, and names its source. */
export async function liftedWarnings(
  { guard }: SessionContext,
  change: ResourceChange,
  isComplete: boolean,
): Promise<Warning[]> {
  // A later check includes a removal that Terraform sends before the rest of the plan.
  if (!isComplete || !(reducesAnyAccess(change) || isRename(change))) return [];
  return (await guard.liftedFor(change)).map(({ message, source }) => ({
    message: `${change.delinea.label}: ${letThrough(message, source).message}`,
    groupMessage: `is allowed by ${source}`,
  }));
}

/** Warns of live values that are not in the state because a list omits them: Terraform shows them as added. */
export function overwrittenWarnings(
  { resource, state, declared }: ResourceInstance,
  { delinea }: ResourceChange,
): Warning[] {
  if (!state || !declared || resource.authoritativeFor) return [];
  const { label, before, changed } = delinea;
  const hidden = changed.filter((name) => isCleared(state[name] ?? null) && !isCleared(before[name] ?? null));
  return hidden.map((name) => ({
    message: `${label}: ${snakeCase(name)} is ${valueText(before[name])} in the tenant but not in the state; it will be overwritten`,
    hint: `To keep the live value, remove ${snakeCase(name)} from the configuration.`,
  }));
}

/** Warns of values that Terraform prints in its plan and that the log of a CI runner would hide. */
export function commandWarnings({ declared }: ResourceInstance, { delinea }: ResourceChange): Warning[] {
  const { label, kind, before } = delinea;
  if (!declared) return [];
  return resourceOf(kind).attributes.flatMap(({ name, sensitive }) => {
    const texts = sensitive ? [] : [before[name], declared[name]].flatMap(textsIn).filter(printsCommand);
    return [...new Set(texts)].map((text) => ({
      message: `${label}: Terraform prints its ${snakeCase(name)} as it is, and a CI runner takes that as a command: "${text}"`,
      groupMessage: 'has a value that a CI runner takes as a command',
    }));
  });
}

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

/**
 * Warns of the losses that values known only after apply may cause.
 * @param worst the change that takes away the most
 */
export function uncertainWarnings(
  { shared: { translator } }: Pick<SessionContext, 'shared'>,
  change: ResourceChange,
  worst: ResourceChange,
): Warning[] {
  if (worst === change) return [];
  const lossesIn = (of: ResourceChange) => {
    const steps = stepsOf({ resource_changes: [of] });
    return lossesOf(steps, {}, translator.export(steps.flatMap(stepObjects)));
  };
  const known = new Set(lossesIn(change).map(({ key }) => key));
  const labels = lossesIn(worst)
    .filter(({ key }) => !known.has(key))
    .map(({ label }) => label);
  if (labels.length === 0) return [];
  const { label } = change.delinea;
  return [
    {
      message: `${label}: some values are known only after apply; they may take away ${labels.length} more: ${joinFirst(labels.sort(), NAMED)}`,
      hint: 'To see them in the plan, first apply the resources that the values come from (-target).',
    },
  ];
}

/** @param elsewhere the kinds of the resources at the other addresses: a moved block cannot change the kind */
export function keptEdgesWarnings(
  instance: ResourceInstance,
  { delinea }: ResourceChange,
  count: number,
  elsewhere: readonly string[],
): Warning[] {
  if (count === 0) return [];
  return [
    {
      message: `${delinea.label}: ${count} of its elements are declared at other addresses and left unchanged`,
      remedy: elsewhere.includes(instance.resource.type) ? movedRemedy(instance) : [],
    },
  ];
}

/**
 * Warns of an object that stays, although Terraform shows a removal or a creation.
 * @param elsewhere the kinds of the resources at the other addresses. None: Terraform replaces the object at its own address
 */
export function movedWarning(
  instance: ResourceInstance,
  { delinea }: ResourceChange,
  elsewhere: readonly string[],
): Warning {
  const { type } = instance.resource;
  const update = WITHOUT_WRITE.has(delinea.operation) ? 'it is left unchanged' : 'it is changed to the declared values';
  const event =
    elsewhere.length > 0
      ? 'was removed at one address and is declared at another'
      : 'is in the state and is planned as new';
  const message = `${event}; ${instance.declared ? update : 'nothing is removed'}`;
  const warning = { message: `${delinea.label}: ${message}`, groupMessage: message };
  if (elsewhere.length === 0)
    return { ...warning, hint: 'If it is tainted, run terraform untaint ADDRESS.', remedy: movedRemedy(instance) };
  if (elsewhere.includes(type)) return { ...warning, remedy: movedRemedy(instance) };
  return { ...warning, hint: 'The other address has another type, so there is no moved block for it. None is needed.' };
}

function movedRemedy({ resource }: ResourceInstance): readonly Remedy[] {
  return [{ kind: 'moved', resource: resource.type }];
}

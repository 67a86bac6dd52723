import { WITHOUT_WRITE } from '../guard/projected-access.js';
import { regainedAccess } from '../guard/regained-access.js';
import { isEdge, keyText } from '../model/keys.js';
import { terraformType } from '../model/names.js';
import type { ResourceChange } from '../model/plan.js';
import { isCleared } from '../model/values.js';
import type { ResourceInstance } from './instance.js';
import type { InstancePlan } from './plan-alone.js';
import type { SessionContext } from './session-context.js';
import type { Warning } from './warnings.js';

/** What will really happen, where Terraform's words do not say it. */
export function warningsOf(
  instance: ResourceInstance,
  { change, findings, live }: InstancePlan,
  { isPast, isAllTold }: { readonly isPast: boolean; readonly isAllTold: boolean },
): Warning[] {
  const { resource, state, declared } = instance;
  const { delinea } = change;
  const label = delinea.label;
  const found = findings
    .filter(({ level }) => level === 'drift' || level === 'warning')
    .map(({ message, hint, remedy }): Warning => ({ message: withName(message, label), hint, remedy }));
  if (!declared) {
    const fate = fateOf(instance, change, isPast) + (isAllTold ? '' : UNLESS);
    const message = resource.authoritativeFor ? `${label}: ${fate}` : `${label} ${fate}`;
    return [...found, { message, groupMessage: fate }];
  }
  const { operation } = delinea;
  // An edge that is there as declared is what was asked for; one with another right is changed.
  if (state || !live || (isEdge(resource) && operation === 'adopt')) return found;
  const happens = operation === 'adopt' ? 'is as declared: nothing is written' : 'is changed to what is declared';
  const exists = `exists already and will be taken over; it ${happens}`;
  return [
    ...found,
    {
      message: `${label} ${exists}`,
      groupMessage: exists,
      hint: `Terraform shows it as added. To see it as an import:${importBlock(instance, live.id)}`,
    },
  ];
}

/** Terraform folds warnings with equal summaries: each names its object. */
function withName(message: string, label: string): string {
  return message.includes(label) ? message : `${label}: ${message}`;
}

/** Terraform asks for so many at once, and cannot be told later. */
const UNLESS = ', unless it is declared at another address, which was not known yet';

const FATES: Readonly<Record<string, string>> = {
  revoke: 'will be revoked',
  delete: 'will be DELETED for good',
};

/** "will be deactivated (login disabled, account kept)". */
function fateOf({ resource, state = {} }: ResourceInstance, { delinea }: ResourceChange, gone: boolean): string {
  const { operation, edgeSteps } = delinea;
  if (resource.authoritativeFor) {
    const steps = (edgeSteps ?? []).filter((step) => step.operation !== 'none');
    const count = steps.filter((step) => step.operation === 'revoke').length;
    return `${count} will be revoked, ${steps.length - count} left as they are`;
  }
  const { removal } = resource;
  if (operation === 'deactivate' && removal?.verb === 'deactivate') return `will be ${removal.effect}`;
  const fate = FATES[operation];
  if (fate !== undefined) return fate;
  if (state.onRemoval === 'retain') return 'will be left as it is (on_removal = "retain")';
  return `is ${gone ? 'gone' : 'inactive'} already: only the state forgets it`;
}

/** Warns of the access that an account regains when it is enabled again, in the tenant as the plan so far leaves it. */
export async function regainedWarnings(
  { shared, guard, barrier }: SessionContext,
  { delinea }: ResourceChange,
): Promise<Warning[]> {
  if (delinea.operation !== 'reactivate') return [];
  await barrier.afterReads();
  const { paths = [], unread = [] } = (await regainedAccess(shared, guard.steps())).get(delinea.key) ?? {};
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

/** What lives and the state does not show: lists may leave it out, and Terraform shows it as added. */
export function overwrittenWarnings(
  { resource, state, declared }: ResourceInstance,
  { delinea }: ResourceChange,
): Warning[] {
  if (!state || !declared || resource.authoritativeFor) return [];
  const { label, before, changed } = delinea;
  const unseen = changed.filter((name) => isCleared(state[name] ?? null) && !isCleared(before[name] ?? null));
  return unseen.map((name) => ({
    message: `${label}: ${name} is ${JSON.stringify(before[name])} by now, which the state does not show; it will be overwritten`,
    hint: `To keep what is live, take ${name} out of the configuration.`,
  }));
}

export function unsureWarning({ delinea }: ResourceChange, unsure: number): Warning {
  return {
    message: `${delinea.label}: who of it is declared will be known only in the apply, which may revoke ${unsure} more`,
    hint: 'To see it before, apply first what the values come from (-target).',
  };
}

export function keptWarning(instance: ResourceInstance, { delinea }: ResourceChange, count: number): Warning {
  return {
    message: `${delinea.label}: ${count} of it are declared at another address; they stay as they are`,
    hint: `Where it was renamed, say so:${movedBlock(instance)}`,
  };
}

export function movedWarning(instance: ResourceInstance, { delinea }: ResourceChange): Warning {
  const { resource, declared, state } = instance;
  const what = delinea.label || keyText(resource, declared ?? state ?? {});
  const becomes = WITHOUT_WRITE.has(delinea.operation) ? 'it stays as it is' : 'it is changed to what is declared';
  const moved = `removed at one address and declared at another; ${declared ? becomes : 'nothing is taken away'}`;
  return {
    message: `${what}: ${moved}`,
    groupMessage: moved,
    hint: `Say that it was renamed:${movedBlock(instance)}`,
  };
}

/** Terraform's own way to take something over, ready to be pasted. */
export function importBlock({ resource }: ResourceInstance, id: string): string {
  return block('import', { to: `${terraformType(resource.type)}.NAME`, id: JSON.stringify(id) });
}

export function movedBlock({ resource }: ResourceInstance): string {
  const type = terraformType(resource.type);
  return block('moved', { from: `${type}.OLD`, to: `${type}.NEW` });
}

/** HCL has one argument a line, and Terraform wraps no line that begins with a space. */
function block(name: string, said: Readonly<Record<string, string>>): string {
  const lines = Object.entries(said).map(([argument, value]) => `    ${argument} = ${value}\n`);
  return `\n\n  ${name} {\n${lines.join('')}  }\n`;
}

import { accessOf } from '../engine/access.js';
import { keyText } from '../engine/diff.js';
import { liveDirectory } from '../engine/directory.js';
import type { ResourceChange } from '../engine/format.js';
import { QUIET } from '../engine/planned.js';
import { isEdge } from '../engine/planning.js';
import { terraformType } from '../names.js';
import { isCleared } from '../resource.js';
import type { Piece } from './piece.js';
import type { OnePlan } from './plan-one.js';
import type { Notice, Running } from './running.js';

/** What will really happen, where Terraform's words do not say it. */
export function noticesOf(
  piece: Piece,
  { change, findings, live }: OnePlan,
  { isPast, isAllTold }: { readonly isPast: boolean; readonly isAllTold: boolean },
): Notice[] {
  const { resource, state, declared } = piece;
  const { delinea } = change;
  const label = delinea.label;
  const found = findings
    .filter(({ level }) => level === 'drift' || level === 'warning')
    .map(({ message, hint }): Notice => ({ message: withName(message, label), hint }));
  if (!declared) {
    const fate = fateOf(piece, change, isPast) + (isAllTold ? '' : UNLESS);
    const message = resource.setOf ? `${label}: ${fate}` : `${label} ${fate}`;
    return [...found, { message, many: fate }];
  }
  const { operation } = delinea;
  // An edge that is there as declared is what was asked for; one with another right is changed.
  if (state || !live || (isEdge(resource) && operation === 'take over')) return found;
  const happens = operation === 'take over' ? 'is as declared: nothing is written' : 'is changed to what is declared';
  const exists = `exists already and will be taken over; it ${happens}`;
  return [
    ...found,
    {
      message: `${label} ${exists}`,
      many: exists,
      hint: `Terraform shows it as added. To see it as an import:${importBlock(piece, live.id)}`,
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
function fateOf({ resource, state = {} }: Piece, { delinea }: ResourceChange, gone: boolean): string {
  const { operation, parts } = delinea;
  if (resource.setOf) {
    const steps = (parts ?? []).filter((step) => step.operation !== 'none');
    const count = steps.filter((step) => step.operation === 'revoke').length;
    return `${count} will be revoked, ${steps.length - count} left as they are`;
  }
  const { removal } = resource;
  if (operation === 'deactivate' && removal?.verb === 'deactivate') return `will be ${removal.says}`;
  const fate = FATES[operation];
  if (fate !== undefined) return fate;
  if (state.onRemoval === 'retain') return 'will be left as it is (on_removal = "retain")';
  return `is ${gone ? 'gone' : 'inactive'} already: only the state forgets it`;
}

/** What comes alive with an account that is enabled again. */
export async function revivedBy({ shared }: Running, { delinea }: ResourceChange): Promise<Notice[]> {
  const { operation, kind, id, label } = delinea;
  if (operation !== 'reactivate' || id === undefined) return [];
  const { paths, unseen } = await accessOf(shared, { kind, id }, liveDirectory(shared));
  const what = paths.map((path) =>
    path.through.length > 0 ? `${path.label} (through ${path.through.join(', ')})` : path.label,
  );
  const comes =
    what.length === 0 ? 'nothing else comes alive with it' : `with it come alive: ${what.sort().join('; ')}`;
  return [
    {
      message: `${label} will be enabled again; ${comes}`,
      ...(unseen.length > 0 ? { hint: `Not seen: ${unseen.join('; ')}` } : {}),
    },
  ];
}

/** What lives and the state does not show: lists may leave it out, and Terraform shows it as added. */
export function overwrittenNotices({ resource, state, declared }: Piece, { delinea }: ResourceChange): Notice[] {
  if (!state || !declared || resource.setOf) return [];
  const { label, before, changed } = delinea;
  const unseen = changed.filter((name) => isCleared(state[name] ?? null) && !isCleared(before[name] ?? null));
  return unseen.map((name) => ({
    message: `${label}: ${name} is ${JSON.stringify(before[name])} by now, which the state does not show; it will be overwritten`,
    hint: `To keep what is live, take ${name} out of the configuration.`,
  }));
}

export function unsureNotice({ delinea }: ResourceChange, unsure: number): Notice {
  return {
    message: `${delinea.label}: who of it is declared will be known only in the apply, which may revoke ${unsure} more`,
    hint: 'To see it before, apply first what the values come from (-target).',
  };
}

export function keptNotice(piece: Piece, { delinea }: ResourceChange, count: number): Notice {
  return {
    message: `${delinea.label}: ${count} of it are declared at another address; they stay as they are`,
    hint: `Where it was renamed, say so:${movedBlock(piece)}`,
  };
}

export function movedNotice(piece: Piece, { delinea }: ResourceChange): Notice {
  const { resource, declared, state } = piece;
  const what = delinea.label || keyText(resource, declared ?? state ?? {});
  const becomes = QUIET.has(delinea.operation) ? 'it stays as it is' : 'it is changed to what is declared';
  const moved = `removed at one address and declared at another; ${declared ? becomes : 'nothing is taken away'}`;
  return {
    message: `${what}: ${moved}`,
    many: moved,
    hint: `Say that it was renamed:${movedBlock(piece)}`,
  };
}

/** Terraform's own way to take something over, ready to be pasted. */
export function importBlock({ resource }: Piece, id: string): string {
  return block('import', { to: `${terraformType(resource.type)}.NAME`, id: JSON.stringify(id) });
}

export function movedBlock({ resource }: Piece): string {
  const type = terraformType(resource.type);
  return block('moved', { from: `${type}.OLD`, to: `${type}.NEW` });
}

/** HCL has one argument a line, and Terraform wraps no line that begins with a space. */
function block(name: string, said: Readonly<Record<string, string>>): string {
  const lines = Object.entries(said).map(([argument, value]) => `    ${argument} = ${value}\n`);
  return `\n\n  ${name} {\n${lines.join('')}  }\n`;
}
